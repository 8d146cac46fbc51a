/** The words of the pipeline: what is desired, what is live. Names are the API's own (snake_case). */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Planned quiet that a trigger is in: it is kept paused. */
export interface Quiet {
  /** ISO 8601, with the offset of its zone. */
  until: string;
  reason?: string;
  /** When a run asked for the pause, by its own clock: for the record of one that is interrupted. ISO 8601, UTC. */
  requested_at?: string;
}

/** A trigger as its owner declares it: a create body plus `namespace` and the keys that steer us, not the API. */
export interface DesiredTrigger {
  /** Identity inside the namespace: the API's `name`, the key of the definition. */
  name: string;
  /** Namespace name or `ns_…` id. */
  namespace: string;
  description?: string;
  action_type: string;
  action_config: JsonObject;
  trigger_type: string;
  schedule_config: JsonObject;
  /** Enforced when present; absent: manual pauses are respected. */
  status?: "active" | "paused";
  /** Take over a live trigger of the same name (`true`) or of this id whose content differs. */
  adopt?: boolean | string;
  /** Dotted paths (or `action_type`, `trigger_type`) that are newer than this release and pass unchecked. */
  allow_unknown?: string[];
  /** By dotted path: the reference that a resolved id stands for, as it was written. */
  references?: Record<string, string>;
  /** Dotted paths of values made of `${env:…}`: no output shows them, and the state holds them encrypted. */
  secret_paths?: string[];
  /** The environment's planned quiet, while the trigger is in it. */
  active_quiet?: Quiet;
}

export type TriggerStatus = "active" | "paused" | "disabled" | "failed";

/** What the service changes by itself. Never part of state: a refresh must stay silent. */
export interface TriggerHealth {
  /** ISO 8601, UTC, milliseconds; so are all times below. */
  last_triggered_at?: string;
  next_scheduled_at?: string;
  execution_count?: number;
  consecutive_failures?: number;
  last_execution_status?: string;
  last_execution_error?: string;
  is_overdue?: boolean;
}

/** A trigger as the API returned it, nulls dropped and times made ISO 8601 UTC with milliseconds. */
export interface LiveTrigger {
  trigger_id: string;
  namespace_id: string;
  /** Absent on an API without names (0.81) and on triggers that never got one. */
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
