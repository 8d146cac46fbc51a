import { localTime } from "../schedule/local-time";
import type { LiveTrigger, TriggerStatus } from "../schema/model";
import { untilText } from "../text/duration-text";
import { many, plural } from "../text/plural";
import { cronOf, nextRuns, type Schedule, UNTIMED } from "./next-runs";
import { countRuns, runsBetween } from "./runs";

/**
 * The service does not run missed runs later. Source: Triggers API, POST …/resume: the next run is computed from now.
 */
const NOT_REPLAYED = "not replayed";

/**
 * The effect of resuming a trigger: `next run in 3 h 20 min, 2026-11-25 02:00 (UTC); 2 runs missed while it was
 * paused (2026-11-23 02:00 and 2026-11-24 02:00) are not replayed`. Takes its new schedule, and the live trigger with
 * its old status. undefined for an invalid schedule.
 */
export function resumeText(
  schedule: Schedule,
  { now, live }: { now: Date; live: Stopped },
): string | undefined {
  const next = nextText(schedule, now);
  return next && `${next}; ${missedText(live, now)}`;
}

/** A stopped trigger, with what is needed to compute its missed runs. */
export type Stopped = Schedule & { status: TriggerStatus } & Partial<
    Pick<LiveTrigger, "created_at" | "health">
  >;

/** `next run in 3 h 20 min, 2026-11-25 02:00 (UTC)`, for a trigger that is started or created now. */
export function nextText(schedule: Schedule, now: Date): string | undefined {
  const untimed = UNTIMED.get(schedule.trigger_type);
  if (untimed) return `fires ${untimed} again`;
  const [next] = nextRuns(schedule, { from: now, count: 1 });
  return next && `next run in ${untilText(now, next)}${momentText(next.getTime(), schedule, now.getTime())}`;
}

const YEAR = 366 * 86_400_000;

/** Days are precise enough for a distant moment. */
const momentText = (at: number, schedule: Schedule, now: number): string =>
  at - now > 10 * YEAR ? "" : `, ${minuteText(at, zoneOf(schedule))} (${zoneOf(schedule)})`;

const zoneOf = ({ trigger_type: type, schedule_config: config }: Schedule): string =>
  (type === "cron" ? cronOf(config)?.zone : undefined) ?? "UTC";

const minuteText = (at: number, zone: string): string => {
  const { date, time } = localTime(zone, at);
  return `${date} ${time.slice(0, 5)}`;
};

const SINCE: Readonly<Record<TriggerStatus, string>> = {
  active: "before the replacement",
  paused: "while it was paused",
  failed: "since it failed",
  disabled: "since it was disabled",
};

/** Which runs were missed since its last run or its creation. */
export function missedText(live: Stopped, now: Date): string {
  const when = SINCE[live.status];
  const since = Date.parse(live.health?.last_triggered_at ?? live.created_at ?? "");
  // After that long, a count is not useful.
  if (UNTIMED.has(live.trigger_type) || Number.isNaN(since) || now.getTime() - since > 10 * YEAR)
    return `runs missed ${when} are ${NOT_REPLAYED}`;
  const runs = runsBetween(live, { from: since + 1, to: now.getTime() + 1 }, since);
  const count = countRuns(runs);
  if (count === 0) return `no run was missed ${when}`;
  const zone = zoneOf(live);
  const last = runs.at(-1)!;
  const [first, latest] = [runs[0]!.at, last.at + last.step * (last.count - 1)].map((at) =>
    minuteText(at, zone),
  );
  const times = count === 1 ? first : `${first} ${count === 2 ? "and" : "to"} ${latest}`;
  return `${many(count, "run")} missed ${when} (${times}, ${zone}) ${plural(count, "is", "are")} ${NOT_REPLAYED}`;
}
