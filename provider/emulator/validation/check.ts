import type { Issue } from "../model/errors";
import type { ResourceKind } from "../model/kinds";
import { parseTime } from "../model/times";
import type { Config } from "../model/types";
import type { CronDialect } from "../schedule/cron";
import { cronProblem, isTimezone } from "../schedule/schedule";

/** What a key of a body or config may contain. Bounds are inclusive; `default` is the documented one. */
export interface FieldRule {
  type: "string" | "integer" | "number" | "boolean" | "object" | "list";
  required?: true;
  /** Whether null is allowed, meaning unset. */
  nullable?: true;
  default?: unknown;
  oneOf?: readonly string[];
  min?: number;
  max?: number;
  minItems?: number;
  items?: FieldRule;
  /** The rules for the keys of a nested object. Without them, any keys are allowed. */
  fields?: Fields;
  /** The text (or each text of the list) is the id of a resource of this kind in the same namespace. */
  refersTo?: ResourceKind;
  /** A text that is not a reference, despite `refersTo`. */
  noReference?: string;
  format?: "cron" | "timezone" | "time";
  /** The dialect of a cron expression; default: standard. */
  dialect?: CronDialect;
  /** Only in API 2026-10. */
  since?: "2026-10";
  /** A rule over several keys of this object. Returns what is wrong, if anything. */
  together?: (value: Config) => string | undefined;
}
export type Fields = Record<string, FieldRule>;

/** Whether a JSON value is an object with keys. */
export function isObject(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Checks the keys of an object against rules, as strictly as pydantic can: a text is not accepted for a number.
 * @param loc where the object was sent, starting with `body`
 * @param extra `forbid` rejects keys without a rule and names the accepted ones
 * @returns all errors; empty if the object is valid
 */
export function checkFields(
  value: Config,
  fields: Fields,
  loc: (string | number)[],
  extra: "forbid" | "allow",
): Issue[] {
  const issues: Issue[] = [];
  for (const [key, rule] of Object.entries(fields)) {
    const at = [...loc, key];
    if (value[key] !== undefined) issues.push(...checkValue(value[key], rule, at));
    else if (rule.required) issues.push({ loc: at, msg: "Field required", type: "missing" });
  }
  if (extra === "forbid") {
    const accepted = Object.keys(fields).join(", ");
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue;
      const msg = `Extra inputs are not permitted; accepted keys: ${accepted}`;
      issues.push({ loc: [...loc, key], msg, type: "extra_forbidden" });
    }
  }
  return issues;
}

/** Checks one value against its rule. */
export function checkValue(value: unknown, rule: FieldRule, loc: (string | number)[]): Issue[] {
  if (value === null && rule.nullable) return [];
  const fault = (type: string, msg: string): Issue[] => [{ loc, msg, type }];
  switch (rule.type) {
    case "string":
      return checkText(value, rule, fault);
    case "boolean":
      return typeof value === "boolean" ? [] : fault("bool_type", "Input should be a valid boolean");
    case "integer":
    case "number":
      return checkNumber(value, rule, fault);
    case "object": {
      if (!isObject(value)) return fault("dict_type", "Input should be a valid dictionary");
      const problem = rule.together?.(value);
      const own = problem === undefined ? [] : fault("value_error", `Value error, ${problem}`);
      return [...checkFields(value, rule.fields ?? {}, loc, "allow"), ...own];
    }
    case "list":
      return checkList(value, rule, loc, fault);
  }
}

type Fault = (type: string, msg: string) => Issue[];

function checkText(value: unknown, rule: FieldRule, fault: Fault): Issue[] {
  if (rule.oneOf && !rule.oneOf.some((one) => one === value)) {
    return fault("enum", `Input should be ${alternatives(rule.oneOf)}`);
  }
  if (typeof value !== "string") return fault("string_type", "Input should be a valid string");
  if (rule.min !== undefined && value.length < rule.min) {
    return fault("string_too_short", `String should have at least ${rule.min} character`);
  }
  if (rule.format === "cron") {
    const problem = cronProblem(value, rule.dialect);
    if (problem !== undefined)
      return fault("value_error", `Value error, invalid cron expression: ${problem}`);
  }
  if (rule.format === "timezone" && !isTimezone(value)) {
    return fault("value_error", `Value error, unknown IANA time zone: ${value}`);
  }
  if (rule.format === "time" && Number.isNaN(parseTime(value))) {
    return fault("datetime_from_date_parsing", "Input should be a valid datetime");
  }
  return [];
}

function checkNumber(value: unknown, rule: FieldRule, fault: Fault): Issue[] {
  if (typeof value !== "number") {
    return rule.type === "integer"
      ? fault("int_type", "Input should be a valid integer")
      : fault("float_type", "Input should be a valid number");
  }
  if (rule.type === "integer" && !Number.isInteger(value)) {
    return fault("int_from_float", "Input should be a valid integer, got a number with a fractional part");
  }
  if (rule.min !== undefined && value < rule.min) {
    return fault("greater_than_equal", `Input should be greater than or equal to ${rule.min}`);
  }
  if (rule.max !== undefined && value > rule.max) {
    return fault("less_than_equal", `Input should be less than or equal to ${rule.max}`);
  }
  return [];
}

function checkList(value: unknown, rule: FieldRule, loc: (string | number)[], fault: Fault): Issue[] {
  if (!Array.isArray(value)) return fault("list_type", "Input should be a valid list");
  if (rule.minItems !== undefined && value.length < rule.minItems) {
    const least = `List should have at least ${rule.minItems} item after validation, not ${value.length}`;
    return fault("too_short", least);
  }
  const { items } = rule;
  return items === undefined ? [] : value.flatMap((item, index) => checkValue(item, items, [...loc, index]));
}

function alternatives(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.at(-1) ?? "";
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${last}` : last;
}
