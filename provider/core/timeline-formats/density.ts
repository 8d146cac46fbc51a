import { type ClockChange, clockChanges, dayText, localTime } from "../schedule/local-time";
import { periodAt } from "../schedule/zone-clock";
import { eachMinute, type Runs, runsInMinute } from "../timeline/runs";
import type { Timeline } from "../timeline/timeline";
import type { TimelineRow } from "../timeline/timeline-row";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One hour of a day in the zone's local time. */
export interface HourCell {
  runs: number;
  /** Its minutes in the window: 0 if it is outside or skipped, 120 if it occurs twice. */
  minutes: number;
  /** A clock change skips the whole hour. */
  isSkipped: boolean;
}

export interface HeatDay {
  /** `2026-12-07`. */
  date: string;
  /** `Mon 07 Dec`. */
  day: string;
  hours: readonly HourCell[];
  runs: number;
  change?: ClockChange;
}

/** A time of day at which several triggers start. */
export interface BusyMinute {
  /** Its first occurrence, in milliseconds since the epoch. */
  at: number;
  /** How many triggers start at that time. */
  triggers: number;
  /** On how many days that many triggers start at this time of day. */
  days: number;
  rows: readonly TimelineRow[];
}

export interface Density {
  /** Only runs of active triggers. */
  runs: number;
  days: readonly HeatDay[];
  /** The lower bound of each shade, in runs per hour, ascending; at most four, and none if there are no runs. */
  bounds: readonly number[];
  /** Runs in the busiest hour. */
  most: number;
  /** Sorted, busiest first; empty if no two triggers ever start in the same minute. */
  busiest: readonly BusyMinute[];
}

/** How the runs of active triggers are distributed over a window, in the local time of its zone. */
export function densityOf(timeline: Timeline, busiest = 5): Density {
  const active = timeline.rows.filter(({ state }) => state === "active");
  const first = Math.floor(timeline.from / MINUTE);
  const size = Math.ceil(timeline.to / MINUTE) - first;
  const runs = new Float64Array(size);
  const triggers = new Uint32Array(size);
  for (const row of active)
    eachMinute(row.runs, (minute, count) => {
      const at = minute - first;
      runs[at]! += count;
      triggers[at]! += 1;
    });
  const days = heatDays(timeline, runs, first);
  const hours = days.flatMap((day) => day.hours.map((hour) => hour.runs)).filter((count) => count > 0);
  return {
    runs: days.reduce((sum, day) => sum + day.runs, 0),
    days,
    bounds: boundsOf(hours),
    most: Math.max(0, ...hours),
    busiest: busiestMinutes(timeline, active, triggers, first, busiest),
  };
}

function heatDays({ zone, from, to }: Timeline, runs: Float64Array, first: number): HeatDay[] {
  const days = new Map<number, { hours: HourCell[]; runs: number }>();
  let period = periodAt(zone, from);
  for (let at = 0; at < runs.length; at += 1) {
    const time = (first + at) * MINUTE;
    if (time >= period.until) period = periodAt(zone, time);
    const local = time + period.offset;
    const date = Math.floor(local / DAY);
    const day = days.get(date) ?? { hours: emptyHours(), runs: 0 };
    days.set(date, day);
    const hour = day.hours[Math.floor((local - date * DAY) / HOUR)]!;
    hour.minutes += 1;
    hour.runs += runs[at]!;
    day.runs += runs[at]!;
  }
  const changes = clockChanges(zone, { from, to });
  return [...days].map(([date, day]) => {
    const text = new Date(date * DAY).toISOString().slice(0, 10);
    const change = changes.find(
      ({ at, before, after }) => Math.floor((at + Math.min(before, after)) / DAY) === date,
    );
    for (const [hour, each] of day.hours.entries())
      each.isSkipped = change !== undefined && isSkipped(date * DAY + hour * HOUR, change);
    return { date: text, day: dayText(text), ...day, ...(change ? { change } : {}) };
  });
}

/** `hour`: the start of an hour as if it were UTC. */
const isSkipped = (hour: number, { at, before, after }: ClockChange): boolean =>
  hour >= at + before && hour + HOUR <= at + after;

