import { fieldValues } from "../schedule/cron-grammar";
import { cronRuns, type LocalTimes } from "../schedule/cron-runs";
import { calendarDay, type LocalDay, localDays, type Span } from "../schedule/local-time";
import type { LiveTrigger } from "../schema/model";
import { cronOf, dayRule, intervalOf, nextRuns, type Schedule } from "./next-runs";

/** Evenly spaced runs: `count` of them from `at` on, `step` apart, in milliseconds; `step` is 0 for a single run. */
export interface RunSeries {
  at: number;
  step: number;
  count: number;
}

/** The runs of a trigger in a window, ascending. A run every second for a month is one series. */
export type Runs = readonly RunSeries[];

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * The runs of a schedule in a window: the same times as `nextRuns`, but without computing each one. An interval
 * counts from `anchor`, by default the start of the window. Empty for triggers on events or conditions.
 */
export function runsBetween(schedule: Schedule, span: Span, anchor = span.from): Runs {
  if (schedule.trigger_type === "cron") return cronRunsBetween(schedule, span);
  const [first, second] = nextRuns(schedule, {
    from: new Date(span.from - 1),
    count: 2,
    anchor: new Date(anchor),
  }).map(Number);
  if (first === undefined || first >= span.to) return [];
  const step = second === undefined ? 0 : second - first;
  const count = step === 0 ? 1 : Math.floor((span.to - 1 - first) / step) + 1;
  return [{ at: first, step: count === 1 ? 0 : step, count }];
}

/**
 * The moment from which the next run of a live interval counts; for a trigger that is not running, now. Milliseconds.
 */
export function phaseOf(live: LiveTrigger, now: number): number {
  const { next_scheduled_at: next, last_triggered_at: last } = live.health;
  const step = intervalOf(live.schedule_config) ?? 0;
  if (live.status !== "active") return now;
  const counted = next === undefined ? Date.parse(last ?? live.created_at ?? "") : Date.parse(next) - step;
  return Number.isNaN(counted) ? now : counted;
}

/** All days without a clock change have the same local times; `cronRuns` handles the others. */
function cronRunsBetween({ schedule_config: config }: Schedule, span: Span): Runs {
  const read = cronOf(config);
  if (!read) return [];
  const { cron, zone } = read;
  const firesOn = dayRule(cron);
  const [minutes, hours] = cron.map((parts, index) => fieldValues(parts, index));
  const times = hours!.flatMap((hour) => minutes!.map((minute) => (hour * 60 + minute) * MINUTE));
  times.sort((a, b) => a - b);
  const localTimes = localTimesOf(firesOn, times);
  const found = new Series(span);
  let unsettled: LocalDay[] = [];
  const settle = (end: number): void => {
    const [first] = unsettled;
    if (first && unsettled.some((day) => firesOn(day.date, day.month))) {
      // Setting a clock back repeats at most an hour. One extra run shows whether there are more.
      const most = times.length * (unsettled.length + 1) + 1;
      for (const run of cronRuns(cron, zone, new Date(first.start - 1), most, localTimes))
        if (run.getTime() < end) found.add(run.getTime());
    }
    unsettled = [];
  };
  for (const day of localDays(zone, span)) {
    if (day.hasChange) {
      unsettled.push(day);
      continue;
    }
    settle(day.start);
    if (firesOn(day.date, day.month)) for (const time of times) found.add(day.start + time);
  }
  settle(span.to);
  return found.all;
}

/** An expression without a run within this time never runs. */
const LONGEST_WAIT_DAYS = 41 * 366;

/** The local times of an expression: its times of day on each of its dates. */
function localTimesOf(firesOn: ReturnType<typeof dayRule>, times: readonly number[]): LocalTimes {
  return function* (after, before) {
    const first = Math.floor(after / DAY);
    for (let day = first; day * DAY < before && day < first + LONGEST_WAIT_DAYS; day += 1) {
      const { date, month } = calendarDay(day * DAY);
      if (!firesOn(date, month)) continue;
      for (const time of times) {
        const local = day * DAY + time;
        if (local >= before) return;
        if (local > after) yield local;
      }
    }
  };
}

/** Groups ascending times into series. */
class Series {
  readonly all: RunSeries[] = [];

  constructor(private readonly span: Span) {}

  add(time: number): void {
    if (time < this.span.from || time >= this.span.to) return;
    const last = this.all.at(-1);
    if (!last) this.all.push({ at: time, step: 0, count: 1 });
    else if (last.count === 1) {
      last.step = time - last.at;
      last.count = 2;
    } else if (time === endOf(last) + last.step) last.count += 1;
    else this.all.push({ at: time, step: 0, count: 1 });
  }
}

const endOf = ({ at, step, count }: RunSeries): number => at + step * (count - 1);

export const countRuns = (runs: Runs): number => runs.reduce((sum, { count }) => sum + count, 0);

export function* eachRun(runs: Runs): Iterable<number> {
  for (const { at, step, count } of runs) for (let n = 0; n < count; n += 1) yield at + n * step;
}

/** Calls `visit` for each minute with runs, and their number: a run every second costs no more than one a minute. */
export function eachMinute(runs: Runs, visit: (minute: number, count: number) => void): void {
  for (const series of runs) {
    if (series.step >= MINUTE || series.count === 1) {
      for (let n = 0; n < series.count; n += 1) visit(Math.floor((series.at + n * series.step) / MINUTE), 1);
      continue;
    }
    const last = Math.floor(endOf(series) / MINUTE);
    let before = 0;
    for (let minute = Math.floor(series.at / MINUTE); minute <= last; minute += 1) {
      const after = runsBefore(series, (minute + 1) * MINUTE);
      visit(minute, after - before);
      before = after;
    }
  }
}

function runsBefore({ at, step, count }: RunSeries, time: number): number {
  if (time <= at) return 0;
  return Math.min(count, Math.floor((time - 1 - at) / step) + 1);
}

/** Whether any run starts in a minute, counted from the epoch. */
export const runsInMinute = (runs: Runs, minute: number): boolean =>
  runs.some((series) => {
    const from = minute * MINUTE;
    if (series.at >= from + MINUTE || endOf(series) < from) return false;
    if (series.at >= from || series.step === 0) return true;
    const next = series.at + Math.ceil((from - series.at) / series.step) * series.step;
    return next < from + MINUTE;
  });
