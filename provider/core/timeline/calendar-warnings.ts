import {
  type Cron,
  type CronPart,
  DATE_FIELD,
  fieldValues,
  isFree,
  WEEKDAY_FIELD,
} from "../schedule/cron-grammar";
import type { JsonObject } from "../schema/model";
import { many, plural } from "../text/plural";
import { cronOf } from "./next-runs";

/** A warning about a cron schedule whose runs are less regular than they seem. */
export interface CalendarWarning {
  code: "UNEVEN_STEP" | "SKIPPED_MONTHS";
  message: string;
  hint: string;
}

/** Warns about steps that do not divide their cycle and months that lack the date: valid, but easily unintended. */
export function calendarWarnings(config: JsonObject): CalendarWarning[] {
  const cron = cronOf(config)?.cron;
  if (!cron) return [];
  const expression = `"${String(config["cron_expression"])}"`;
  return [...unevenStep(cron, expression), ...skippedMonths(cron, expression)];
}

const MINUTE_FIELD = 0;
const HOUR_FIELD = 1;
const MONTH_FIELD = 3;

/** The fields with a fixed cycle length. */
const CYCLES = [
  { field: MINUTE_FIELD, size: 60, unit: "minute", seconds: 60, start: "hour", next: HOUR_FIELD },
  { field: HOUR_FIELD, size: 24, unit: "hour", seconds: 3600, start: "day", next: DATE_FIELD },
] as const;

function unevenStep(cron: Cron, expression: string): CalendarWarning[] {
  const found = CYCLES.flatMap(({ field, size, unit, seconds, start, next }): CalendarWarning[] => {
    const step = wholeStep(cron[field]!);
    if (step === undefined || step > size - 1 || size % step === 0 || !repeats(cron, next)) return [];
    const last = size % step;
    return [
      {
        code: "UNEVEN_STEP",
        message: `${expression} does not run every ${step} ${unit}s: */${step} starts again each ${start}, ${many(last, unit)} after the last run of the ${start} before`,
        hint: `Choose a step that divides ${size}, such as ${divisors(size, step)}, or trigger_type: interval with interval_seconds: ${step * seconds}.`,
      },
    ];
  });
  const days = wholeStep(cron[DATE_FIELD]!);
  const isUneven = days !== undefined && days > 1 && days <= 30 && isFree(cron[WEEKDAY_FIELD]!);
  if (!isUneven || !repeats(cron, MONTH_FIELD)) return found;
  return [
    ...found,
    {
      code: "UNEVEN_STEP",
      message: `${expression} does not run every ${days} days: */${days} starts again on the 1st of each month`,
      hint: `List the intended days, or use trigger_type: interval with interval_seconds: ${days * 86_400}.`,
    },
  ];
}

/** The step of a field that is only `*` with a step. */
function wholeStep(parts: readonly CronPart[]): number | undefined {
  const [part] = parts;
  return parts.length === 1 && part!.text.startsWith("*/") ? part!.step : undefined;
}

/** Whether a field has adjacent values, so that the next smaller field runs through two cycles in a row. */
function repeats(cron: Cron, field: number): boolean {
  const values = fieldValues(cron[field]!, field);
  if (field === DATE_FIELD)
    return (
      isFree(cron[DATE_FIELD]!) &&
      (isFree(cron[WEEKDAY_FIELD]!) || hasNeighbors(fieldValues(cron[WEEKDAY_FIELD]!, WEEKDAY_FIELD), 7))
    );
  return hasNeighbors(values, field === HOUR_FIELD ? 24 : 12);
}

const hasNeighbors = (values: readonly number[], size: number): boolean =>
  values.some((value) => values.some((other) => other % size === (value + 1) % size));

/** The closest divisors below and above a step. */
function divisors(size: number, step: number): string {
  const all = Array.from({ length: size - 2 }, (_, n) => n + 2).filter((each) => size % each === 0);
  const below = all.filter((each) => each < step).at(-1);
  const above = all.find((each) => each > step);
  return [below, above].flatMap((each) => (each === undefined ? [] : [`*/${each}`])).join(" or ");
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Days per month in a year without 29 February. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function skippedMonths(cron: Cron, expression: string): CalendarWarning[] {
  const isByDate = cron[DATE_FIELD]!.every(({ kind }) => kind === "values") && isFree(cron[WEEKDAY_FIELD]!);
  if (!isByDate) return [];
  const first = fieldValues(cron[DATE_FIELD]!, DATE_FIELD)[0]!;
  const months = fieldValues(cron[MONTH_FIELD]!, MONTH_FIELD);
  const skipped = months.filter((month) => DAYS[month - 1]! < first);
  // If no month is left, it runs less than once a year, which RARE_SCHEDULE reports.
  if (skipped.length === 0 || skipped.length === months.length) return [];
  const names = skipped.map((month) => MONTHS[month - 1]!);
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const leap = first === 29 ? ", except in leap years" : "";
  return [
    {
      code: "SKIPPED_MONTHS",
      message: `${expression} does not run in ${list}${leap}: ${plural(names.length, "it has", "they have")} no day ${first}`,
      hint: "Choose a day up to 28, or the 1st of the next month. No spelling of the last day of a month is portable.",
    },
  ];
}
