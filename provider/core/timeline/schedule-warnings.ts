import { notPortable } from "../schedule/cron-portability";
import { localTime, type Span } from "../schedule/local-time";
import { type CalendarWarning, calendarWarnings } from "./calendar-warnings";
import { clockChangeWarning } from "./clock-changes";
import { crowdedMinutes, crowdedText, MOST_STARTS, type ScheduledTrigger } from "./crowded-minutes";
import { cronOf, nextRuns, runsPerDay, type Schedule } from "./next-runs";

const DAY = 86_400_000;
/** The average year of the calendar's cycle, in days. */
const YEAR = 365.2425;

export type ScheduleWarningCode =
  | "CROWDED_MINUTE"
  | "CLOCK_CHANGE"
  | "RARE_SCHEDULE"
  | "CRON_NOT_PORTABLE"
  | CalendarWarning["code"];

/** A warning about schedules that are valid but may be unintended. */
export interface ScheduleWarning {
  code: ScheduleWarningCode;
  /** Indices of the triggers that it concerns; it is reported for the first. */
  triggers: readonly number[];
  /** The key in `schedule_config`. */
  key: "cron_expression" | "interval_seconds";
  message: string;
  hint: string;
  /** Moments to mark in a picture, in milliseconds since the epoch. */
  at: readonly number[];
}

export interface CheckOptions {
  /** Milliseconds since the epoch: clock changes in the year after it are reported. */
  from: number;
  /** The window in which crowded minutes are searched; default: {@link CROWD_DAYS} from `from`. */
  window?: Span;
  /** The limit of starts per minute, by namespace; default: {@link MOST_STARTS}. */
  mostStarts?: number | undefined;
}

/** Times are written with four-digit years. */
const LATEST = Date.UTC(9999, 11, 31);

/** Long enough to contain each weekday and each date. */
const CROWD_DAYS = 31;

/**
 * The warnings about a set of triggers, in their order. Takes triggers that run and whose schedule is not secret.
 * CRON_NOT_PORTABLE is checked per schedule in `definitions`.
 */
export function scheduleWarnings(
  triggers: readonly ScheduledTrigger[],
  { from, window = { from, to: from + CROWD_DAYS * DAY }, mostStarts = MOST_STARTS }: CheckOptions,
): ScheduleWarning[] {
  const year = { from, to: Math.min(from + 365 * DAY, LATEST) };
  const own = triggers.flatMap(({ schedule }, index): ScheduleWarning[] => {
    const config = schedule.schedule_config;
    const key = keyOf(schedule);
    const clocks = schedule.trigger_type === "cron" ? clockChangeWarning(config, year) : undefined;
    const rare = rareWarning(schedule, from);
    const irregular = schedule.trigger_type === "cron" ? calendarWarnings(config) : [];
    return [
      ...(clocks ? [{ code: "CLOCK_CHANGE" as const, triggers: [index], key, ...clocks } as const] : []),
      ...(rare ? [{ code: "RARE_SCHEDULE" as const, triggers: [index], key, at: [], ...rare } as const] : []),
      ...irregular.map((warning) => ({ ...warning, triggers: [index], key, at: [] }) as const),
    ];
  });
  const crowded = crowdedMinutes(triggers, window, mostStarts).map(
    (minute): ScheduleWarning => ({
      code: "CROWDED_MINUTE",
      triggers: minute.triggers,
      key: keyOf(triggers[minute.triggers[0]!]!.schedule),
      at: [minute.at],
      ...crowdedText(minute, triggers, window),
    }),
  );
  return [...own, ...crowded].sort((a, b) => a.triggers[0]! - b.triggers[0]!);
}

const keyOf = ({ trigger_type: type }: Schedule): ScheduleWarning["key"] =>
  type === "cron" ? "cron_expression" : "interval_seconds";

/** Warnings about schedules that cron libraries read differently; `validate` reports these with the definitions. */
export function portabilityWarnings(triggers: readonly ScheduledTrigger[]): ScheduleWarning[] {
  return triggers.flatMap(({ schedule }, index): ScheduleWarning[] => {
    const expression =
      schedule.trigger_type === "cron" ? schedule.schedule_config["cron_expression"] : undefined;
    const found = typeof expression === "string" ? notPortable(expression) : undefined;
    return found
      ? [{ code: "CRON_NOT_PORTABLE", triggers: [index], key: "cron_expression", at: [], ...found }]
      : [];
  });
}

/** A warning about a schedule that does not run every year. */
function rareWarning(schedule: Schedule, from: number): { message: string; hint: string } | undefined {
  const { trigger_type: type, schedule_config: config } = schedule;
  // If every month is allowed, some date of each year matches.
  if (type === "cron" && config["cron_expression"]?.toString().trim().split(/\s+/)[3] === "*")
    return undefined;
  const rate = runsPerDay(schedule);
  if (rate === undefined || rate * YEAR > 1 - 1e-9) return undefined;
  if (type === "interval")
    return {
      message: `an interval of ${String(config["interval_seconds"])} seconds runs less than once a year`,
      hint: "Write at most 31536000, a year.",
    };
  const zone = cronOf(config)?.zone ?? "UTC";
  const [next] = nextRuns(schedule, { from: new Date(from), count: 1 });
  const when = next === undefined ? "never from now on" : `next on ${localTime(zone, next.getTime()).date}`;
  return {
    message: `"${String(config["cron_expression"])}" runs less than once a year, ${when}`,
    hint: "Choose a day that every month has, up to 28.",
  };
}
