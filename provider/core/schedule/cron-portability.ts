import { memoized } from "../json/memo";
import { cronProblem } from "./cron";
import {
  type Cron,
  type CronPart,
  DATE_FIELD,
  fieldValues,
  isFree,
  isFull,
  parseCron,
  rangesOf,
  WEEKDAY_FIELD,
  weekdayNames,
} from "./cron-grammar";

/**
 * One construct that cron libraries read differently. Tested with cron-parser 5, croner 11, croniter 6 and 7,
 * APScheduler 3.11, cronsim, robfig/cron and Quartz. The service is in Python; which library it uses is not
 * documented.
 */
interface Difference {
  /** The name of the construct in the docs. */
  construct: string;
  example: string;
  differs: string;
  /** `index`: the index of the field. */
  has: (part: CronPart, index: number) => boolean;
}

const MONTH_FIELD = 3;
const isWeekday = (index: number): boolean => index === WEEKDAY_FIELD;
/** The position of a weekday in a week that starts on Monday. */
const fromMonday = (day: number): number => (day + 6) % 7;
const first = ({ values }: CronPart): number => values[0]!;
const last = ({ values }: CronPart): number => values.at(-1)!;

const SPANS = [59, 23, 30, 11, 6];

export const DIFFERENCES: readonly Difference[] = [
  {
    construct: "nth weekday",
    example: "0 9 * * MON#2",
    differs: "APScheduler ignores the text after a name, and rejects it after a number",
    has: ({ kind }) => kind === "nth weekday",
  },
  {
    construct: "last weekday",
    example: "0 9 * * 5L",
    differs: "croniter and APScheduler reject it",
    has: ({ kind }) => kind === "last weekday",
  },
  {
    construct: "last day of the month",
    example: "0 9 L * *",
    differs: "APScheduler rejects L",
    has: ({ kind }) => kind === "last",
  },
  {
    construct: "? for any",
    example: "0 9 ? * *",
    differs: "APScheduler rejects ?, and no library accepts it in both day fields",
    has: ({ text }) => text.startsWith("?"),
  },
  {
    construct: "Sunday as 7",
    example: "0 9 * * 7",
    differs: "APScheduler rejects 7",
    has: ({ values, hasNumber }, index) => isWeekday(index) && hasNumber && values.includes(7),
  },
  {
    construct: "a name with a number or a step",
    example: "0 9 * * MON-FRI/2",
    differs: "APScheduler ignores the text after a name",
    has: ({ hasName, hasNumber, step }) => hasName && (hasNumber || step !== undefined),
  },
  {
    construct: "weekdays by number",
    example: "0 9 * * 1-5",
    differs: "APScheduler counts weekdays from Monday = 0, so that 1 is Tuesday",
    has: ({ kind, hasNumber, values }, index) =>
      isWeekday(index) && kind === "values" && hasNumber && values.some((value) => value !== 7),
  },
  {
    construct: "a step over weekdays",
    example: "0 9 * * */2",
    differs: "croniter counts the step from Sunday, APScheduler from Monday",
    has: ({ kind, step }, index) => isWeekday(index) && kind === "values" && step !== undefined,
  },
  {
    construct: "a range of weekdays that starts on Sunday",
    example: "0 9 * * SUN-TUE",
    differs: "APScheduler rejects it, because its week starts on Monday",
    has: (part, index) =>
      isWeekday(index) && part.isRange && fromMonday(first(part)) > fromMonday(last(part)),
  },
  {
    construct: "a range with equal ends",
    example: "0 9-9 * * *",
    differs: "croniter 7 reads it as the whole field",
    has: ({ text, isRange }) => isRange && /^(\w+)-\1(\/|$)/.test(text),
  },
  {
    construct: "a step larger than its range",
    example: "*/90 * * * *",
    differs:
      "APScheduler rejects it; other libraries use only the first value, so it runs once per hour, day or month",
    has: ({ step, text, isRange }, index) =>
      step !== undefined && step > (isRange ? spanOf(text, index) : SPANS[index]!),
  },
  {
    construct: "a start with a step",
    example: "5/15 * * * *",
    differs: "Vixie cron uses only the start",
    has: ({ text }) => /^\w+\/\d+$/.test(text),
  },
];

/** Applies to an expression that restricts both day fields, not to a single part. */
export const BOTH_DAYS = {
  construct: "both day fields restricted",
  example: "0 0 13 * FRI",
  differs: "most libraries run on days that match either field, APScheduler on days that match both",
};

