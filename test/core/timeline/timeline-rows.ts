import type { LiveTrigger } from "../../../provider/core/schema/model";
import type { Schedule } from "../../../provider/core/timeline/next-runs";
import { type Timeline, timelineOf } from "../../../provider/core/timeline/timeline";
import type { TimelineEntry } from "../../../provider/core/timeline/timeline-row";
import { live } from "../samples";

export const cron = (cron_expression: string, timezone = "Europe/Paris"): Schedule => ({
  trigger_type: "cron",
  schedule_config: { cron_expression, timezone },
});
export const every = (interval_seconds: number): Schedule => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds },
});
export const on = (trigger_type: string, schedule_config: Schedule["schedule_config"]): Schedule => ({
  trigger_type,
  schedule_config,
});

/** A declared trigger of `prod`. */
export const declared = (
  name: string,
  schedule: Schedule,
  more: Partial<TimelineEntry> & { status?: "active" | "paused"; action?: string } = {},
): TimelineEntry => {
  const { status, action = "cluster", ...rest } = more;
  return {
    environment: "prod",
    namespace: "prod",
    name,
    resource: "clust_1",
    declared: {
      ...schedule,
      action_type: action,
      place: { file: "triggers/a.yaml", line: 3 },
      ...(status === undefined ? {} : { status }),
    },
    ...rest,
  };
};

/** A live trigger with a name. */
export const alive = (name: string, schedule: Schedule, change: Partial<LiveTrigger> = {}): LiveTrigger =>
  live({ name, trigger_id: `trg_${name}`, ...schedule, ...change });

/** A week from a Thursday, across the end of summer time in Paris. */
export const WEEK = {
  zone: "Europe/Paris",
  from: Date.parse("2026-10-21T22:00:00Z"),
  to: Date.parse("2026-10-28T23:00:00Z"),
  now: Date.parse("2026-10-21T22:00:00Z"),
  environments: ["prod"],
  isOffline: false,
};

export const timelineIn = (entries: readonly TimelineEntry[], options: Partial<typeof WEEK> = {}): Timeline =>
  timelineOf(entries, { ...WEEK, ...options });
