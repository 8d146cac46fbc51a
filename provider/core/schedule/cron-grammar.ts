import { memoized } from "../json/memo";

/**
 * One of the five fields: its allowed values, and an example in an expression that every library reads the same way.
 */
export interface CronField {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` up; weekdays start with Sunday. */
  names: readonly string[];
  bounds: string;
  example: string;
  says: string;
}

export const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const;

export const CRON_FIELDS: readonly CronField[] = [
  {
    name: "minute",
    min: 0,
    max: 59,
    names: [],
    bounds: "0-59",
    example: "1 * * * *",
    says: "one minute past each hour",
  },
  { name: "hour", min: 0, max: 23, names: [], bounds: "0-23", example: "0 2 * * *", says: "02:00 each day" },
  {
    name: "day of month",
    min: 1,
    max: 31,
    names: [],
    bounds: "1-31 or L",
    example: "0 2 1 * *",
    says: "02:00 on the 1st",
  },
  {
    name: "month",
    min: 1,
    max: 12,
    names: MONTHS,
    bounds: "1-12 or JAN-DEC",
    example: "0 2 1 1 *",
    says: "02:00 on 1 January",
  },
  {
    name: "day of week",
    min: 0,
    max: 7,
    names: WEEKDAYS,
    bounds: "SUN-SAT, or 0-7 with 0 and 7 being Sunday",
    example: "0 2 * * MON",
    says: "02:00 on Mondays",
  },
];

export const WEEKDAY_FIELD = 4;
export const DATE_FIELD = 2;

export interface CronPart {
  /** In uppercase, without leading zeros. */
  text: string;
  kind: "any" | "values" | "last" | "last weekday" | "nth weekday";
  /** The numbers that it matches, as written: Sunday may be 7. For the last two kinds, only the weekday. */
  values: readonly number[];
  isRange: boolean;
  hasName: boolean;
  /** Has numbers, possibly besides names. */
  hasNumber: boolean;
  /** undefined if there is no step. */
  step: number | undefined;
  /** Only for an nth weekday. */
  nth?: number;
}

/** The parts of an expression, by field. */
export type Cron = readonly (readonly CronPart[])[];

export interface Refusal {
  field: CronField;
  /** The text of the field. */
  own: string;
  /** Empty if the field's bounds explain the problem. */
  reason: string;
  /** An equivalent, valid text for the field. */
  instead?: string;
  /** For a step that has no effect: the field without it, in two readings. */
  step?: { every: string; once: string };
}

export const cronFields = (expression: string): string[] => expression.trim().split(/\s+/).filter(Boolean);

/** Parses a five-field expression, or explains why it is invalid. */
export const parseCron = memoized((expression): { cron: Cron } | { refusal: Refusal } => {
  const cron: CronPart[][] = [];
  for (const [index, own] of cronFields(expression).entries()) {
    const field = CRON_FIELDS[index]!;
    const parts = parseField(own, field);
    if ("reason" in parts) return { refusal: { field, own, ...parts } };
    cron.push(parts);
  }
  return { cron };
});

type Failure = Omit<Refusal, "field" | "own">;

function parseField(own: string, field: CronField): CronPart[] | Failure {
  const items = own.toUpperCase().split(",");
  if (items.includes("")) return { reason: "an item of the list is empty" };
  const read = items.map((item) => parseItem(item, field));
  const failure = read.find((part) => "reason" in part);
  if (failure) return withList(failure, items, field);
  const parts = read as CronPart[];
  if (parts.length > 1 && parts.some(({ kind }) => kind === "nth weekday"))
    return { reason: "an item with # must be the only one in the field" };
  return parts;
}

/** Puts the suggestion for one item back into the list of its field. */
function withList(failure: Failure, items: readonly string[], field: CronField): Failure {
  const { instead } = failure;
  if (instead === undefined || items.length === 1) return failure;
  const list = items.map((item) => {
    const part = parseItem(item, field);
    return "reason" in part ? part.instead : item;
  });
  const { instead: _, ...rest } = failure;
  return list.includes(undefined) ? rest : { ...rest, instead: list.join(",") };
}

const ITEM = /^(\*|\?|[A-Z]+|\d+)(?:-([A-Z]+|\d+))?(?:\/(\d+))?$/;

function parseItem(item: string, field: CronField): CronPart | Failure {
  const special = parseSpecial(item, field);
  if (special) return special;
  const [, first, last, written] = ITEM.exec(item) ?? [];
  if (first === undefined) return { reason: "" };
  const step = written === undefined ? undefined : Number(written);
  const isAny = first === "*" || first === "?";
  if (isAny && last !== undefined) return { reason: `a range cannot start with ${first}` };
  const from = isAny ? field.min : numberOf(first, field);
  const to = isAny ? maximum(field) : last === undefined ? undefined : numberOf(last, field);
  if (from === undefined || (last !== undefined && to === undefined)) return { reason: "" };
  if (step === 0) {
    const range = last === undefined ? first : `${first}-${last}`;
    return {
      reason: "a step must be at least 1",
      step: { every: range, once: isAny ? String(field.min) : first },
    };
  }
  if (to !== undefined && to < from) return wrapped(item, field, from, to, step);
  const end = to ?? (step === undefined ? from : field.max);
  const ends = isAny ? [] : last === undefined ? [first] : [first, last];
  return {
    text: item.replaceAll(/(?<!\d)0+(?=\d)/g, ""),
    kind: isAny && step === undefined ? "any" : "values",
    values: valuesOf(from, end, step ?? 1),
    isRange: last !== undefined,
    hasName: ends.some((each) => /^[A-Z]/.test(each)),
    hasNumber: ends.some((each) => /^\d/.test(each)),
    step,
  };
}

/** A range that wraps around the end of its field: suggests equivalent ranges that do not. */
function wrapped(
  item: string,
  field: CronField,
  from: number,
  to: number,
  step: number | undefined,
): Failure {
  const size = maximum(field) - field.min + 1;
  const values = valuesOf(from, to + size, step ?? 1).map(
    (value) => field.min + ((value - field.min) % size),
  );
  return {
    reason: `the range ${item} starts after its end`,
    instead: field.names === WEEKDAYS ? weekdayNames(values) : rangesOf(values),
  };
}

function parseSpecial(item: string, field: CronField): CronPart | Failure | undefined {
  const isWeekday = field.names === WEEKDAYS;
  const base = { text: item, isRange: false, hasName: false, hasNumber: false, step: undefined };
  if (item === "L" && field.name === "day of month") return { ...base, kind: "last", values: [] };
  if (/(^|[^A-Z])H(?![A-Z])/.test(item)) return { reason: "H (a hash in Jenkins) is not supported" };
  if (/^(L?W|\d+W)$/.test(item)) return { reason: "W, the nearest working day, is not supported" };
  if (!isWeekday) return undefined;
  if (/^L\d$/.test(item)) return { reason: `the last weekday is written ${item[1]}L here` };
  const [, day, nth] = /^([A-Z]+?|\d+)(?:L|#(\d+))$/.exec(item) ?? [];
  const weekday = day === undefined ? undefined : numberOf(day, field);
  if (weekday === undefined) return undefined;
  const found = { ...base, values: [weekday], hasName: /^[A-Z]/.test(day!), hasNumber: /^\d/.test(day!) };
  if (nth === undefined) return { ...found, kind: "last weekday" };
  if (!/^[1-5]$/.test(nth)) return { reason: "the number after # must be 1 to 5" };
  return { ...found, kind: "nth weekday", nth: Number(nth) };
}

function numberOf(text: string, { min, max, names }: CronField): number | undefined {
  const name = names.indexOf(text);
  if (name >= 0) return name + min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** The largest distinct value: for weekdays 6, since 7 is Sunday again. */
const maximum = ({ names, max }: CronField): number => (names === WEEKDAYS ? 6 : max);

const valuesOf = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);

/** The values of a field, ascending and without duplicates; Sunday is 0. */
export function fieldValues(parts: readonly CronPart[], index: number): number[] {
  const plain = parts
    .filter(({ kind }) => kind === "any" || kind === "values")
    .flatMap(({ values }) => values);
  return [...new Set(index === WEEKDAY_FIELD ? plain.map((value) => value % 7) : plain)].sort(
    (a, b) => a - b,
  );
}

export const isFree = (parts: readonly CronPart[]): boolean => parts.some(({ kind }) => kind === "any");

export const isFull = (values: readonly number[], index: number): boolean => {
  const field = CRON_FIELDS[index]!;
  return values.length === maximum(field) - field.min + 1;
};

/** `MON,WED,FRI`: the only way to write weekdays that every library reads the same way. */
export const weekdayNames = (values: readonly number[]): string =>
  values.map((value) => WEEKDAYS[value % 7]).join(",");

/** `0-3,8,10`: runs of consecutive numbers become ranges. */
export function rangesOf(values: readonly number[]): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length === 1 ? `${run[0]}` : `${run[0]}-${run.at(-1)}`)).join(",");
}
