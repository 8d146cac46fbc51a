import type { SetPlan } from "./plan-model";

/** Fewer deletes than this are always allowed. */
const FEW = 3;

/**
 * Why a plan is refused without `--allow-deletes`: a glob without matches, a moved folder or an edited namespace must
 * not delete everything. A replacement that changes the namespace counts as a delete.
 */
export function massDeletes(stack: string, { triggers }: SetPlan, allowed: number): string | undefined {
  const held = triggers.filter(
    ({ op, desired, triggerId }) => desired === undefined || (triggerId !== undefined && op !== "adopt"),
  );
  const deletes = held.filter(({ op, leaves }) => op === "delete" || leaves !== undefined).length;
  const kept = held.filter(
    ({ op, leaves }) => op !== "delete" && op !== "forget" && leaves === undefined,
  ).length;
  if (deletes < FEW || deletes <= kept || deletes <= allowed) return undefined;
  return `cannot apply the plan: it deletes ${deletes} of ${held.length} triggers of stack "${stack}". Check --definitions and the environment's exclude and namespace; if the deletes are intended, add --allow-deletes ${deletes} [TOO_MANY_DELETES].`;
}
