import type { SetPlan } from "../plan/plan-model";

/** The part of a plan for these resources. */
export const partOf = (plan: SetPlan, resources: readonly string[]): SetPlan => {
  const isPart = ({ resource }: { resource: string }): boolean => resources.includes(resource);
  return {
    ...plan,
    triggers: plan.triggers.filter(isPart),
    others: [...(plan.others ?? []), ...plan.triggers.filter((each) => !isPart(each))],
  };
};

/**
 * The same, with the triggers that cannot be left out: if a definition adopts the live trigger of another resource, that
 * resource leaves the state in the same run; what an earlier run replaced is deleted with its successor.
 */
export function targeted(plan: SetPlan, resources: readonly string[]): SetPlan {
  const selected = new Set(resources);
  let size: number;
  do {
    size = selected.size;
    for (const { resource, successor } of plan.triggers) {
      if (successor === undefined || !(selected.has(resource) || selected.has(successor))) continue;
      selected.add(resource).add(successor);
    }
  } while (selected.size > size);
  return partOf(plan, [...selected]);
}
