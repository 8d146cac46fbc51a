import type { z } from "zod";
import { type Issue, type IssueCode, nearest, type Path } from "../issues/issue";
import { PathIndex } from "../issues/path-index";
import { isHidden } from "../json/printed";
import { breaks, type Config, type Key, type Keys } from "./config-keys";
import type { DesiredTrigger } from "./model";
import { present, withoutNulls } from "./null-keys";
import { DECLARED_FIELDS, FIELDS, VARIANTS } from "./trigger-fields";
import { acceptsKeys, isWhole, type Shape } from "./value-type";

export type Validated = { trigger: DesiredTrigger; issues: [] } | { trigger?: undefined; issues: Issue[] };

type Raw = Record<string, unknown>;

export interface ValidateOptions {
  /** True for a value that a preview cannot know yet: nothing is said about it. */
  isUnknown?: (value: unknown) => boolean;
}

/**
 * Checks one declared trigger against the field table.
 * All its problems are returned at once, none is thrown. Null counts as absent, as it does in the API.
 */
export function validateTrigger(input: unknown, options: ValidateOptions = {}): Validated {
  if (!isObject(input)) {
    const message = "a trigger is a map of keys";
    return {
      issues: [
        {
          code: "TYPE_WRONG",
          path: [],
          message,
          hint: "Declare action_type, action_config, trigger_type and schedule_config.",
        },
      ],
    };
  }
  const raw = declaredValues(input);
  const issues: Issue[] = [];

  for (const issue of problemsOf(FIELDS, raw)) {
    issues.push(...explain(issue, [], raw, [...DECLARED_FIELDS]));
  }
  for (const variant of VARIANTS) {
    const entry = lookUp(variant.table, raw[variant.type]);
    const config = raw[variant.config];
    if (entry && isObject(config)) issues.push(...configIssues(entry, config, variant.config));
  }
  if (issues.length === 0) return { trigger: raw as unknown as DesiredTrigger, issues: [] };
  const allowed = new Set(Array.isArray(raw["allow_unknown"]) ? raw["allow_unknown"].map(String) : []);
  const unknown = unknownPaths(raw, options.isUnknown);
  // Of the fields only an unknown type passes through the hatch: the others are ours, and never newer than we are.
  const isOurs = ({ path: [field, ...below] }: Issue): boolean =>
    below.length === 0 &&
    !(VARIANTS.some(({ type }) => type === field) && typeof raw[String(field)] === "string");
  const left = issues.filter(
    (issue) =>
      !(allowed.has(issue.path.join(".")) && !isOurs(issue)) &&
      // A key's spelling is known even where its value is not.
      (issue.code === "KEY_UNKNOWN" || !unknown.overlapping(issue.path)),
  );
  return left.length > 0 ? { issues: left } : { trigger: raw as unknown as DesiredTrigger, issues: [] };
}

const schemas = new WeakMap<Shape, z.ZodType>();

/** What is wrong with the keys of a map and their values. Most have nothing wrong, and zod is loaded for the first that has. */
function problemsOf(keys: Shape, value: unknown): z.core.$ZodIssue[] {
  if (acceptsKeys(keys, value)) return [];
  const { keysSchema } = require("./zod-schemas") as typeof import("./zod-schemas");
  const schema = schemas.get(keys) ?? keysSchema(keys);
  schemas.set(keys, schema);
  return zodIssues(schema.safeParse(value).error);
}

/**
 * Checks a map of documented keys that is no trigger: `at` is its path from the top of its file, `what` names it in
 * messages ("an environment"). Keys inside free maps are not looked at, and values that are not known yet neither.
 */
export function keyIssues(
  keys: Keys,
  value: unknown,
  at: Path,
  what: string,
  isUnknown?: (value: unknown) => boolean,
): Issue[] {
  if (!isObject(value)) {
    const hint = `Known: ${Object.keys(keys).join(", ")}.`;
    return [{ code: "TYPE_WRONG", path: at, message: `${what} is a map of keys`, hint }];
  }
  const raw = withoutNulls(value, keys);
  const problems = problemsOf(keys, raw);
  if (problems.length === 0) return [];
  const unknown = unknownPaths(raw, isUnknown);
  const found = problems.flatMap((issue) => {
    const siblings = keysAt(keys, issue.path);
    return explain(issue, at, raw, siblings).map((found) => {
      if (found.code !== "KEY_UNKNOWN") return found;
      const near = nearest(String(found.path.at(-1)), siblings);
      const whose = issue.path.length > 0 ? issue.path.join(".") : what;
      const hint = near ? `Did you mean ${near}?` : `Known: ${siblings.join(", ")}.`;
      return { ...found, message: `is not a key of ${whose}`, hint };
    });
  });
  return found.filter(
    ({ code, path }) => code === "KEY_UNKNOWN" || !unknown.overlapping(path.slice(at.length)),
  );
}

