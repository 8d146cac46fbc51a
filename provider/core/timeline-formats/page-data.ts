import { clockChanges } from "../schedule/local-time";
import { periodAt } from "../schedule/zone-clock";
import type { Runs } from "../timeline/runs";
import type { Timeline } from "../timeline/timeline";
import type { RowSchedule } from "../timeline/timeline-row";

/**
 * The data for the page's scripts. Times are in milliseconds from the window's start; runs are `at, step, count`,
 * flat.
 */
export function pageData(timeline: Timeline): object {
  const { from, to, zone, rows, warnings } = timeline;
  const indices = new Map(rows.map((row, at) => [row, at]));
  const offsets = [
    [from, periodAt(zone, from).offset],
    ...clockChanges(zone, timeline).map(({ at, after }) => [at, after]),
  ];
  return {
    from,
    to,
    zone,
    offsets,
    warnings: warnings.map(({ code, rows: own, message, at }) => [
      code,
      `${code}: ${message}`,
      own.map((row) => indices.get(row)),
      at.map((moment) => moment - from),
    ]),
    rows: rows.map((row) => [
      row.name,
      row.environment,
      row.namespace ?? "",
      row.action,
      row.resource ?? "",
      row.change,
      row.place ? `${row.place.file}:${row.place.line}` : "",
      scheduleData(row, from),
      row.live ? scheduleData(row.live, from) : null,
    ]),
  };
}

const scheduleData = (
  { state, rule, expression, runs, suppressed = [] }: RowSchedule,
  from: number,
): unknown[] => [state, rule, expression, seriesData(runs, from), seriesData(suppressed, from)];

const seriesData = (runs: Runs, from: number): number[] =>
  runs.flatMap(({ at, step, count }) => [at - from, step, count]);
