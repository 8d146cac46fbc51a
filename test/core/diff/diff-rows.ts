import { expect, test } from "@jest/globals";
import { type Applied, type DiffContext, diffTrigger } from "../../../provider/core/diff/diff";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { applied, desired, live } from "../samples";

/** One row of a diff table: the three sides, and the changes between them. */
export interface Row {
  desired?: Partial<DesiredTrigger>;
  /** Absent: what was applied is what is desired. null: nothing was applied, as in an adoption. */
  applied?: Partial<Applied> | null;
  /** Absent: the live trigger is what was applied. */
  live?: Partial<LiveTrigger>;
  context?: DiffContext;
  /** `path: live → desired (cause, rule)` of each change. */
  changes: string[];
}

export function changesOf(row: Row): string[] {
  const before = row.applied === null ? undefined : applied(row.applied ?? (row.desired as Partial<Applied>));
  const source = before ?? desired(row.desired);
  const was = live({
    action_type: source.action_type,
    action_config: source.action_config,
    trigger_type: source.trigger_type,
    schedule_config: source.schedule_config,
    ...(source.description === undefined ? {} : { description: source.description }),
    ...row.live,
  });
  return diffTrigger(desired(row.desired), before, was, row.context).map(
    ({ path, live, desired, cause, rule }) =>
      `${path.join(".")}: ${JSON.stringify(live)} → ${JSON.stringify(desired)} (${cause}, ${rule})`,
  );
}

export const each = (rows: Record<string, Row>): void => {
  test.each(Object.entries(rows))("%s", (_, row) => expect(changesOf(row)).toEqual(row.changes));
};

export const cron = (more: JsonObject = {}): JsonObject => ({ cron_expression: "0 2 * * *", ...more });
export const cluster = (more: JsonObject = {}): JsonObject => ({ cluster_id: "clust_1", ...more });
export const schedule = (more: JsonObject = {}) => ({ schedule_config: cron(more) });
export const action = (more: JsonObject = {}) => ({ action_config: cluster(more) });
