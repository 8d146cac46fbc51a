import type { Call } from "./plan";
import type { SetPlan } from "./trigger-plan";

/** All that a run may write to the API, as its plan holds it. */
export interface PlannedWrites {
  /** By trigger, see {@link writeKey}: its writes in their order. */
  calls: Record<string, Call["op"][]>;
  /** Ids to delete. */
  deletes: string[];
  /** By id: the trigger that adopts it. */
  adopted: Record<string, string>;
  /** By id: the trigger that holds it, where it is, and whether it is about to let it go. */
  held: Record<string, { key: string; namespace: string; leaving: boolean }>;
}

/** A trigger's identity over a run. */
export const writeKey = (namespace: string, name: string): string => `${namespace}\n${name}`;

export function writesOf({ triggers }: SetPlan): PlannedWrites {
  const calls: PlannedWrites["calls"] = {};
  const deletes: string[] = [];
  const held: PlannedWrites["held"] = {};
  const adopted: PlannedWrites["adopted"] = {};
  for (const plan of triggers) {
    const key = writeKey(plan.namespace, plan.name);
    const own: Call["op"][] = [];
    for (const call of plan.calls) {
      if (call.op === "delete") deletes.push(call.triggerId);
      else own.push(call.op);
    }
    // What leaves the definitions has no writes of its own, and its key may be another trigger's in this plan.
    if (plan.desired) calls[key] = own;
    for (const report of plan.reports) if (report.kind === "adopted") adopted[report.triggerId] = key;
    if (plan.desired && plan.triggerId !== undefined && plan.op !== "adopt")
      held[plan.triggerId] = {
        key,
        namespace: plan.leaves ?? plan.namespace,
        leaving: plan.op === "replace",
      };
  }
  return { calls, deletes, adopted, held };
}
