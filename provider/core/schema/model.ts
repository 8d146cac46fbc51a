/** The data model: desired and live triggers. Names are the API's own, in snake_case. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Planned quiet that keeps a trigger paused. */
export interface Quiet {
  /** ISO 8601, with the UTC offset of its zone. */
  until: string;
  reason?: string;
  /** When a run requested the pause, by its own clock; recorded in case it is interrupted. ISO 8601, UTC. */
  requested_at?: string;
}

/** A trigger as the user declares it: a create body, plus `namespace` and keys that are not sent to the API. */
export interface DesiredTrigger {
  /** Identifies the trigger in its namespace: the `name` in the API and the key of the definition. */
  name: string;
  /** A namespace name or `ns_…` id. */
  namespace: string;
  description?: string;
  action_type: string;
  action_config: JsonObject;
  trigger_type: string;
  schedule_config: JsonObject;
  /** Enforced if present; if absent, manual pauses are respected. */
  status?: "active" | "paused";
  /** Adopt a live trigger with the same name (`true`) or with this id, even if its content differs. */
  adopt?: boolean | string;
  /** Dotted paths (or `action_type`, `trigger_type`) that are newer than this release and are not validated. */
  allow_unknown?: string[];
  /** The reference behind each resolved id, as written; by dotted path. */
  references?: Record<string, string>;
  /** Dotted paths of values that contain `${env:…}`: outputs hide them, and the state encrypts them. */
  secret_paths?: string[];
  /** The environment's planned quiet, if the trigger is in it now. */
  active_quiet?: Quiet;
}

export type TriggerStatus = "active" | "paused" | "disabled" | "failed";

/** What the service changes by itself. Never part of the state, since a refresh would then always show changes. */
export interface TriggerHealth {
  /** ISO 8601, UTC, with milliseconds, as are all times below. */
  last_triggered_at?: string;
  next_scheduled_at?: string;
  execution_count?: number;
  consecutive_failures?: number;
  last_execution_status?: string;
  last_execution_error?: string;
  is_overdue?: boolean;
}

/** A trigger as the API returned it, without nulls, and with times in ISO 8601 UTC with milliseconds. */
export interface LiveTrigger {
  trigger_id: string;
  namespace_id: string;
  /** Absent in an API without names (0.81), and for triggers that never got one. */
  name?: string;
  description?: string;
  action_type: string;
  action_config: JsonObject;
  trigger_type: string;
  schedule_config: JsonObject;
  status: TriggerStatus;
  created_at?: string;
  updated_at?: string;
  created_by?: string;
  health: TriggerHealth;
}
