import type { DiffContext, FieldChange } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import {
  appliedOf,
  declaredOf,
  namespaceOf,
  originOf,
  readState,
  recordedQuiet,
  type TriggerState,
} from "../diff/trigger-state";
import { equalJson } from "../schema/equality";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../schema/model";
import { isGivenUp, isGone } from "../schema/soft-delete";
import { planOwned } from "./plan";
import type { LiveView, Remembered } from "./trigger-plan";

/** What a refresh makes of one trigger that is live. */
export interface RefreshedTrigger {
  /** What the state then holds as declared. */
  inputs: DesiredTrigger;
  state: TriggerState;
  /** What differs from what was applied. */
  changes: FieldChange[];
  /** What `up` would leave alone. */
  reports: PlanNote[];
}

/** In: what the state holds of a trigger, and the live one. See {@link readState}. */
export function refreshTrigger(state: JsonObject, live: LiveTrigger, context: DiffContext): RefreshedTrigger {
  const read = readState(state, live, context);
  // Which quiet is planned now, a refresh does not know: it has no definitions.
  const quiet = recordedQuiet(state);
  const declared = { ...declaredOf(state), ...(quiet ? { active_quiet: quiet } : {}) };
  const { reports } = planOwned(declared, appliedOf(state), live, context);
  return { ...read, reports };
}

/** What a refresh of a stack finds of one trigger. */
export interface PlannedRefresh {
  name: string;
  /** undefined: it is not live, or only the engine can read it. */
  refreshed?: RefreshedTrigger;
  /** Whether the state changes. */
  isChanged: boolean;
  /** Deleted outside, so that the state drops it. */
  isForgotten?: true;
}

/** A refresh of a whole stack, by one list. */
export const planRefresh = (
  remembered: readonly Remembered[],
  namespaces: ReadonlyMap<string, LiveView>,
): PlannedRefresh[] =>
  remembered.map(({ state, inputs, triggerId, replaced }) => {
    const { name } = declaredOf(state);
    const view = namespaces.get(namespaceOf(state));
    const live = view?.byId(triggerId);
    const isDropped = live === undefined || (isGone(live) && !isGivenUp(live));
    if (isDropped && !originOf(state).predecessors) return { name, isChanged: true, isForgotten: true };
    if (replaced || !inputs || isGone(live)) return { name, isChanged: true };
    const refreshed = refreshTrigger(state, live, { names: view?.names });
    // What is quiet by now is not what was applied, and the provider keeps it out as well.
    const { active_quiet: _, ...declared } = inputs;
    const isChanged = !equalJson(refreshed.inputs, declared) || !equalJson(refreshed.state, state);
    return { name, refreshed, isChanged };
  });
