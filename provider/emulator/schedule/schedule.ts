import type { Config, TriggerType } from "../model/types";
import { type CronDialect, CronError, type CronTimes, readCron } from "./cron";
import { type ClockRule, momentsOf, offsetAt } from "./wall-clock";

/** Zone abbreviations that are in Node's ICU, but not in the IANA database that the service uses. */
const NOT_IANA = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(
    " ",
  ),
);

/** The default number of seconds between two checks of a condition. */
export const DEFAULT_CHECK_SECONDS = 3600;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Longer than from one 29 February that is a fifth Monday to the next, across a century year that is not a leap year.
 */
const LONGEST_WAIT_DAYS = 41 * 366;

const CLOCK_RULES: Readonly<Record<CronDialect, ClockRule>> = {
  standard: { skipped: "later", twice: false },
  croniter: { skipped: "after", twice: true },
  apscheduler: { skipped: "later", twice: true },
};

/**
 * The next time that a cron expression fires, strictly after a given time.
 * @param timezone IANA zone that the fields are read in
 * @param afterMs milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws CronError if the expression is invalid or never fires
 */
export function nextCron(
  expression: string,
  timezone: string,
  afterMs: number,
  dialect: CronDialect = "standard",
): number {
  const times = readCron(expression, dialect);
  const rule: ClockRule =
    dialect === "standard" && times.hours.length === 24
      ? { skipped: "never", twice: true }
      : CLOCK_RULES[dialect];
  const today = Math.floor((afterMs + offsetAt(timezone, afterMs)) / DAY_MS);
  let first: number | undefined;
  // A time that a clock change skips may run on the following day, possibly after a time of that day.
  for (let day = today - 1; day < today + LONGEST_WAIT_DAYS; day += 1) {
    const date = new Date(day * DAY_MS);
    const isDay = times.isDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
    const next = isDay ? firstOf(day * DAY_MS, times, timezone, afterMs, rule) : undefined;
    if (first !== undefined) return Math.min(first, next ?? first);
    first = next;
  }
  if (first !== undefined) return first;
  throw new CronError(`"${expression}" never fires`);
}

/** The first of a day's times that is later than a given time. */
function firstOf(
  dayMs: number,
  { hours, minutes }: CronTimes,
  timezone: string,
  afterMs: number,
  rule: ClockRule,
): number | undefined {
  const isQuiet = offsetAt(timezone, dayMs - DAY_MS) === offsetAt(timezone, dayMs + 2 * DAY_MS);
  let first: number | undefined;
  for (const hour of hours) {
    for (const minute of minutes) {
      const local = dayMs + (hour * 60 + minute) * MINUTE_MS;
      const moments = isQuiet
        ? [local - offsetAt(timezone, dayMs - DAY_MS)]
        : momentsOf(local, timezone, rule);
      for (const moment of moments)
        if (moment > afterMs && (first === undefined || moment < first)) first = moment;
      if (isQuiet && first !== undefined) return first;
    }
  }
  return first;
}

/** What is wrong with a cron expression, in a sentence; undefined if it is valid and fires at all. */
export function cronProblem(expression: string, dialect: CronDialect = "standard"): string | undefined {
  try {
    nextCron(expression, "UTC", 0, dialect);
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** Whether a text is an IANA time zone, in the database's own case (`Europe/Berlin`, not `europe/berlin`). */
export function isTimezone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text) || NOT_IANA.has(text)) return false;
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
    return known.toLowerCase() !== text.toLowerCase() || known === text;
  } catch {
    return false;
  }
}

/** A stored trigger with an expression that this dialect cannot read stays, but never fires. */
function cronOrNever(
  expression: string,
  timezone: string,
  afterMs: number,
  dialect: CronDialect,
): number | null {
  return cronProblem(expression, dialect) === undefined
    ? nextCron(expression, timezone, afterMs, dialect)
    : null;
}

/**
 * The value of `next_scheduled_at`, counted from a given time.
 * @param fromMs milliseconds since the epoch
 * @param starting true at creation, the only time at which `start_immediately` matters
 * @returns milliseconds since the epoch; null for an event trigger, which does not depend on time
 */
export function nextScheduled(
  type: TriggerType,
  config: Config,
  fromMs: number,
  starting: boolean,
  dialect: CronDialect,
): number | null {
  switch (type) {
    case "cron":
      return cronOrNever(
        String(config["cron_expression"]),
        String(config["timezone"] ?? "UTC"),
        fromMs,
        dialect,
      );
    case "interval":
      if (starting && config["start_immediately"] === true) return fromMs;
      return fromMs + Number(config["interval_seconds"]) * 1000;
    case "conditional":
      return fromMs + Number(config["check_interval_seconds"] ?? DEFAULT_CHECK_SECONDS) * 1000;
    case "event":
      return null;
  }
}
