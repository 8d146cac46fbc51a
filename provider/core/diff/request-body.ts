import type { DesiredTrigger, JsonObject } from "../schema/model";
import type { FieldChange } from "./diff";

/** Whether planned quiet pauses a trigger, whose definition would let it run. */
export const isQuieted = ({ active_quiet: quiet, status }: DesiredTrigger): boolean =>
  quiet !== undefined && status !== "paused";

/**
 * The create body: only keys that are declared, `name` among them. Source: POST /v1/triggers. `paused`: so is the one
 * that it replaces, and no status is declared.
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
    // Created paused in one request: paused afterwards it could fire in between.
    ...(status ? { status } : {}),
  };
}

/** PATCH takes these; schedule_config goes whole, since whether the API merges it is not documented. */
export function patchBody(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const body: JsonObject = {};
  for (const { path } of changes) {
    const [field] = path;
    if (field === "name") body["name"] = desired.name;
    // An empty text is a value to every JSON API; null might mean "not given".
    if (field === "description") body["description"] = desired.description ?? "";
    if (field === "schedule_config") body["schedule_config"] = wholeSchedule(desired, changes);
  }
  return body;
}

/** A key that goes back to its default is sent with it: should the API merge, leaving it out would change nothing. */
function wholeSchedule(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const defaults: JsonObject = {};
  for (const { path, desired: value } of changes) {
    const [field, key, ...below] = path;
    if (field === "schedule_config" && key !== undefined && below.length === 0 && value !== undefined)
      defaults[key] = value;
  }
  return { ...defaults, ...desired.schedule_config };
}