const emptyHours = (): HourCell[] =>
  Array.from({ length: 24 }, () => ({ runs: 0, minutes: 0, isSkipped: false }));

function busiestMinutes(
  { zone }: Timeline,
  active: readonly TimelineRow[],
  triggers: Uint32Array,
  first: number,
  count: number,
): BusyMinute[] {
  const order = levels(triggers);
  const kinds = new Map<string, { at: number; triggers: number; days: number }>();
  for (const [level, minutes] of order) {
    if (kinds.size >= count) break;
    for (const minute of minutes) {
      const at = (first + minute) * MINUTE;
      const key = `${level} ${localTime(zone, at).time}`;
      const kind = kinds.get(key);
      if (kind) kind.days += 1;
      else if (kinds.size < count) kinds.set(key, { at, triggers: level, days: 1 });
    }
  }
  return [...kinds.values()].map((kind) => ({
    ...kind,
    rows: active.filter(({ runs }) => runsInMinute(runs, kind.at / MINUTE)),
  }));
}

/** Minutes grouped by how many triggers start in them, the most first; only those with two or more. */
function levels(triggers: Uint32Array): [number, number[]][] {
  const found = new Map<number, number[]>();
  for (const [minute, level] of triggers.entries()) {
    if (level < 2) continue;
    const minutes = found.get(level);
    if (minutes) minutes.push(minute);
    else found.set(level, [minute]);
  }
  return [...found].sort(([a], [b]) => b - a);
}

/** The shade of a number of runs: 0 for none, then from few to as many as in the busiest hour. */
export const shadeOf = (runs: number, { bounds }: Pick<Density, "bounds">): number =>
  runs === 0 ? 0 : bounds.findLastIndex((bound) => runs >= bound) + 1;

/** The range of runs for each shade: `1`, `2-5`. */
export const shadeRanges = ({ bounds, most }: Pick<Density, "bounds" | "most">): string[] =>
  bounds.map((bound, at) => {
    const last = at === bounds.length - 1 ? most : bounds[at + 1]! - 1;
    return [...new Set([bound, last])].map((runs) => runs.toLocaleString("en-US")).join("-");
  });

const SHADES = 4;

/**
 * With few distinct counts, each gets a shade. Otherwise the bounds grow exponentially, since one trigger may run
 * daily and another every second.
 */
function boundsOf(counts: readonly number[]): number[] {
  const distinct = [...new Set(counts)].sort((a, b) => a - b);
  if (distinct.length <= SHADES) return distinct;
  const [least, most] = [distinct[0]!, distinct.at(-1)!];
  const bounds = [0, 1, 2, 3].map((step) => Math.round(least * (most / least) ** (step / SHADES)));
  return bounds.filter((bound, at) => at === 0 || bound > bounds[at - 1]!);
}

/** The first run of each active trigger, earliest first. */
export function nextOf({ rows }: Pick<Timeline, "rows">, count: number): { at: number; row: TimelineRow }[] {
  const firsts = rows.flatMap((row) => {
    const at = row.state === "active" ? firstRun(row.runs) : undefined;
    return at === undefined ? [] : [{ at, row }];
  });
  return firsts.sort((a, b) => a.at - b.at).slice(0, count);
}

export const firstRun = (runs: Runs): number | undefined => runs[0]?.at;

/** What a clock change does to its day: `clocks go back 1 h at 03:00: the day has 25 hours`. */
export function changeWords({ at, before, after }: ClockChange, { zone }: { zone: string }): string {
  const hours = Math.abs(after - before) / HOUR;
  const local = new Date(at + before).toISOString().slice(11, 16);
  return `clocks go ${after > before ? "forward" : "back"} ${hours} h at ${local} (${zone}): the day has ${24 - (after - before) / HOUR} hours`;
}

/** `overdue since Thu 22 Oct 02:00 +02:00`; undefined for a trigger that is not overdue. */
export function overdueText({ overdueSince: since }: TimelineRow, zone: string): string | undefined {
  if (since === undefined) return undefined;
  const due = Date.parse(since);
  if (Number.isNaN(due)) return "overdue";
  const { day, time, offset } = localTime(zone, due);
  return `overdue since ${day} ${time.slice(0, 5)} ${offset}`;
}
