import type { Declaration } from "../../core/definitions/declaration";
import { renamedFrom } from "../../core/plan/recorded";
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
  { triggers, owner, state }: Planned,
  part: readonly TriggerPlan[] | undefined,
): Program {
  const rest = { owner, state };
  if (!part) return { declarations, triggers, ...rest };
  const names = new Set(part.map(({ resource }) => resource));
  const isPart = (_: unknown, index: number): boolean => names.has(declarations[index]!.name);
  return { declarations: declarations.filter(isPart), triggers: triggers.filter(isPart), ...rest };
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