function configIssues(entry: Config, config: Raw, at: string): Issue[] {
  const issues: Issue[] = [];
  const open = entry.open?.(config) ?? false;
  for (const issue of entry.keys ? problemsOf(entry.keys, config) : []) {
    if (open && issue.code === "unrecognized_keys" && issue.path.length === 0) continue;
    const hidden = isSecret(entry.keys, issue.path);
    const show = (value: unknown): string => (isHidden(value, hidden) ? "[secret]" : shown(value));
    const found = explain(issue, [at], config, keysAt(entry.keys, issue.path), show);
    const isInteger = isWhole(keyAt(entry.keys, issue.path)?.type);
    issues.push(...found.map((each) => (isInteger ? withInteger(each) : each)));
  }
  for (const bound of entry.bounds ?? []) {
    if (!breaks(bound, config)) continue;
    const { key, min, max, doc } = bound;
    const message = `${shown(config[key])} is out of bounds`;
    issues.push({ code: "OUT_OF_BOUNDS", path: [at, key], message, hint: `Write ${min} to ${max}: ${doc}.` });
  }
  for (const rule of entry.rules ?? []) {
    const broken = rule.warning === undefined && rule.check(config);
    if (broken) {
      issues.push({
        code: "RULE_BROKEN",
        path: [at, ...broken.key.split(".")],
        message: broken.message,
        hint: broken.hint,
      });
    }
  }
  return issues;
}

/** zod holds the length of an empty list against a text's rule as well: of a wrong type, that alone is the problem. */
function zodIssues(error: z.ZodError | undefined): z.core.$ZodIssue[] {
  const issues = error?.issues ?? [];
  const mistyped = new Set(
    issues.flatMap(({ code, path }) => (code === "invalid_type" ? [path.join("\n")] : [])),
  );
  return issues.filter(({ code, path }) => code !== "too_small" || !mistyped.has(path.join("\n")));
}

/** One zod issue in our words: code, path from the trigger down, fix. */
function explain(issue: z.core.$ZodIssue, base: Path, root: Raw, siblings: string[], show = shown): Issue[] {
  const path = [...base, ...(issue.path as Path)];
  const given = valueAt(root, issue.path as Path);
  const say = (code: IssueCode, message: string, hint: string): Issue[] => [{ code, path, message, hint }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        code: "KEY_UNKNOWN",
        path: [...path, key],
        ...unknownKey(key, path, siblings),
      }));
    case "invalid_type":
    case "invalid_union":
      return given === undefined
        ? say("KEY_MISSING", "is required", `Add ${path.join(".")}.`)
        : say(
            "TYPE_WRONG",
            `${show(given)} is ${article(typeOf(given))}`,
            `Write ${article(expected(issue))}.`,
          );
    case "invalid_value": {
      if (given === undefined) return say("KEY_MISSING", "is required", `Add ${path.join(".")}.`);
      const values = issue.values.map(String);
      if (path[0] === "status" && (given === "disabled" || given === "failed")) {
        return say(
          "STATUS_NOT_DECLARABLE",
          `"${given}" is set by the service`,
          "Declare active or paused; to delete a trigger, remove its definition.",
        );
      }
      const near = typeof given === "string" ? nearest(given, values) : undefined;
      return say(
        "VALUE_UNKNOWN",
        `${show(given)} is not one of ${values.join(", ")}`,
        near ? `Did you mean ${near}?` : `Write one of them${hatch(path)}.`,
      );
    }
    case "too_small":
    case "too_big": {
      const least = issue.code === "too_small";
      const bound = least ? issue.minimum : issue.maximum;
      const counted = issue.origin === "array" ? "item" : issue.origin === "string" ? "character" : "";
      const unit = counted && ` ${counted}${bound === 1 ? "" : "s"}`;
      return say(
        "OUT_OF_BOUNDS",
        `${show(given)} is out of bounds`,
        `Write ${least ? "at least" : "at most"} ${bound}${unit}.`,
      );
    }
    case "custom": {
      const { code, hint } = (issue.params ?? {}) as { code?: IssueCode; hint?: string };
      return say(code ?? "RULE_BROKEN", issue.message, hint ?? "");
    }
    default:
      return path[0] === "name"
        ? say("NAME_INVALID", "has control characters", "Write a name of printable characters.")
        : say("TYPE_WRONG", issue.message, "See the reference in docs/definitions.md.");
  }
}

