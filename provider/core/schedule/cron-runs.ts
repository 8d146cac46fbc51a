import { type Cron, type CronPart, fieldValues, isFree, isFull } from "./cron-grammar";
import { type Period, periodAt } from "./zone-clock";

const HOUR_FIELD = 1;

const DAY = 86_400_000;

/** The last date that there is, less a year to calculate in. */
const LATEST = 8.64e15 - 366 * DAY;

/**
 * The next runs after a moment, rising; fewer than `count` where there are no more. A local time that a change of clocks
 * skips fires as much later as the clocks go forward; one that comes twice fires at the first of the two. An expression
 * for every hour goes on with the time instead: nothing is caught up, and what comes twice fires twice. In:
 * `localTimes`, the expression's times by any clock, where the caller has them already.
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
    // Nothing in all of it: what fires once in years is looked for by the calendar first.
    const [next = LATEST] = localTimes(start - DAY, Number.POSITIVE_INFINITY);
    start = Math.max(start, next - 2 * DAY);
  }
  return runs.map((time) => new Date(time));
}

/** Local times, as if they were UTC, after one and before another. */
export type LocalTimes = (after: number, before: number) => Iterable<number>;

/** cron-parser knows the calendar. It walks in UTC, which has no changes of clocks: in others it loses days to them. */
function localTimesOf(cron: Cron): LocalTimes {
  // Loaded where next runs are shown: it brings luxon with it.
  const { CronExpressionParser } = require("cron-parser") as typeof import("cron-parser");
  const parsed = CronExpressionParser.parse(cron.map(spelledOut).join(" "), { tz: "UTC" });
  return function* (after, before) {
    parsed.reset(new Date(after));
    // Not hasNext() and next(): each looks for the next run.
    for (const date of parsed) {
      const time = date.getTime();
      if (time >= before) return;
      yield time;
    }
  };
}

/** A field in the form that cron-parser takes: each value once. */
function spelledOut(parts: readonly CronPart[], index: number): string {
  if (isFree(parts)) return "*";
  const special = parts
    .filter(({ kind }) => kind !== "values")
    .map(({ kind, values, nth }) =>
      kind === "last" ? "L" : `${values[0]! % 7}${kind === "nth weekday" ? `#${nth}` : "L"}`,
    );
  return [...fieldValues(parts, index), ...new Set(special)].join(",");
}

/** The runs of a period at their own local times. */
function* runsIn(
  { from, until, offset, before }: Period,
  after: number,
  localTimes: LocalTimes,
  isEveryHour: boolean,
): Iterable<number> {
  // What came already, before the clocks went back, does not come again.
  const firstNew = isEveryHour ? from + offset : from + Math.max(offset, before);
  for (const local of localTimes(Math.max(after + offset, firstNew - 1), until + offset))
    yield local - offset;
}

/** The runs whose local times the change at a period's beginning skipped. */
const skippedRuns = ({ from, offset, before }: Period, localTimes: LocalTimes): number[] =>
  offset <= before ? [] : [...localTimes(from + before - 1, from + offset)].map((local) => local - before);

/** Two rising sequences as one. */
function* merged(some: readonly number[], others: Iterable<number>): Iterable<number> {
  const left = [...some];
  for (const other of others) {
    while (left.length > 0 && left[0]! <= other) yield left.shift()!;
    yield other;
  }
  yield* left;
}
