import { CronExpressionParser } from "cron-parser";
import type { Config, TriggerType } from "./types";

/** Zone abbreviations that Node's ICU knows but the IANA database, which the service reads, does not. */
const NOT_IANA = new Set(
  "ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST".split(
    " ",
  ),
);

/** Seconds between two checks of a condition where the trigger does not say. */
export const DEFAULT_CHECK_SECONDS = 3600;

const MINUTE_MS = 60_000;

/** How far to start later until the parser's answer lies ahead: more than clocks go back at once. */
const CLOCK_CHANGE_MINUTES = 180;

/**
 * The first time a cron expression fires strictly after an instant.
 * @param timezone IANA zone that the fields are read in
 * @param afterMs milliseconds since the epoch
 * @returns milliseconds since the epoch
 */
export function nextCron(expression: string, timezone: string, afterMs: number): number {
  // A cron time is a whole minute. Started right at a time that it falls back to, the parser would give up.
  const start = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + 1;
  for (let minutes = 0; minutes <= CLOCK_CHANGE_MINUTES; minutes += 1) {
    const next = parsedNext(expression, timezone, start + minutes * MINUTE_MS);
    if (next > afterMs) return next;
  }
  throw new Error(`"${expression}" has no time in ${timezone} after ${new Date(afterMs).toISOString()}`);
}

/** What the parser answers: where clocks go back by half an hour, at times a time before the start. */
function parsedNext(expression: string, timezone: string, afterMs: number): number {
  return CronExpressionParser.parse(expression, { currentDate: new Date(afterMs), tz: timezone })
    .next()
    .getTime();
}

/** What is wrong with a cron expression, in a sentence; undefined when it is valid and fires at some time. */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return `a cron expression has exactly 5 fields, got ${fields.length}`;
  // The parser's own extension, which the service does not have.
  if (fields.some((field) => /(^|,)H/i.test(field))) return "hashed fields (H) are not supported";
  try {
    nextCron(expression, "UTC", 0);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a text is an IANA time zone, in the database's own spelling (`Europe/Berlin`, not `europe/berlin`). */
export function isTimezone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text) || NOT_IANA.has(text)) return false;
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
    return known.toLowerCase() !== text.toLowerCase() || known === text;
  } catch {
    return false;
  }
}

/**
 * The value of `next_scheduled_at` counted from an instant.
 * @param fromMs milliseconds since the epoch
 * @param starting true at creation, the only time `start_immediately` has a meaning
 * @returns milliseconds since the epoch; null for an event trigger, which no time schedules
 */
export function nextScheduled(
  type: TriggerType,
  config: Config,
  fromMs: number,
  starting: boolean,
): number | null {
  switch (type) {
    case "cron":
      return nextCron(String(config["cron_expression"]), String(config["timezone"] ?? "UTC"), fromMs);
    case "interval":
      if (starting && config["start_immediately"] === true) return fromMs;
      return fromMs + Number(config["interval_seconds"]) * 1000;
    case "conditional":
      return fromMs + Number(config["check_interval_seconds"] ?? DEFAULT_CHECK_SECONDS) * 1000;
    case "event":
      return null;
  }
}
