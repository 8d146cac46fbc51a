import { type DiffContext, diffTrigger } from "../diff/diff";
import type { Call, Conflict, Plan, PlanNote } from "../diff/plan-types";
import { createBody } from "../diff/request-body";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { createdQuiet, replacement, updateInPlace } from "./trigger-plan";

/** The plan without a state, for a live trigger that was found by name: what `up` does if the stack owns it. */
export function planNamed(desired: DesiredTrigger, live: LiveTrigger, context: DiffContext = {}): Plan {
  const changes = diffTrigger(desired, undefined, live, context);
  if (changes.some((change) => change.rule === "replace"))
    return replacement(desired, undefined, live, changes, context);
  return updateInPlace(desired, undefined, live, changes, context);
}

/**
 * The plan for a trigger that is not in the state. `candidates`: live triggers of its name, or the one that `adopt`
 * names, never ones that this stack already owns, such as the predecessor in a replacement. `paused`: the predecessor
 * is paused and no status is declared.
 */
export function planNew(
  desired: DesiredTrigger,
  candidates: readonly LiveTrigger[],
  context: DiffContext & { paused?: boolean } = {},
): Plan | Conflict {
  const [live, ...others] = candidates;
  if (live === undefined) {
    if (typeof desired.adopt === "string")
      return { op: "conflict", code: "ADOPT_NOT_FOUND", triggerIds: [desired.adopt], changes: [] };
    const body = createBody(desired, context.paused);
    const calls: Call[] = [{ op: "create", body }];
    return { op: "create", changes: [], calls, ...createdQuiet(desired, context.paused) };
  }
  const triggerIds = candidates.map((candidate) => candidate.trigger_id);
  if (others.length > 0) return { op: "conflict", code: "NAME_AMBIGUOUS", triggerIds, changes: [] };
  const changes = diffTrigger(desired, undefined, live, context);
  if (changes.some((change) => change.rule === "replace")) {
    const code = desired.adopt ? "ADOPT_NEEDS_REPLACE" : "NAME_TAKEN";
    return { op: "conflict", code, triggerIds, changes };
  }
  const update = updateInPlace(desired, undefined, live, changes, context);
  // Planned quiet does not count as a difference: a trigger that is live as declared is adopted and then paused for
  // it.
  const differs = update.changes.some(({ cause }) => cause !== "quiet" && cause !== "quiet over");
  if (differs && !desired.adopt)
    return { op: "conflict", code: "NAME_TAKEN", triggerIds, changes: update.changes };
  const adopted: PlanNote = {
    kind: "adopted",
    triggerId: live.trigger_id,
    ...(update.op === "none" ? {} : { updated: true }),
  };
  return { ...update, op: "adopt", triggerId: live.trigger_id, reports: [adopted, ...update.reports] };
}

/**
 * Of several live triggers of one name, those that an earlier run replaced: they are in the stack's state and cannot
 * be updated to the desired definition. If the engine was killed before it recorded the successor, the others include
 * it.
 */
export function replacedAmong(
  desired: DesiredTrigger,
  candidates: readonly LiveTrigger[],
  isRecorded: (live: LiveTrigger) => boolean,
  context: DiffContext = {},
): LiveTrigger[] {
  if (candidates.length < 2) return [];
  return candidates.filter(
    (live) =>
      isRecorded(live) &&
      diffTrigger(desired, undefined, live, context).some(({ rule }) => rule === "replace"),
  );
}
