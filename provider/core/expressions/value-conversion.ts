import type { Issue, Path } from "../issues/issue";
import type { PathIndex } from "../issues/path-index";
import { isObject } from "../json/is-object";
import type { Key, Keys } from "../schema/config-keys";
import { VARIANTS } from "../schema/field-rules";
import { TRIGGER_OPTIONS } from "../schema/file-keys";
import { keyAt, lookUp } from "../schema/key-lookup";
import { isWhole } from "../schema/value-type";

type Raw = Record<string, unknown>;

/** Whole values that came from expressions, by their current paths. */
export type SubstitutedTexts = Pick<PathIndex<true>, "overlapping">;

/**
 * Converts strings that came from `${env:…}` or `${var.…}` to the number or boolean that their key accepts, since an
 * environment variable is always a string. Strings written in place are not converted. A string that is not such a
 * value is left for validation to reject.
 */
export function withTypedTexts(trigger: Raw, substituted: SubstitutedTexts): Raw {
  if (substituted.overlapping([]) === undefined) return trigger;
  const configs = VARIANTS.map(({ type, config, table }): [string, unknown] => [
    config,
    typedMap(trigger[config], lookUp(table, trigger[type])?.keys, substituted, [config]),
  ]);
  const present = configs.filter(([config]) => Object.hasOwn(trigger, config));
  return { ...(typedMap(trigger, TRIGGER_OPTIONS, substituted, []) as Raw), ...Object.fromEntries(present) };
}

function typedMap(map: unknown, keys: Keys | undefined, substituted: SubstitutedTexts, at: Path): unknown {
  if (!isObject(map) || !keys) return map;
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => {
      const key = Object.hasOwn(keys, name) ? keys[name]! : undefined;
      const path = [...at, name];
      if (key?.keys) return [name, typedMap(value, key.keys, substituted, path)];
      const isText = typeof value === "string" && substituted.overlapping(path) === true;
      return [name, isText && key ? (typedText(value, key) ?? value) : value];
    }),
  );
}

/** A decimal number as in JSON, without an exponent, so that every reader parses it the same way. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Returns undefined if the key accepts another type, or the string does not represent exactly one value. */
function typedText(text: string, { ts }: Key): number | boolean | undefined {
  if (ts === "boolean") return text === "true" || (text === "false" ? false : undefined);
  if (ts !== "number" || !NUMBER.test(text)) return undefined;
  const number = Number(text);
  const shortest = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return String(number) === shortest ? number : undefined;
}

/** How to write the value of a key as a string; undefined if the key accepts any string. */
function spellingOf({ ts, type, example, default: preset }: Key): string | undefined {
  if (ts === "boolean") return "Write true or false, in lower case and without spaces.";
  if (ts !== "number") return undefined;
  const sample = [example, preset].find((value) => typeof value === "number") ?? 1;
  return `Write a ${isWhole(type) ? "whole number" : "number"} in digits only, such as ${sample}: no spaces, leading zeros or exponent, and at most 15 digits.`;
}

/** If the value of an issue came from an expression, adds to the hint how to write a number or boolean. */
export function withSpelling(issue: Issue, trigger: Raw, substituted: SubstitutedTexts): Issue {
  if (issue.code !== "TYPE_WRONG" || !substituted.overlapping(issue.path)) return issue;
  const [field, ...below] = issue.path;
  const variant = VARIANTS.find(({ config }) => config === field);
  const key = variant
    ? keyAt(lookUp(variant.table, trigger[variant.type])?.keys, below)
    : keyAt(TRIGGER_OPTIONS, issue.path);
  const hint = key && spellingOf(key);
  return hint === undefined ? issue : { ...issue, hint };
}
