import type { SetPlan } from "./trigger-plan";

/** So few may always be deleted. */
const FEW = 3;

/**
 * Why a plan is not applied without `--allow-deletes`: a glob that matches nothing, a folder that moved, or a namespace
 * that was edited must not take everything along. A replacement that leaves a namespace deletes what was there.
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
  return `cannot apply the plan: it deletes ${deletes} of ${held.length} triggers of stack "${stack}". Check --definitions and the environment's exclude and namespace; if that is intended, add --allow-deletes ${deletes} [TOO_MANY_DELETES].`;
}
