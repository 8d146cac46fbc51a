import { type Cron, type CronPart, fieldValues, isFree, isFull } from "./cron-grammar";
import { type Period, periodAt } from "./zone-clock";

const HOUR_FIELD = 1;

const DAY = 86_400_000;

/** The last date that JavaScript has, less a year as room for calculations. */
const LATEST = 8.64e15 - 366 * DAY;

/**
 * The next runs after a moment, ascending; fewer than `count` if there are no more. A local time that a clock change
 * skips runs later by as much as the clocks go forward; one that occurs twice runs the first time. An expression for
 * every hour follows elapsed time instead: nothing skipped is made up, and a repeated time runs twice. `localTimes`:
 * the local times of the expression, if the caller already has them.
 */
export function cronRuns(
  cron: Cron,
  zone: string,
  from: Date,
  count: number,
  localTimes: LocalTimes = localTimesOf(cron),
): Date[] {
  const isEveryHour = isFull(fieldValues(cron[HOUR_FIELD]!, HOUR_FIELD), HOUR_FIELD);
  const runs: number[] = [];
  let last = from.getTime();
  let start = last;
  while (runs.length < count && start < LATEST) {
    const period = periodAt(zone, start);
    const skipped = isEveryHour ? [] : skippedRuns(period, localTimes).filter((time) => time > last);
    for (const time of merged(skipped, runsIn(period, last, localTimes, isEveryHour))) {
      if (runs.length === count) break;
      if (time > last) runs.push(time);
      last = Math.max(last, time);
    }
    start = period.until;
    if (last >= period.from) continue;
    // No run in this period. A rare expression jumps ahead to its next date instead of checking every period.
    const [next = LATEST] = localTimes(start - DAY, Number.POSITIVE_INFINITY);
    start = Math.max(start, next - 2 * DAY);
  }
  return runs.map((time) => new Date(time));
}

/** Local times between two local times, exclusive, all written as if they were UTC. */
export type LocalTimes = (after: number, before: number) => Iterable<number>;

/** Uses cron-parser for the calendar, in UTC: in zones with clock changes it loses days. */
function localTimesOf(cron: Cron): LocalTimes {
  // Loaded on demand, since it loads luxon too.
  const { CronExpressionParser } = require("cron-parser") as typeof import("cron-parser");
  const parsed = CronExpressionParser.parse(cron.map(spelledOut).join(" "), { tz: "UTC" });
  return function* (after, before) {
    parsed.reset(new Date(after));
    // Not hasNext() and next(): each of them computes the next run.
    for (const date of parsed) {
      const time = date.getTime();
      if (time >= before) return;
      yield time;
    }
  };
}

/** A field as cron-parser accepts it: a list of its values. */
function spelledOut(parts: readonly CronPart[], index: number): string {
  if (isFree(parts)) return "*";
  const special = parts
    .filter(({ kind }) => kind !== "values")
    .map(({ kind, values, nth }) =>
      kind === "last" ? "L" : `${values[0]! % 7}${kind === "nth weekday" ? `#${nth}` : "L"}`,
    );
  return [...fieldValues(parts, index), ...new Set(special)].join(",");
}

/** The runs within a period, at their local times. */
function* runsIn(
  { from, until, offset, before }: Period,
  after: number,
  localTimes: LocalTimes,
  isEveryHour: boolean,
): Iterable<number> {
  // A time that ran before the clocks went back does not run again.
  const firstNew = isEveryHour ? from + offset : from + Math.max(offset, before);
  for (const local of localTimes(Math.max(after + offset, firstNew - 1), until + offset))
    yield local - offset;
}

/** The runs whose local times were skipped by the clock change at the start of a period. */
const skippedRuns = ({ from, offset, before }: Period, localTimes: LocalTimes): number[] =>
  offset <= before ? [] : [...localTimes(from + before - 1, from + offset)].map((local) => local - before);

/** Merges two ascending sequences. */
function* merged(some: readonly number[], others: Iterable<number>): Iterable<number> {
  const left = [...some];
  for (const other of others) {
    while (left.length > 0 && left[0]! <= other) yield left.shift()!;
    yield other;
  }
  yield* left;
}
