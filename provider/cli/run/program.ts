import type { Declaration } from "../../core/definitions/declaration";
import { renamedFrom } from "../../core/plan/recorded";
import { withRequest } from "../../core/plan/status";
import type { TriggerPlan } from "../../core/plan/trigger-plan";
import type { DesiredTrigger } from "../../core/schema/model";
import type { StackOwner } from "../../core/stack/stack-owner";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";
import type { StackState } from "../stack/stack-state";
import { ownerUrn, urnOf } from "../stack/state-file";
import type { Planned, Planning } from "./planning";

/** What the engine is given to register. */
export interface Program {
  declarations: readonly Declaration[];
  triggers: readonly DesiredTrigger[];
  owner: StackOwner;
  /** What the stack held when the plan was made. */
  state: StackState | undefined;
}

/** In: the part that is registered, absent: all. The engine checks whatever is, even where it is no target. */
export function programOf(
  { declarations }: Planning,
  { plan, triggers: desired, owner, state }: Planned,
  part: readonly TriggerPlan[] | undefined,
): Program {
  const rest = { owner, state };
  const triggers = withRequests(desired, declarations, plan.triggers);
  if (!part) return { declarations, triggers, ...rest };
  const names = new Set(part.map(({ resource }) => resource));
  const isPart = (_: unknown, index: number): boolean => names.has(declarations[index]!.name);
  return { declarations: declarations.filter(isPart), triggers: triggers.filter(isPart), ...rest };
}

/** A run that is interrupted leaves what it handed to the engine: the pauses for planned quiet that it asked for are in it. */
function withRequests(
  desired: readonly DesiredTrigger[],
  declarations: readonly Declaration[],
  plans: readonly TriggerPlan[],
): DesiredTrigger[] {
  const now = new Date().toISOString();
  const byResource = new Map(plans.filter(({ desired: own }) => own).map((each) => [each.resource, each]));
  return desired.map((trigger, at) => {
    const plan = byResource.get(declarations[at]!.name);
    if (!plan?.pausedForQuiet) return trigger;
    // What an earlier run asked for, this one has to record.
    const earlier = plan.calls.length === 0 ? plan.requestedPause?.requested_at : now;
    return earlier === undefined ? trigger : withRequest(trigger, earlier);
  });
}

/** URNs of what a plan is about, and of the stack's owner. */
export function targetUrns(
  { options }: Planning,
  { state }: Planned,
  triggers: readonly TriggerPlan[],
  project: Project,
): string[] {
  const held = new Set(state?.triggers.map(({ resource }) => resource));
  const names = new Set(triggers.map(({ resource }) => resource));
  // The engine does not delete what was replaced under its old key, where only the new one is a target.
  const before = options
    .filter(({ resource }) => names.has(resource))
    .flatMap((each) => renamedFrom(each, held) ?? []);
  return [...[...names, ...before].map((name) => urnOf(project, TRIGGER_TYPE, name)), ownerUrn(project)];
}
