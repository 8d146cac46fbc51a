import { equalJson } from "../schema/equality";
import type { StackOwner } from "./stack-owner";
import type { Remembered, ResourceOptions, SetPlan, TriggerPlan } from "./trigger-plan";

/** What a stack records. */
export interface Recorded {
  triggers: readonly Remembered[];
  owner?: StackOwner;
  /** A killed run left operations that the engine still has to settle. */
  pending?: true;
}

/** What a run has to do: all of a stack, or what the plan writes and what the state does not record yet. */
export type Work = "all" | { triggers: readonly TriggerPlan[]; owner: boolean };

/**
 * The part of a plan that the engine has to run over; nothing in it: the API and the state are what `up` would leave. What
 * the engine records beside a write counts as well: what is declared, to the letter, the options and the stack's owner.
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
  const isRenamed = ({ resource, replaces }: ResourceOptions): boolean =>
    replaces !== undefined && held.has(replaces) && !held.has(resource);
  if (options.some(isRenamed)) return "all";
  const declared = new Map(options.map((each) => [each.resource, each]));
  return {
    triggers: triggers.filter(
      (each) => !isRecorded(each, held.get(each.resource), declared.get(each.resource)),
    ),
    owner: !recorded.owner || !equalJson(recorded.owner, owner),
  };
}

function isRecorded(
  { op, desired }: TriggerPlan,
  held: Remembered | undefined,
  options: ResourceOptions | undefined,
): boolean {
  if (op !== "none" || !desired || !held?.inputs || !options) return false;
  return (
    equalJson(held.inputs, desired) &&
    // The outputs hold these as of the last write, and the provider compares with them.
    equalJson(held.state["declared_status"], desired.status) &&
    equalJson(held.state["secret_paths"], desired.secret_paths) &&
    (held.protect ?? false) === options.protect &&
    (held.retain ?? false) === (options.retain ?? false)
  );
}
