import { canonicalCron, cronProblem } from "../schedule/cron";
import {
  type Cron,
  DATE_FIELD,
  fieldValues,
  isFree,
  parseCron,
  WEEKDAY_FIELD,
} from "../schedule/cron-grammar";
import { cronRuns } from "../schedule/cron-runs";
import { canonicalZone, zoneProblem } from "../schedule/zones";
import { text } from "../schema/equality";
import type { DesiredTrigger } from "../schema/model";
import { untilText } from "../text/duration-text";

/** The schedule of a trigger, in the API's terms. Source: Triggers API, `trigger_type` and `schedule_config`. */
export type Schedule = Pick<DesiredTrigger, "trigger_type" | "schedule_config">;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The next runs of a schedule after `from`, ascending; fewer than `count` if there are no more. An interval counts from
 * `anchor`, the last run or the creation; by default from `from`. Empty for triggers on events or conditions, and for
 * invalid cron expressions, see core/schedule/cron.ts. `start_immediately` only matters at creation. Clock changes: see
 * cron-runs.ts.
 */
export function nextRuns(
  { trigger_type, schedule_config: config }: Schedule,
  { from, count, anchor }: { from: Date; count: number; anchor?: Date | undefined },
): Date[] {
  if (trigger_type === "cron") {
    const read = cronOf(config);
    return read ? cronRuns(read.cron, read.zone, from, count) : [];
  }
  const step = trigger_type === "interval" ? intervalOf(config) : undefined;
  if (step === undefined) return [];
  const start = (anchor ?? from).getTime();
  const passed = Math.max(0, Math.floor((from.getTime() - start) / step));
  return Array.from({ length: count }, (_, at) => new Date(start + (passed + at + 1) * step)).filter(
    // An interval may reach past the last date that JavaScript has.
    (time) => !Number.isNaN(time.getTime()),
  );
}

