import type { DesiredTrigger, JsonObject } from "../schema/model";
import type { FieldChange } from "./diff";

/** Whether planned quiet pauses a trigger that would otherwise run. */
export const isQuieted = ({ active_quiet: quiet, status }: DesiredTrigger): boolean =>
  quiet !== undefined && status !== "paused";

/**
 * The create body, with declared keys only, including `name`. Source: POST /v1/triggers. `paused`: the trigger that
 * it replaces is paused, and no status is declared.
 */
export function createBody(desired: DesiredTrigger, paused = false): JsonObject {
  const status = isQuieted(desired) ? "paused" : (desired.status ?? (paused ? "paused" : undefined));
  return {
    name: desired.name,
    ...(desired.description ? { description: desired.description } : {}),
    action_type: desired.action_type,
    action_config: desired.action_config,
    trigger_type: desired.trigger_type,
    schedule_config: desired.schedule_config,
    // Created paused in one request: if it were paused afterwards, it could fire in between.
    ...(status ? { status } : {}),
  };
}

/** The body of a PATCH. schedule_config is sent as a whole, since the API does not document whether it merges it. */
export function patchBody(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const body: JsonObject = {};
  for (const { path } of changes) {
    const [field] = path;
    if (field === "name") body["name"] = desired.name;
    // Every JSON API reads an empty string as a value; null might mean "not given".
    if (field === "description") body["description"] = desired.description ?? "";
    if (field === "schedule_config") body["schedule_config"] = wholeSchedule(desired, changes);
  }
  return body;
}

/** A key that returns to its default is sent with the default: if the API merges, omitting it would change nothing. */
function wholeSchedule(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const defaults: JsonObject = {};
  for (const { path, desired: value } of changes) {
    const [field, key, ...below] = path;
    if (field === "schedule_config" && key !== undefined && below.length === 0 && value !== undefined)
      defaults[key] = value;
  }
  return { ...defaults, ...desired.schedule_config };
}
