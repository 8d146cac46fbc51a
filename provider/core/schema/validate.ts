import type { z } from "zod";
import type { Issue, Path } from "../issues/issue";
import { PathIndex } from "../issues/path-index";
import { didYouMean, nearest } from "../issues/suggestions";
import { isObject } from "../json/is-object";
import { isHidden } from "../json/safe-text";
import { breaks, type Config, type Key, type Keys } from "./config-keys";
import { DECLARED_FIELDS, FIELDS, VARIANTS } from "./field-rules";
import { isSecret, keyAt, keysAt, lookUp } from "./key-lookup";
import type { DesiredTrigger } from "./model";
import { present, withoutNulls } from "./null-keys";
import { acceptsKeys, isWhole, type Shape } from "./value-type";
import { explain, shown, zodIssues } from "./zod-issues";

export type Validated = { trigger: DesiredTrigger; issues: [] } | { trigger?: undefined; issues: Issue[] };

type Raw = Record<string, unknown>;

export interface ValidateOptions {
  /** Returns true for a value that a preview cannot know yet; it is not checked. */
  isUnknown?: (value: unknown) => boolean;
}

/** Validates a declared trigger. Returns all issues at once and throws none. Null counts as absent, as in the API. */
export function validateTrigger(input: unknown, options: ValidateOptions = {}): Validated {
  if (!isObject(input)) {
    const message = "a trigger must be a map";
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
  // Only unknown types can be allowed through allow_unknown; the other fields are ours and cannot be newer than this
  // release.
  const isOurs = ({ path: [field, ...below] }: Issue): boolean =>
    below.length === 0 &&
    !(VARIANTS.some(({ type }) => type === field) && typeof raw[String(field)] === "string");
  const left = issues.filter(
    (issue) =>
      !(allowed.has(issue.path.join(".")) && !isOurs(issue)) &&
      // The spelling of a key can be checked even if its value is not known.
      (issue.code === "KEY_UNKNOWN" || !unknown.overlapping(issue.path)),
  );
  return left.length > 0 ? { issues: left } : { trigger: raw as unknown as DesiredTrigger, issues: [] };
}

const schemas = new WeakMap<Shape, z.ZodType>();

/** The issues of a map's keys and values. Most maps are valid, so zod is loaded only for the first invalid one. */
function problemsOf(keys: Shape, value: unknown): z.core.$ZodIssue[] {
  if (acceptsKeys(keys, value)) return [];
  const { keysSchema } = require("./zod-schemas") as typeof import("./zod-schemas");
  const schema = schemas.get(keys) ?? keysSchema(keys);
  schemas.set(keys, schema);
  return zodIssues(schema.safeParse(value).error);
}

/**
 * Validates a map of documented keys that is not a trigger. `at`: its path from the top of its file. `what`: its name
 * in messages, such as "an environment". Free maps and values that are not known yet are not checked.
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
    return [{ code: "TYPE_WRONG", path: at, message: `${what} must be a map`, hint }];
  }
  // A valid map, even a large file of definitions, needs no search for nulls.
  if (acceptsKeys(keys, value)) return [];
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
      const hint = didYouMean(near, `Known: ${siblings.join(", ")}.`);
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
    const isInteger = isWhole(keyAt(entry.keys, issue.path)?.type);
    issues.push(...explain(issue, [at], config, keysAt(entry.keys, issue.path), { show, isInteger }));
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

/** A trigger without null fields and without documented keys that are null: they count as absent. */
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

/** Without the configs, whose keys depend on their types. */
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