/** Milliseconds; undefined if it is not an interval. The API may return a number as a string. */
export function intervalOf(config: Schedule["schedule_config"]): number | undefined {
  const seconds = Number(config["interval_seconds"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND : undefined;
}

/** The parsed expression and its zone; undefined if either is invalid. */
export function cronOf(config: Schedule["schedule_config"]): { cron: Cron; zone: string } | undefined {
  const { cron_expression: expression, timezone: zone = "UTC" } = config;
  if (typeof expression !== "string" || cronProblem(expression) !== undefined) return undefined;
  if (typeof zone !== "string" || zoneProblem(zone)?.code === "ZONE_UNKNOWN") return undefined;
  const parsed = parseCron(expression);
  return "cron" in parsed ? { cron: parsed.cron, zone: canonicalZone(zone) } : undefined;
}

/**
 * The average number of runs per day, over the calendar's full cycle of 400 years, so that leap days and weekdays count
 * exactly. Clock changes are ignored. undefined for triggers on events or conditions, and for invalid cron expressions,
 * see core/schedule/cron.ts.
 */
export function runsPerDay({ trigger_type, schedule_config: config }: Schedule): number | undefined {
  if (trigger_type === "cron") {
    const cron = cronOf(config)?.cron;
    if (cron === undefined) return undefined;
    const [minutes, hours] = cron.map(fieldValues);
    return (minutes!.length * hours!.length * matchingDays(cron)) / CYCLE_DAYS;
  }
  const step = trigger_type === "interval" ? intervalOf(config) : undefined;
  return step === undefined ? undefined : DAY / step;
}

const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;

/** A kind of month, by length and first weekday. 91 kinds cover all 400 years. */
interface Page {
  month: number;
  days: number;
  /** The weekday of the first; 0 is Sunday. */
  first: number;
  /** How many months of a cycle are of this kind. */
  count: number;
}

/** Computed on first use, since most commands do not need it. */
let pages: readonly Page[] | undefined;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SATURDAY = 6;

/** Computed without Date objects: one for each of 4,800 months would take as long as ten definitions. */
function calendarPages(): Page[] {
  const kinds = new Map<number, Page>();
  // The weekday of 1 January 2000.
  let first = SATURDAY;
  for (let year = 2000; year < 2000 + CYCLE_YEARS; year += 1) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    for (const [at, usual] of MONTH_DAYS.entries()) {
      const days = isLeap && at === 1 ? 29 : usual;
      const kind = (at * 32 + days) * 7 + first;
      const page = kinds.get(kind);
      if (page) page.count += 1;
      else kinds.set(kind, { month: at + 1, days, first, count: 1 });
      first = (first + days) % 7;
    }
  }
  return [...kinds.values()];
}

/** On how many days of a cycle an expression runs. */
function matchingDays(cron: Cron): number {
  const firesOn = dayRule(cron);
  let total = 0;
  pages ??= calendarPages();
  for (const page of pages)
    for (let date = 1; date <= page.days; date += 1) if (firesOn(date, page)) total += page.count;
  return total;
}

/** Tests whether an expression runs on a date: if both day fields are restricted, either may match. */
export function dayRule(cron: Cron): (date: number, month: Omit<Page, "count">) => boolean {
  const [, , dates, months, weekdays] = cron.map((parts, index) => new Set(fieldValues(parts, index)));
  const isLastDate = cron[DATE_FIELD]!.some(({ kind }) => kind === "last");
  const special = cron[WEEKDAY_FIELD]!.filter(
    ({ kind }) => kind === "nth weekday" || kind === "last weekday",
  );
  const isDate = (date: number, { days }: Omit<Page, "count">): boolean =>
    dates!.has(date) || (isLastDate && date === days);
  const isWeekday = (date: number, { days, first }: Omit<Page, "count">): boolean => {
    const weekday = (first + date - 1) % 7;
    return (
      weekdays!.has(weekday) ||
      special.some(
        ({ kind, values, nth }) =>
          values[0]! % 7 === weekday &&
          (kind === "last weekday" ? date + 7 > days : Math.ceil(date / 7) === nth),
      )
    );
  };
  return (date, page) => {
    if (!months!.has(page.month)) return false;
    if (isFree(cron[WEEKDAY_FIELD]!)) return isDate(date, page);
    return isWeekday(date, page) || (!isFree(cron[DATE_FIELD]!) && isDate(date, page));
  };
}

/**
 * The effect of a schedule change: `fires 24 times a day instead of once, next in 4 minutes`. Takes the schedules before
 * and after, the current time, and the anchor of an interval as in `nextRuns`. undefined if there is nothing to report:
 * both mean the same, both run on events or both on conditions, or the new one is invalid.
 */
export function scheduleChangeText(
  before: Schedule,
  after: Schedule,
  { now, anchor }: { now: Date; anchor?: Date | undefined },
): string | undefined {
  if (meaning(before) === meaning(after)) return undefined;
  const untimed = UNTIMED.get(after.trigger_type);
  if (untimed) return before.trigger_type === after.trigger_type ? undefined : `fires ${untimed} from now on`;
  const rate = runsPerDay(after);
  if (rate === undefined) return undefined;
  const [next] = nextRuns(after, { from: now, count: 1, anchor });
  return `fires ${rateChange(runsPerDay(before), rate)}${next ? `, next in ${untilText(now, next)}` : ""}`;
}

/** Trigger types without set times, and what they run on instead. */
export const UNTIMED: ReadonlyMap<string, string> = new Map([
  ["event", "on events"],
  ["conditional", "on its condition"],
]);

/** The same text for all spellings of the same times. */
export function meaning({ trigger_type, schedule_config: config }: Schedule): string {
  if (trigger_type === "cron") {
    const { cron_expression: expression, timezone = "UTC" } = config;
    return text(["cron", canonicalCron(String(expression)), canonicalZone(String(timezone))]);
  }
  return text([trigger_type, trigger_type === "interval" ? (intervalOf(config) ?? config) : config]);
}

function rateChange(before: number | undefined, after: number): string {
  const now = shown(after);
  if (before === undefined) return `${times(now.count)} a ${now.unit} from now on`;
  if (Math.abs(after - before) <= before * 1e-9) return "as often as before";
  const was = shown(before);
  if (now.unit !== was.unit)
    return `${times(now.count)} a ${now.unit} instead of ${times(was.count)} a ${was.unit}`;
  if (now.count === was.count) return "about as often as before";
  return `${times(now.count)} a ${now.unit} instead of ${times(was.count)}`;
}

const times = (count: string): string => (count === "1" ? "once" : `${count} times`);

const PERIODS = [
  { unit: "day", days: 1 },
  { unit: "week", days: 7 },
  { unit: "month", days: CYCLE_DAYS / CYCLE_YEARS / 12 },
  { unit: "year", days: CYCLE_DAYS / CYCLE_YEARS },
] as const;

/** A rate in the shortest period that has a whole run in it. */
function shown(perDay: number): { count: string; unit: string } {
  const period = PERIODS.find(({ days }) => perDay * days > 1 - 1e-9) ?? PERIODS.at(-1)!;
  return { unit: period.unit, count: number(perDay * period.days) };
}

/** Two significant digits; whole numbers from ten up. */
function number(value: number): string {
  if (value < 0.01) return "under 0.01";
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
