import { type Cron, fieldValues } from "../schedule/cron-grammar";
import { type ClockChange, calendarDay, clockChanges, type Span } from "../schedule/local-time";
import type { JsonObject } from "../schema/model";
import { cronOf, dayRule } from "./next-runs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A run whose local time is skipped or repeated by a clock change. */
export interface AffectedRun {
  /** `2027-03-28 02:30`, in the schedule's zone. */
  time: string;
  kind: "skipped" | "repeated";
  /** When the clocks change, or the first occurrence of the repeated time; milliseconds since the epoch. */
  at: number;
}

/** The runs of an expression that the clock changes in a window skip or repeat, in order. */
export function affectedRuns(cron: Cron, zone: string, span: Span): AffectedRun[] {
  const changes = clockChanges(zone, span);
  if (changes.length === 0) return [];
  const times = timesOfDay(cron);
  let firesOn: ReturnType<typeof dayRule> | undefined;
  return changes.flatMap((change) => {
    const found: AffectedRun[] = [];
    const { from, to } = affectedTimes(change);
    const isSkipped = change.after > change.before;
    for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
      const inside = times.filter((time) => day + time >= from && day + time < to);
      if (inside.length === 0) continue;
      firesOn ??= dayRule(cron);
      const { date, month } = calendarDay(day);
      if (!firesOn(date, month)) continue;
      for (const time of inside)
        found.push({
          time: new Date(day + time).toISOString().slice(0, 16).replace("T", " "),
          kind: isSkipped ? "skipped" : "repeated",
          at: isSkipped ? change.at : day + time - change.before,
        });
    }
    return found;
  });
}

/** The local times that a clock change skips or repeats, as if they were UTC; `to` is exclusive. */
const affectedTimes = ({ at, before, after }: ClockChange): Span => ({
  from: at + Math.min(before, after),
  to: at + Math.max(before, after),
});

/** Milliseconds from midnight, ascending. */
function timesOfDay(cron: Cron): number[] {
  const [minutes, hours] = cron.map(fieldValues);
  return hours!.flatMap((hour) => minutes!.map((minute) => hour * HOUR + minute * MINUTE));
}

/** A schedule this frequent follows elapsed time all day, so one run more or less does not matter. */
const FREQUENT = 3 * HOUR;

function isFrequent(times: readonly number[]): boolean {
  return times.every((time, at) => (times[at + 1] ?? times[0]! + DAY) - time <= FREQUENT);
}

/** A warning about a cron schedule with runs that the clock changes in a window skip or repeat. */
export function clockChangeWarning(
  config: JsonObject,
  span: Span,
): { message: string; hint: string; at: number[] } | undefined {
  const read = cronOf(config);
  if (!read || isFrequent(timesOfDay(read.cron))) return undefined;
  const runs = affectedRuns(read.cron, read.zone, span);
  if (runs.length === 0) return undefined;
  const zone = String(config["timezone"]);
  const changes = clockChanges(read.zone, span);
  const sentences = changes.flatMap((change) => {
    const { from, to } = affectedTimes(change);
    const own = runs.filter(({ time }) => {
      const local = Date.parse(`${time.replace(" ", "T")}Z`);
      return local >= from && local < to;
    });
    return own.length === 0 ? [] : [sentenceOf(own, change)];
  });
  return {
    message: `"${String(config["cron_expression"])}" is affected by clock changes in ${zone}: ${sentences.join("; ")}`,
    hint: `Choose a time outside ${outside(changes)}, or timezone: UTC.`,
    at: [...new Set(runs.map(({ at }) => at))],
  };
}

const MOST_TIMES = 3;

/** Such as `2027-03-28 02:30 does not exist (…)`, for the runs that one change skips or repeats. */
function sentenceOf(runs: readonly AffectedRun[], { before, after }: ClockChange): string {
  const [first] = runs;
  const times = runs
    .slice(0, MOST_TIMES)
    .map(({ time }, at) =>
      at > 0 && time.slice(0, 10) === first!.time.slice(0, 10) ? time.slice(11) : time,
    );
  const left = runs.length - times.length;
  const parts =
    left > 0 ? [times.join(", "), `${left} more`] : [times.slice(0, -1).join(", "), times.at(-1)!];
  const subject = parts.filter((part) => part !== "").join(" and ");
  const isOne = runs.length === 1;
  if (first!.kind === "repeated")
    return `${subject} ${isOne ? "occurs twice (it" : "occur twice (they"} may run twice)`;
  const late = spanText(Math.abs(after - before));
  return `${subject} ${isOne ? "does not exist (the run is" : "do not exist (the runs are"} lost or up to ${late} late)`;
}

const spanText = (span: number): string =>
  span % HOUR === 0 ? `${span / HOUR} h` : `${Math.round(span / MINUTE)} min`;

/** `02:00-03:00`: the times of day that any of the changes skips or repeats. */
function outside(changes: readonly ClockChange[]): string {
  const clock = (local: number): string => new Date(local).toISOString().slice(11, 16);
  const ranges: { from: number; to: number }[] = [];
  const all = changes
    .map(affectedTimes)
    .map(({ from, to }) => ({ from: from % DAY, to: (from % DAY) + to - from }));
  for (const range of all.sort((a, b) => a.from - b.from)) {
    const last = ranges.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else ranges.push(range);
  }
  return ranges.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(" and ");
}
