import { versioned } from "../json/output-version";
import { jsonText } from "../json/safe-text";
import type { JsonObject } from "../schema/model";
import { countRuns, type Runs } from "../timeline/runs";
import type { Timeline } from "../timeline/timeline";
import type { RowPlace, RowSchedule } from "../timeline/timeline-row";
import { densityOf, nextOf } from "./density";

const iso = (time: number): string => new Date(time).toISOString();

/** A timeline as data. Runs are grouped into series: `count` runs from `first` on, `every_seconds` apart. */
export function timelineJson(timeline: Timeline): string {
  const { from, to, zone, environments, isOffline, rows, others, warnings, notes } = timeline;
  const { runs, days, busiest } = densityOf(timeline);
  return jsonText(
    versioned({
      zone,
      from: iso(from),
      to: iso(to),
      environments: [...environments],
      offline: isOffline,
      runs,
      triggers: rows.map((row) => ({
        ...identity(row),
        state: row.state,
        change: row.change,
        schedule: scheduleJson(row),
        live: row.live ? { state: row.live.state, schedule: scheduleJson(row.live) } : null,
        last_error: row.error ?? null,
        overdue: row.overdueSince !== undefined,
        overdue_since: row.overdueSince || null,
        quiet: (row.quiet?.spans ?? []).map((span) => ({ from: iso(span.from), until: iso(span.to) })),
        quiet_reason: row.quiet?.first.reason ?? null,
      })),
      others: others.map((row) => ({
        ...identity(row),
        state: row.state,
        change: row.change,
        waits_for: row.waitsFor,
      })),
      days: days.map(({ date, hours, runs, change }) => ({
        date,
        runs,
        hours: hours.map((hour) => hour.runs),
        clock_change: change
          ? { at: iso(change.at), minutes: (change.after - change.before) / 60_000 }
          : null,
      })),
      busiest: busiest.map(({ at, triggers, days, rows }) => ({
        at: iso(at),
        triggers,
        days,
        names: rows.map(({ name }) => name),
      })),
      next: nextOf(timeline, 10).map(({ at, row }) => ({
        at: iso(at),
        environment: row.environment,
        name: row.name,
      })),
      warnings: warnings.map(({ code, rows, message, hint, at }) => ({
        code,
        environment: rows[0]!.environment,
        names: rows.map(({ name }) => name),
        message,
        hint,
        at: at.map(iso),
      })),
      notes: [...notes],
    }),
  );
}

const identity = (row: {
  environment: string;
  namespace?: string;
  name: string;
  action: string;
  resource?: string;
  place?: RowPlace;
}): JsonObject => ({
  environment: row.environment,
  namespace: row.namespace ?? null,
  name: row.name,
  action_type: row.action,
  resource: row.resource ?? null,
  file: row.place?.file ?? null,
  line: row.place?.line ?? null,
});

const scheduleJson = ({ rule, expression, runs, suppressed = [] }: RowSchedule): JsonObject => ({
  rule,
  expression,
  runs: countRuns(runs),
  series: seriesJson(runs),
  suppressed_runs: countRuns(suppressed),
  suppressed_series: seriesJson(suppressed),
});

const seriesJson = (runs: Runs): JsonObject[] =>
  runs.map(({ at, step, count }) => ({ first: iso(at), every_seconds: step / 1000, count }));
