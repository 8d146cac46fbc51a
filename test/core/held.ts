import { stateOf } from "../../provider/core/diff/trigger-state";
import type { LiveView, PlanContext, Remembered, SetPlan } from "../../provider/core/plan/plan-model";
import { planSet } from "../../provider/core/plan/set-plan";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../provider/core/schema/model";

/** The live triggers of a namespace, on an API with names. */
export const view = (all: LiveTrigger[]): LiveView => ({
  names: true,
  all: () => all,
  byId: (id) => all.find(({ trigger_id }) => trigger_id === id),
  byName: (name) => all.filter((each) => each.name === name && each.status !== "disabled"),
});

/** What a stack records about a trigger after an `up` of it. */
export const remember = (trigger: DesiredTrigger, twin: LiveTrigger): Remembered => ({
  resource: trigger.name,
  triggerId: twin.trigger_id,
  state: stateOf(trigger, twin) as JsonObject,
  inputs: trigger as unknown as JsonObject,
});

/** The time at which the plans of these tests are made. */
export const NOW = new Date("2026-11-24T12:00:00Z");

/** The plan of namespace `prod`. `remembered`: the stack's record; absent: without a state. */
export function plan(
  wanted: DesiredTrigger[],
  there: LiveTrigger[],
  remembered?: Remembered[],
  more: Partial<PlanContext> = {},
): SetPlan {
  const namespaces = new Map([["prod", view(there)]]);
  return planSet(wanted, { namespaces, now: NOW, ...(remembered ? { remembered } : {}), ...more });
}
