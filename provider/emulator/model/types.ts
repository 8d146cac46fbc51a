/** Version of the API: `2026-10` is that of the newest official client, `0.81` that of the last published OpenAPI. */
export type ApiVersion = "2026-10" | "0.81";

/** Rate limit per API key: `free` allows 10 requests a minute, `pro` 60, `none` has no limit. */
export type Plan = "free" | "pro" | "none";

export const TRIGGER_STATUSES = ["active", "paused", "disabled", "failed"] as const;
export type TriggerStatus = (typeof TRIGGER_STATUSES)[number];

export const TRIGGER_TYPES = ["cron", "interval", "event", "conditional"] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** A JSON object with arbitrary keys: `action_config`, `schedule_config`, snapshots. */
export type Config = Record<string, unknown>;

/** A trigger as the service stores it. Times are RFC 3339 in UTC, or null if the API returns null. */
export interface TriggerRecord {
  /** `trg_…` id. */
  trigger_id: string;
  /** `ns_…` id of its namespace. */
  namespace_id: string;
  /** Id of the organization. */
  internal_id: string;
  /** What the trigger runs, such as `cluster`. */
  action_type: string;
  /** The settings of the action. */
  action_config: Config;
  /** What starts a run. */
  trigger_type: TriggerType;
  /** The settings of the schedule. */
  schedule_config: Config;
  /** `active`, `paused`, `failed` (too many failed runs) or `disabled` (deleted). */
  status: TriggerStatus;
  /** When the last run started. */
  last_triggered_at: string | null;
  /** Id of the task of the last run. */
  last_execution_task_id: string | null;
  /** When the next run is due. */
  next_scheduled_at: string | null;
  /** Number of successful runs. */
  execution_count: number;
  /** Number of failed runs since the last successful one. */
  consecutive_failures: number;
  /** `COMPLETED` or `FAILED`. */
  last_execution_status: string | null;
  /** Error of the last run, if it failed. */
  last_execution_error: string | null;
  /** Number of events since the last run, for an event trigger. */
  event_counter: number;
  /** When the last cooldown of an event trigger began. */
  last_cooldown_at: string | null;
  /** The run that drift is measured against, for a conditional trigger. */
  baseline_snapshot: Config | null;
  /** Result of the last measurement of drift. */
  last_drift_measurement: Config | null;
  /** Result of the last measurement of volume. */
  last_volume_measurement: Config | null;
  /** When the condition was last checked. */
  last_condition_check_at: string | null;
  /** Name of the trigger. */
  name: string | null;
  /** Description of the trigger. */
  description: string | null;
  /** When it was created. */
  created_at: string;
  /** When it last changed; a run counts as a change. */
  updated_at: string;
  /** Id of the user who created it. */
  created_by: string | null;
}

/** Keys of a trigger that 2026-10 has in addition to OpenAPI 0.81. */
export type AddedTriggerKey = "name" | "last_volume_measurement" | "is_overdue";

/** A trigger as the API returns it. Times are RFC 3339 in UTC. API 0.81 does not have the optional keys. */
export interface EmulatedTrigger extends Omit<TriggerRecord, AddedTriggerKey> {
  /** Name of the trigger. Since API 2026-10. */
  name?: string | null;
  /** Result of the last measurement of volume. Since API 2026-10. */
  last_volume_measurement?: Config | null;
  /** Whether a run is due that the scheduler has not started. Since API 2026-10. */
  is_overdue?: boolean;
}

export const TRIGGER_EVENT_TYPES = [
  "trigger.created",
  "trigger.updated",
  "trigger.deleted",
  "trigger.paused",
  "trigger.resumed",
  "trigger.fired",
  "trigger.execution.completed",
  "trigger.execution.failed",
] as const;
export type TriggerEventType = (typeof TRIGGER_EVENT_TYPES)[number];

/** One entry of the change feed. */
export interface ChangeEvent {
  /** Its position in the feed, ascending. */
  seq: number;
  cursor: string;
  namespace_id: string;
  event_type: TriggerEventType;
  resource_type: "trigger";
  operation: "insert" | "update" | "delete" | "other";
  /** The trigger, and who changed it. The API does not document its keys. */
  payload: Config;
  trace_id: string | null;
  /** RFC 3339. */
  created_at: string;
}

/**
 * One run in a trigger's history, with the keys of both documented formats (`task_id` and `job_id` are the same id).
 */
export interface Execution {
  task_id: string;
  job_id: string;
  triggered_at: string;
  status: "COMPLETED" | "FAILED";
  execution_time_ms: number;
  error: string | null;
  num_clusters: number | null;
  num_documents: number | null;
}

/** One API request in the log. It has no headers, query or body, and so no API key. */
export interface LoggedRequest {
  /** Its number, from 1 for the first request since the start or the last `clearRequests`. */
  n: number;
  /** When it arrived on the emulator's clock: RFC 3339, UTC. */
  at: string;
  /** HTTP method, such as `POST`. */
  method: string;
  /** Path without the query, such as `/v1/triggers`. */
  path: string;
  /** Name of its namespace. Null if the request names none that exists. */
  namespace: string | null;
  /** HTTP status of the response. 0 if a fault kept the response from the client. */
  status: number;
  /** Kinds of the injected faults, joined with `+`. Absent if there were none. */
  fault?: string;
  /** With `fault`: whether the service handled the request. */
  handled?: boolean;
}
