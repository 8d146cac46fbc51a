import type { Stack } from "@pulumi/pulumi/automation";
import type { Declaration } from "../../core/definitions/merged-definition";
import { withRequest } from "../../core/diff/status";
import type { TriggerPlan } from "../../core/plan/plan-model";
import { renamedFrom } from "../../core/plan/record-changes";
import type { DesiredTrigger } from "../../core/schema/model";
import type { StackOwner } from "../../core/stack/stack-owner";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import { type Project, prepare } from "../project/project";
import { declareQuietly } from "../stack/engine-log";
import { holdsSame, NO_STATE, readStackState, type StackState } from "../stack/stack-state";
import { ownerUrn, urnOf } from "../stack/state-file";
import type { Planned, Planning } from "./planning";
import { PlanOvertaken, type RunContext } from "./run-context";

/** What the engine registers. */
export interface Program {
  declarations: readonly Declaration[];
  triggers: readonly DesiredTrigger[];
  owner: StackOwner;
  /** The stack's state when the plan was made. */
  state: StackState | undefined;
}

/**
 * What to register: the triggers in `part`, or all if it is undefined. The engine checks everything that is registered,
 * even resources that are not targets.
 */
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

/**
 * Adds the requested pauses for planned quiet, because an interrupted run leaves them in the state's pending
 * operations.
 */
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
    // A pause that an earlier run requested and this run has to record.
    const earlier = plan.calls.length === 0 ? plan.requestedPause?.requested_at : now;
    return earlier === undefined ? trigger : withRequest(trigger, earlier);
  });
}

/** URNs of the triggers in a plan, and of the stack's owner. */
export function targetUrns(
  { options }: Planning,
  { state }: Planned,
  triggers: readonly TriggerPlan[],
  project: Project,
): string[] {
  const held = new Set(state?.triggers.map(({ resource }) => resource));
  const names = new Set(triggers.map(({ resource }) => resource));
  // If only the new key is a target, the engine does not delete the resource under the old key.
  const before = options
    .filter(({ resource }) => names.has(resource))
    .flatMap((each) => renamedFrom(each, held) ?? []);
  return [...[...names, ...before].map((name) => urnOf(project, TRIGGER_TYPE, name)), ownerUrn(project)];
}

/** The stack of a run. Its program registers what the run decided to apply. */
export class EngineProgram {
  #program: Program | undefined;
  /** Another run changed the stack after the plan was made and before this run had the lock. */
  isOvertaken = false;

  constructor(private readonly context: RunContext) {}

  register(program: Program): void {
    this.#program = program;
    this.isOvertaken = false;
  }

  /** The stack. It is created if it does not exist. */
  async open(): Promise<Stack> {
    const { project, options } = this.context;
    prepare(project);
    const { ensureEngine } = await import("../../engine");
    const { openStack } = await import("../stack/workspace");
    const { bin: engineBin, version: engineVersion } = await ensureEngine({
      onProgress: (line) => this.context.report.note(line),
    });
    const { secretsProvider } = options;
    const stack: Stack | undefined = await openStack(project, {
      program: async () => {
        // Loading the SDK takes a second: errors found before this point are reported without that delay.
        const { registerTriggers } = await import("../../pulumi/resource/registration");
        const { recordOwner } = await import("../../pulumi/resource/owner-resource");
        const { declarations, triggers, owner, state } = this.#program!;
        await this.#refuseOvertaken(stack!, state, owner);
        await recordOwner(owner, declareQuietly);
        const registrations = declarations.map((each, at) => ({ ...each, trigger: triggers[at]! }));
        if (await registerTriggers(registrations)) return;
        const { declareTriggers } = await import("../../pulumi/trigger-set");
        await declareTriggers(declarations, triggers, { within: declareQuietly });
      },
      engineBin,
      engineVersion,
      opening: "open or create",
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
    });
    return stack!;
  }

  /**
   * The engine holds the lock and has registered nothing yet. If the plan was made from another state, nothing is
   * written.
   */
  async #refuseOvertaken(stack: Stack, planned: StackState | undefined, owner: StackOwner): Promise<void> {
    const { project } = this.context;
    const now = await readStackState(project, async () => stack);
    // If the engine did not attach to the provider, its first attempt recorded this run's owner and nothing else.
    if (holdsSame(planned, now) || holdsSame({ ...(planned ?? NO_STATE), owner }, now)) return;
    this.isOvertaken = true;
    const { RunError } = await import("@pulumi/pulumi");
    throw new RunError(new PlanOvertaken(project.stack).message);
  }
}