function spanOf(text: string, index: number): number {
  const [, from, to] = /^(\d+)-(\d+)\//.exec(text) ?? [];
  return from === undefined ? SPANS[index]! : Number(to) - Number(from);
}

/**
 * Why a valid expression may run at other times in another cron library, with a portable spelling if there is one;
 * undefined if all libraries agree.
 */
export const notPortable = memoized((expression): { message: string; hint: string } | undefined => {
  if (cronProblem(expression) !== undefined) return undefined;
  const parsed = parseCron(expression);
  if ("refusal" in parsed) return undefined;
  const { cron } = parsed;
  const found = DIFFERENCES.filter(({ has }) =>
    cron.some((parts, index) => parts.some((part) => has(part, index))),
  );
  const isBoth = !isFree(cron[DATE_FIELD]!) && !isFree(cron[WEEKDAY_FIELD]!);
  const reasons = [...found, ...(isBoth ? [BOTH_DAYS] : [])].map(({ differs }) => differs);
  if (reasons.length === 0) return undefined;
  return {
    message: `"${expression}" runs at other times, or not at all, in some cron libraries: ${reasons.join("; ")}`,
    hint: portableHint(cron, isBoth),
  };
});

function portableHint(cron: Cron, isBoth: boolean): string {
  const fields = cron.map(portableField);
  if (fields.includes(undefined))
    return "No portable spelling means the same: choose fixed days, or check next_scheduled_at once it is live.";
  const [minute, hour, date, month, weekday] = fields as string[];
  const write = (dates: string, weekdays: string): string =>
    `"${minute} ${hour} ${dates} ${month} ${weekdays}"`;
  const isEvery = (index: number): boolean => isFull(fieldValues(cron[index]!, index), index);
  if (!isBoth) return `Write ${write(date!, weekday!)}.`;
  if (isEvery(DATE_FIELD) || isEvery(WEEKDAY_FIELD)) return `Write ${write("*", "*")}.`;
  const both = `two triggers, ${write(date!, "*")} and ${write("*", weekday!)}`;
  const nth = nthWeek(cron);
  if (nth === undefined) return `Declare ${both}.`;
  return `This does not mean the ${nth} ${weekday} of a month, which no portable expression can express: most libraries run it on days ${date} and on each ${weekday}. Choose a fixed date or each ${weekday}; if both days are meant, declare ${both}.`;
}

const WEEKS: ReadonlyMap<string, string> = new Map([
  ["1-7", "first"],
  ["8-14", "second"],
  ["15-21", "third"],
  ["22-28", "fourth"],
  ["25-31", "last"],
]);

/** Seven dates with one weekday: people mean, say, the first Monday, but cron runs on either field's days. */
function nthWeek(cron: Cron): string | undefined {
  const isOneWeekday = fieldValues(cron[WEEKDAY_FIELD]!, WEEKDAY_FIELD).length === 1;
  return isOneWeekday ? WEEKS.get(rangesOf(fieldValues(cron[DATE_FIELD]!, DATE_FIELD))) : undefined;
}

/** A field in a spelling that every library reads the same way; undefined if there is none. */
function portableField(parts: readonly CronPart[], index: number): string | undefined {
  if (parts.some(({ kind }) => kind !== "any" && kind !== "values")) return undefined;
  if (isFree(parts)) return "*";
  const isSound = (part: CronPart): boolean => !DIFFERENCES.some(({ has }) => has(part, index));
  if (parts.every(isSound)) return parts.map(({ text }) => text).join(",");
  const values = fieldValues(parts, index);
  if (isFull(values, index)) return "*";
  if (isWeekday(index)) return weekdayText(values);
  return index === MONTH_FIELD || parts.length > 1 ? rangesOf(values) : steppedText(parts[0]!, values);
}

/** `MON-FRI`, or a list that starts on Monday. */
function weekdayText(values: readonly number[]): string {
  const days = [...values].sort((a, b) => fromMonday(a) - fromMonday(b));
  // Libraries whose week starts on Sunday reject a range that ends there.
  const isRun =
    days.length > 2 &&
    !days.includes(0) &&
    fromMonday(days.at(-1)!) - fromMonday(days[0]!) === days.length - 1;
  return isRun ? `${weekdayNames([days[0]!])}-${weekdayNames([days.at(-1)!])}` : weekdayNames(days);
}

/** `5/15` is `5-50/15`. */
const steppedText = ({ step, text }: CronPart, values: readonly number[]): string =>
  /^\d+\/\d+$/.test(text) && values.length > 2 ? `${values[0]}-${values.at(-1)}/${step}` : rangesOf(values);
