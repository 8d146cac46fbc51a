import type { Path } from "../issues/issue";

/** What is wrong with a string, according to a rule that only code can check. */
export interface TextProblem {
  code: string;
  message: string;
  hint: string;
}

/**
 * The allowed values, as data. {@link accepts} checks whether a value is valid; zod, with schemas built from the same
 * data (zod-schemas.ts), explains what is wrong with an invalid one. Most runs have no errors and never load zod.
 */
export type ValueType =
  /** `min`, `max`: length in UTF-16 units. `problem`: checks anything else. */
  | {
      is: "text";
      min?: number;
      max?: number;
      pattern?: RegExp;
      problem?: (text: string) => TextProblem | undefined;
    }
  | { is: "flag" }
  | { is: "number"; whole?: true; min?: number; max?: number }
  | { is: "choice"; values: readonly [string, ...string[]] }
  /** `min`: the minimum number of items. */
  | { is: "list"; of: ValueType; min?: number }
  /** A map with user-defined keys; without `of`, its values are user-defined too. */
  | { is: "map"; of?: ValueType }
  /** A map with some known keys; each may be absent or null unless it is in `required`. */
  | { is: "open"; keys: Readonly<Record<string, ValueType>>; required: readonly string[] }
  | { is: "either"; of: readonly [ValueType, ...ValueType[]] };

/** The keys of a map: a table of fields, or of documented keys. */
export type Shape = Readonly<
  Record<string, { type: ValueType; required?: true; absent?: string; keys?: Shape }>
>;

/** Whether a value is valid. `false` may also mean that only zod can decide. */
export function accepts(type: ValueType, value: unknown): boolean {
  switch (type.is) {
    case "text":
      return (
        typeof value === "string" &&
        value.length >= (type.min ?? 0) &&
        value.length <= (type.max ?? Number.POSITIVE_INFINITY) &&
        (type.pattern?.test(value) ?? true) &&
        type.problem?.(value) === undefined
      );
    case "flag":
      return typeof value === "boolean";
    case "number":
      return (
        (type.whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
        (value as number) >= (type.min ?? Number.NEGATIVE_INFINITY) &&
        (value as number) <= (type.max ?? Number.POSITIVE_INFINITY)
      );
    case "choice":
      return (type.values as readonly unknown[]).includes(value);
    case "list":
      return (
        Array.isArray(value) &&
        value.length >= (type.min ?? 0) &&
        [...value].every((item) => accepts(type.of, item))
      );
    case "map": {
      const { of } = type;
      return (
        isPlainMap(value) && (of === undefined || Object.values(value).every((inner) => accepts(of, inner)))
      );
    }
    case "open":
      return (
        isPlainMap(value) &&
        Object.entries(type.keys).every(([name, inner]) => {
          const given = Object.hasOwn(value, name) ? value[name] : undefined;
          return given == null ? !type.required.includes(name) : accepts(inner, given);
        })
      );
    case "either":
      return type.of.some((each) => accepts(each, value));
  }
}

/** As {@link accepts}, for a map that may contain only these keys. */
export function acceptsKeys(shape: Shape, value: unknown): boolean {
  if (!isPlainMap(value)) return false;
  const isRight = (name: string): boolean => {
    const given = value[name];
    const key = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (key === undefined) return false;
    if (key.keys) return acceptsKeys(key.keys, given);
    return accepts(key.type, given) && (key.absent === undefined || given !== key.absent);
  };
  return Object.keys(value).every(isRight) && requiredOf(shape).every((name) => Object.hasOwn(value, name));
}

const required = new WeakMap<Shape, readonly string[]>();

function requiredOf(shape: Shape): readonly string[] {
  const names = required.get(shape) ?? Object.keys(shape).filter((name) => shape[name]!.required);
  required.set(shape, names);
  return names;
}

/** Whether it is a whole number. */
export const isWhole = (type: ValueType | undefined): boolean => type?.is === "number" && type.whole === true;

/** The paths of all strings in a value that are one of a few fixed choices. */
export function choicePaths(type: ValueType, value: unknown, at: Path = []): Path[] {
  switch (type.is) {
    case "choice":
      return typeof value === "string" ? [at] : [];
    case "list":
      return Array.isArray(value)
        ? value.flatMap((item, index) => choicePaths(type.of, item, [...at, index]))
        : [];
    case "open":
      return isPlainMap(value)
        ? Object.entries(type.keys).flatMap(([name, inner]) => choicePaths(inner, value[name], [...at, name]))
        : [];
    case "either":
      return type.of.flatMap((each) => choicePaths(each, value, at));
    default:
      return [];
  }
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
