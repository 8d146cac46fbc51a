import { stateOf } from "../../provider/core/plan/state";
import type { LiveView, Remembered } from "../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../provider/core/schema/model";

/** A namespace's live triggers, on an API with names. */
export const view = (all: LiveTrigger[]): LiveView => ({
  names: true,
  all: () => all,
  byId: (id) => all.find(({ trigger_id }) => trigger_id === id),
  byName: (name) => all.filter((each) => each.name === name && each.status !== "disabled"),
});

/** What a stack holds of a trigger after an `up` of it. */
export const remember = (trigger: DesiredTrigger, twin: LiveTrigger): Remembered => ({
  resource: trigger.name,
  triggerId: twin.trigger_id,
  state: stateOf(trigger, twin) as JsonObject,
  inputs: trigger as unknown as JsonObject,
});
