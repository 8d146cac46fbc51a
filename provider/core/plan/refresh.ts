import type { DiffContext, FieldChange } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import {
  appliedOf,
  declaredOf,
  namespaceOf,
  readState,
  recordedQuiet,
  type TriggerState,
} from "../diff/trigger-state";
import { equalJson } from "../schema/equality";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../schema/model";
import { isGone } from "../schema/soft-delete";
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

/**
 * A refresh of a whole stack, by one list; undefined where it would change the state, such as for a trigger that was
 * deleted or edited: then the engine records it.
 */
export function unchangedByRefresh(
  remembered: readonly Remembered[],
  namespaces: ReadonlyMap<string, LiveView>,
): { name: string; refreshed: RefreshedTrigger }[] | undefined {
  const all: { name: string; refreshed: RefreshedTrigger }[] = [];
  for (const { state, inputs, triggerId, replaced } of remembered) {
    const view = namespaces.get(namespaceOf(state));
    const live = view?.byId(triggerId);
    if (replaced || !inputs || isGone(live)) return undefined;
    const refreshed = refreshTrigger(state, live, { names: view?.names });
    // What is quiet by now is not what was applied, and the provider keeps it out as well.
    const { active_quiet: _, ...declared } = inputs;
    if (!equalJson(refreshed.inputs, declared) || !equalJson(refreshed.state, state)) return undefined;
    all.push({ name: declaredOf(state).name, refreshed });
  }
  return all;
}
