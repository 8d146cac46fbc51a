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
import type { LiveView, Remembered } from "./plan-model";
import { planOwned } from "./trigger-plan";

/** The result of a refresh for one live trigger. */
export interface RefreshedTrigger {
  /** What the state will hold as declared. */
  inputs: DesiredTrigger;
  state: TriggerState;
  /** The fields that differ from what was applied. */
  changes: FieldChange[];
  /** Notes about what `up` would not change. */
  reports: PlanNote[];
}

/** Takes what the state holds for a trigger, and the live trigger. See {@link readState}. */
export function refreshTrigger(state: JsonObject, live: LiveTrigger, context: DiffContext): RefreshedTrigger {
  const read = readState(state, live, context);
  // A refresh has no definitions, so it only knows the planned quiet in the state.
  const quiet = recordedQuiet(state);
  const declared = { ...declaredOf(state), ...(quiet ? { active_quiet: quiet } : {}) };
  const { reports } = planOwned(declared, appliedOf(state), live, context);
  return { ...read, reports };
}

/** The result of a refresh for one trigger of a stack. */
export interface PlannedRefresh {
  name: string;
  /** undefined if it is not live, or if only the engine can read it. */
  refreshed?: RefreshedTrigger;
  /** Whether the state changes. */
  isChanged: boolean;
  /** It was deleted outside, so the state drops it. */
  isForgotten?: true;
}

/** Plans the refresh of a whole stack from one list. */
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
    // Planned quiet is not part of what was applied; the provider leaves it out too.
    const { active_quiet: _, ...declared } = inputs;
    const isChanged = !equalJson(refreshed.inputs, declared) || !equalJson(refreshed.state, state);
    return { name, refreshed, isChanged };
  });
