/** `"2026-10"` is what the newest official client speaks, `"0.81"` the last published OpenAPI. */
export type ApiVersion = "2026-10" | "0.81";

/** The vendor's plans by requests a minute: free 10, pro 60, none unlimited. */
export type Plan = "free" | "pro" | "none";

export const TRIGGER_STATUSES = ["active", "paused", "disabled", "failed"] as const;
export type TriggerStatus = (typeof TRIGGER_STATUSES)[number];

export const TRIGGER_TYPES = ["cron", "interval", "event", "conditional"] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** A JSON object whose keys the service does not fix: `action_config`, `schedule_config`, snapshots. */
export type Config = Record<string, unknown>;

/** A trigger as the service keeps it. Times are RFC 3339 in UTC, or null where the API says null. */
export interface TriggerRecord {
  trigger_id: string;
  namespace_id: string;
  internal_id: string;
  action_type: string;
  action_config: Config;
  trigger_type: TriggerType;
  schedule_config: Config;
  status: TriggerStatus;
  last_triggered_at: string | null;
  last_execution_task_id: string | null;
  next_scheduled_at: string | null;
  execution_count: number;
  consecutive_failures: number;
  last_execution_status: string | null;
  last_execution_error: string | null;
  event_counter: number;
  last_cooldown_at: string | null;
  baseline_snapshot: Config | null;
  last_drift_measurement: Config | null;
  last_volume_measurement: Config | null;
  last_condition_check_at: string | null;
  name: string | null;
  description: string | null;
  created_at: string;
  updated_at: string;
  created_by: string | null;
}

/** Keys that API 2026-10 added to the trigger of OpenAPI 0.81. */
export type AddedTriggerKey = "name" | "last_volume_measurement" | "is_overdue";

/** A trigger as the API answers it; the optional keys exist since 2026-10. */
export interface EmulatedTrigger extends Omit<TriggerRecord, AddedTriggerKey> {
  name?: string | null;
  last_volume_measurement?: Config | null;
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
  /** Its position in the feed, rising. */
  seq: number;
  cursor: string;
  namespace_id: string;
  event_type: TriggerEventType;
  resource_type: "trigger";
  operation: "insert" | "update" | "delete" | "other";
  /** The trigger, and who changed it; the API promises no shape of it. */
  payload: Config;
  trace_id: string | null;
  /** RFC 3339. */
  created_at: string;
}

/** One run in a trigger's history: the keys of both documented shapes (`task_id` and `job_id` are one id). */
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

/** One answered API request. Never a header, a query or a body: the key must be nowhere. */
export interface LoggedRequest {
  /** 1 for the first since the start or the last clearing. */
  n: number;
  /** When it arrived, RFC 3339, on the emulator's clock. */
  at: string;
  method: string;
  path: string;
  /** Name of the namespace it was answered in; null where none was resolved. */
  namespace: string | null;
  /** 0 where a fault kept every answer from the client. */
  status: number;
  /** Kinds of the faults injected, joined with `+`; absent where there were none. */
  fault?: string;
  /** Beside `fault`: whether the service did what was asked. */
  handled?: boolean;
}