function unknownKey(key: string, path: Path, siblings: string[]): { message: string; hint: string } {
  const near = nearest(key, siblings);
  const way = [...path, key].join(".");
  return {
    message: path.length > 0 ? `is not a key of ${path.join(".")}` : "is not a key of a trigger",
    hint: near
      ? `Did you mean ${near}?`
      : path.length > 0
        ? `Known: ${siblings.join(", ")}. If it is newer than this release, add "${way}" to allow_unknown.`
        : `Known: ${siblings.join(", ")}.`,
  };
}

const hatch = (path: Path): string =>
  path.length === 1 && VARIANTS.some((variant) => variant.type === path[0])
    ? `, or, if it is newer than this release, add "${path[0]}" to allow_unknown`
    : "";

/** Of text, zod says only that a number is expected. */
const withInteger = (issue: Issue): Issue =>
  issue.code === "TYPE_WRONG" ? { ...issue, hint: "Write a whole number." } : issue;

export function keyAt(keys: Keys | undefined, path: readonly PropertyKey[]): Key | undefined {
  const [step, ...below] = path;
  const key = keys && Object.hasOwn(keys, String(step)) ? keys[String(step)] : undefined;
  return below.length === 0 ? key : keyAt(key?.keys, below);
}

function keysAt(keys: Keys | undefined, path: readonly PropertyKey[]): string[] {
  let at = keys;
  for (const step of path) at = at?.[String(step)]?.keys;
  return Object.keys(at ?? {});
}

/** Whether a path leads to or through a key whose values are not for eyes. */
function isSecret(keys: Keys | undefined, path: readonly PropertyKey[]): boolean {
  const [step, ...below] = path;
  const key = keys?.[String(step)];
  return key !== undefined && (key.secret === true || isSecret(key.keys, below));
}

export function lookUp(table: Readonly<Record<string, Config>>, type: unknown): Config | undefined {
  return typeof type === "string" && Object.hasOwn(table, type) ? table[type] : undefined;
}

export function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A trigger without the fields and documented keys that are null: they are absent. */
function declaredValues(input: Raw): Raw {
  const { action_config, schedule_config, ...others } = input;
  const fields = withoutNulls(others, FIELD_KEYS);
  const configs: Raw = { action_config, schedule_config };
  for (const { type, config, table } of VARIANTS) {
    const value = configs[config];
    if (value === undefined || value === null) continue;
    const keys = lookUp(table, fields[type])?.keys ?? {};
    fields[config] = isObject(value) ? withoutNulls(value, keys) : present(value, true);
  }
  return fields;
}

/** But for the configs, whose keys their types decide. */
const FIELD_KEYS: Readonly<Record<string, Partial<Key>>> = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [name, {}]),
);

function unknownPaths(root: unknown, isUnknown?: (value: unknown) => boolean): PathIndex<true> {
  const found = new PathIndex<true>();
  const visit = (value: unknown, at: Path): void => {
    if (isUnknown?.(value)) found.add(at, true);
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) visit(inner, [...at, key]);
  };
  if (isUnknown) visit(root, []);
  return found;
}

function valueAt(root: unknown, path: Path): unknown {
  let at = root;
  for (const step of path) at = (at as Raw | undefined)?.[step];
  return at;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? "list" : value === null ? "null" : isObject(value) ? "map" : typeof value;

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") return issue.errors.flat().map(expected).join(" or ");
  const type = "expected" in issue ? String(issue.expected) : "value of another type";
  return type === "array"
    ? "list"
    : type === "object" || type === "record"
      ? "map"
      : type === "int"
        ? "whole number"
        : type;
}

export const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
