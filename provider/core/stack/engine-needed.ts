import { renamedFrom } from "../plan/record-changes";
import type { Remembered, ResourceOptions, SetPlan, TriggerPlan } from "../plan/trigger-plan";
import { ownerChangeText, type StackOwner } from "./stack-owner";

/** What a stack records. */
export interface Recorded {
  triggers: readonly Remembered[];
  owner?: StackOwner;
  /** A killed run left operations that the engine still has to settle. */
  pending?: true;
}

/** What a run has to do: all of a stack, or the triggers that the plan changes and what the state does not record yet. */
export type Work = "all" | { triggers: readonly TriggerPlan[]; owner: boolean };

export const hasWork = (work: Work): boolean => work === "all" || work.triggers.length > 0 || work.owner;

/**
 * The part of a plan that the engine has to run over; nothing in it: the API and the state are what `up` would leave.
 * "all" where an earlier run left something to be settled, or a trigger got another key, which the engine only does over the
 * whole stack.
 */
export function workOf(
  { triggers }: SetPlan,
  recorded: Recorded,
  { owner, options }: { owner: StackOwner; options: readonly ResourceOptions[] },
): Work {
  if (recorded.pending || recorded.triggers.some(({ replaced }) => replaced)) return "all";
  const held = new Map(recorded.triggers.map((each) => [each.resource, each]));
  // The engine does not delete what was replaced under its old key, where only the new one is named.
  if (options.some((each) => renamedFrom(each, held) !== undefined)) return "all";
  return {
    triggers: triggers.filter(({ op, resource }) => op !== "none" || !isWhole(held.get(resource))),
    owner: ownerChangeText(recorded.owner, owner) !== undefined,
  };
}

const isWhole = (held: Remembered | undefined): boolean => held?.inputs !== undefined && !held.partial;
