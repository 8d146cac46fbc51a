import type { z } from "zod";
import type { Issue, IssueCode, Path } from "../issues/issue";
import { didYouMean, nearest } from "../issues/suggestions";
import { isObject } from "../json/is-object";
import { plural } from "../text/plural";
import { VARIANTS } from "./field-rules";

type Raw = Record<string, unknown>;

/** For an empty list in place of a string, zod also reports the string's length: only the wrong type is the problem. */
export function zodIssues(error: z.ZodError | undefined): z.core.$ZodIssue[] {
  const issues = error?.issues ?? [];
  const mistyped = new Set(
    issues.flatMap(({ code, path }) => (code === "invalid_type" ? [path.join("\n")] : [])),
  );
  return issues.filter(({ code, path }) => code !== "too_small" || !mistyped.has(path.join("\n")));
}

/** Explains one zod issue: code, path from the trigger down, message and fix. */
export function explain(
  issue: z.core.$ZodIssue,
  base: Path,
  root: Raw,
  siblings: string[],
  { show = shown, isInteger = false }: { show?: (value: unknown) => string; isInteger?: boolean } = {},
): Issue[] {
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
            typeHint(isInteger ? "whole number" : expected(issue), show(given)),
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
        didYouMean(near, `Write one of them${hatch(path)}.`),
      );
    }
    case "too_small":
    case "too_big": {
      const least = issue.code === "too_small";
      const bound = least ? issue.minimum : issue.maximum;
      const noun = issue.origin === "array" ? "item" : issue.origin === "string" ? "character" : "";
      const unit = noun && ` ${plural(Number(bound), noun)}`;
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

/** `given`: the value as it is shown. */
function typeHint(type: string, given: string): string {
  if (type === "boolean") return "Write true or false, without quotes.";
  // In YAML 1.1, numbers could contain _; YAML 1.2 reads them as strings.
  if (type.endsWith("number") && /^"\d+(_\d+)+"$/.test(given))
    return `Write ${given.replaceAll(/[_"]/g, "")}: a number in YAML has no _.`;
  return `Write ${article(type)}.`;
}

function unknownKey(key: string, path: Path, siblings: string[]): { message: string; hint: string } {
  const near = nearest(key, siblings);
  const way = [...path, key].join(".");
  const all = `Known: ${siblings.join(", ")}.`;
  return {
    message: path.length > 0 ? `is not a key of ${path.join(".")}` : "is not a key of a trigger",
    hint: didYouMean(
      near,
      path.length > 0 ? `${all} If it is newer than this release, add "${way}" to allow_unknown.` : all,
    ),
  };
}

const hatch = (path: Path): string =>
  path.length === 1 && VARIANTS.some((variant) => variant.type === path[0])
    ? `, or, if it is newer than this release, add "${path[0]}" to allow_unknown`
    : "";

function valueAt(root: unknown, path: Path): unknown {
  let at = root;
  for (const step of path) at = (at as Raw | undefined)?.[step];
  return at;
}

export function shown(value: unknown): string {
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
