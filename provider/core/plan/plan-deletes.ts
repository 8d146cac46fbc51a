import { alertReports } from "../diff/alert-schedule";
import type { PlanNote } from "../diff/plan-types";
import { declaredOf, namespaceOf, originOf } from "../diff/trigger-state";
import { visible } from "../json/safe-text";
import type { LiveTrigger } from "../schema/model";
import { protectedText, protectedTwinText } from "./explain";
import type { Holder, Remembered, SetPlan, TriggerPlan } from "./plan-model";

/**
 * The plan for a trigger that leaves the stack. `live` is "gone" if it is not live, and undefined if nothing was
 * listed. `holder`: the definition that has the live trigger after the run, which is then not deleted.
 */
export function planDelete(
  { resource, triggerId, state, protect, retain, replaced }: Remembered,
  { live, holder }: { live?: LiveTrigger | "gone"; holder?: Holder | undefined } = {},
): TriggerPlan {
  const namespace = namespaceOf(state);
  const start: TriggerPlan = {
    name: resource,
    resource,
    namespace,
    op: "forget",
    triggerId,
    changes: [],
    recorded: [],
    reports: [],
    calls: [],
    ...(live && live !== "gone" ? { live } : {}),
  };
  const forget = (kind: "held elsewhere" | "retained" | "gone already"): TriggerPlan => ({
    ...start,
    reports: [{ kind, triggerId }],
  });
  if (protect && !replaced) {
    const text = holder
      ? protectedTwinText(resource, namespace, triggerId, holder)
      : protectedText(resource, namespace, live === "gone" ? "forget" : "delete");
    return { ...start, op: "conflict", conflict: visible(text) };
  }
  if (holder) return forget("held elsewhere");
  if (retain) return forget("retained");
  if (live === "gone") return forget("gone already");
  const reports: PlanNote[] = [
    ...(replaced ? [{ kind: "replaced before", triggerId } as const] : []),
    ...(originOf(state).adopted ? [{ kind: "adopted deleted", triggerId } as const] : []),
    // For a replaced trigger, its successor reports what happens to the alert.
    ...(replaced ? [] : alertReports("delete", declaredOf(state))),
  ];
  return { ...start, op: "delete", reports, calls: [{ op: "delete", triggerId }] };
}

/** Sorted by name: the state is in the order in which the engine processed its resources. */
export const byResource = (a: Remembered, b: Remembered): number => (a.resource < b.resource ? -1 : 1);

/** The plan of `destroy`: everything that the stack holds, without reading what is live. */
export const planDestroy = (remembered: readonly Remembered[]): SetPlan => ({
  triggers: [...remembered].sort(byResource).map((each) => planDelete(each)),
  unmanaged: [],
  stateless: false,
});
