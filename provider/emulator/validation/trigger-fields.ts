import {
  type AddedTriggerKey,
  type ApiVersion,
  TRIGGER_STATUSES,
  TRIGGER_TYPES,
  type TriggerRecord,
} from "../model/types";
import type { FieldRule, Fields } from "./check";
import { actionTypes } from "./rules";

const text: FieldRule = { type: "string", required: true };
const maybeText: FieldRule = { type: "string", nullable: true };
const time: FieldRule = { type: "string", required: true, format: "time" };
const maybeTime: FieldRule = { type: "string", nullable: true, format: "time" };
const count: FieldRule = { type: "integer", min: 0 };
const config: FieldRule = { type: "object", required: true };
const maybeConfig: FieldRule = { type: "object", nullable: true };

const ADDED: readonly AddedTriggerKey[] = ["name", "last_volume_measurement", "is_overdue"];

/** The type of every stored field of a trigger, in the order of the API's response. */
const FIELDS: Record<keyof TriggerRecord, FieldRule> = {
  trigger_id: text,
  namespace_id: text,
  internal_id: text,
  action_type: { type: "string", required: true, oneOf: actionTypes("2026-10") },
  action_config: config,
  trigger_type: { type: "string", required: true, oneOf: TRIGGER_TYPES },
  schedule_config: config,
  status: { type: "string", required: true, oneOf: TRIGGER_STATUSES },
  last_triggered_at: maybeTime,
  last_execution_task_id: maybeText,
  next_scheduled_at: maybeTime,
  execution_count: count,
  consecutive_failures: count,
  last_execution_status: maybeText,
  last_execution_error: maybeText,
  event_counter: count,
  last_cooldown_at: maybeTime,
  baseline_snapshot: maybeConfig,
  last_drift_measurement: maybeConfig,
  last_volume_measurement: maybeConfig,
  last_condition_check_at: maybeTime,
  name: maybeText,
  description: maybeText,
  created_at: time,
  updated_at: time,
  created_by: maybeText,
};

/** Keys of a trigger that 0.81 does not return. */
export function hiddenKeys(api: ApiVersion): readonly AddedTriggerKey[] {
  return api === "0.81" ? ADDED : [];
}

/** The stored fields in an API version. Its list can be sorted by them. */
export function triggerFields(api: ApiVersion): string[] {
  const hidden: readonly string[] = hiddenKeys(api);
  return Object.keys(FIELDS).filter((key) => !hidden.includes(key));
}

/** The rules for a manual change: any field except for the trigger's identity, none of them required. */
export function editableFields(api: ApiVersion): Fields {
  const identity = ["trigger_id", "namespace_id", "internal_id"];
  const editable = triggerFields(api).filter((key) => !identity.includes(key));
  return Object.fromEntries(
    editable.map((key) => {
      const { required: _required, ...rule } = FIELDS[key as keyof TriggerRecord];
      return [key, rule];
    }),
  );
}

/** Whether a field contains a time. */
export function isTimeField(key: string): boolean {
  return FIELDS[key as keyof TriggerRecord]?.format === "time";
}
