import type { Remembered, ResourceOptions, SetPlan, TriggerPlan } from "../plan/plan-model";
import { renamedFrom } from "../plan/record-changes";
import { ownerChangeText, type StackOwner } from "./stack-owner";

export interface Recorded {
  triggers: readonly Remembered[];
  owner?: StackOwner;
  /** A killed run left pending operations that the engine must resolve. */
  pending?: true;
}

/** What the engine must process: the whole stack, or the triggers to change or to record in the state. */
export type Work = "all" | { triggers: readonly TriggerPlan[]; owner: boolean };

export const hasWork = (work: Work): boolean => work === "all" || work.triggers.length > 0 || work.owner;

/**
 * The part of a plan that needs the engine. If it is empty, the API and the state are already as `up` would leave
 * them. It is "all" if an earlier run left pending operations, or if a trigger has a new key, which the engine can
 * only handle over the whole stack.
 */
export function workOf(
  { triggers }: SetPlan,
  recorded: Recorded,
  { owner, options }: { owner: StackOwner; options: readonly ResourceOptions[] },
): Work {
  if (recorded.pending || recorded.triggers.some(({ replaced }) => replaced)) return "all";
  const held = new Map(recorded.triggers.map((each) => [each.resource, each]));
  // With only the new key as a target, the engine would not delete what was replaced under the old one.
  if (options.some((each) => renamedFrom(each, held) !== undefined)) return "all";
  return {
    triggers: triggers.filter(({ op, resource }) => op !== "none" || !isWhole(held.get(resource))),
    owner: ownerChangeText(recorded.owner, owner) !== undefined,
  };
}

const isWhole = (held: Remembered | undefined): boolean => held?.inputs !== undefined && !held.partial;
