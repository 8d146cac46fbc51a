import { appliedDeclarations, appliedTriggers } from "../../core/comparison/drift";
import type { DesiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import { withQuiet } from "../../core/environments/quiet-key";
import { type Issue, isError } from "../../core/issues/issue";
import { didYouMean, nearest } from "../../core/issues/suggestions";
import type { LiveView, Remembered, ResourceOptions, SetPlan } from "../../core/plan/plan-model";
import { planSet } from "../../core/plan/set-plan";
import { clockSkewText } from "../../core/report/clock-skew";
import type { DesiredTrigger } from "../../core/schema/model";
import { targeted } from "../../core/stack/plan-part";
import { ownerChangeText, type StackOwner } from "../../core/stack/stack-owner";
import { writtenDuration } from "../../core/text/duration-text";
import { UsageError } from "../command";
import type { Project } from "../project/project";
import { runRepository } from "../project/repository";
import { ownerRefusal } from "../stack/owner-check";
import { type OpenStack, readStackState, type StackState } from "../stack/stack-state";
import { declarationsOf, type LiveSet } from "./live-set";
import type { PlanningOptions } from "./run-options";
import { type Fingerprint, fingerprint } from "./saved-plan";

/** Where a command prints errors and warnings. */
export interface Messages {
  issues(issues: readonly Issue[]): void;
  failed(errors: readonly string[]): void;
  note(line: string): void;
}

/** What a plan is for, see {@link Planning.plan}. */
export type Purpose = "apply" | "drift" | "fix";

/** A plan with its inputs; see {@link Planning}. */
export interface Planned {
  plan: SetPlan;
  triggers: readonly DesiredTrigger[];
  /** The owner. `up` records what is not recorded yet. */
  owner: StackOwner;
  /** undefined: there is no stack yet, or its state was not read. */
  state: StackState | undefined;
  /** Created on request: only a run that asks a question or saves a plan needs it. */
  fingerprint: () => Fingerprint;
}

/**
 * The steps from files to the one plan, for every command that has a plan: declarations, the stack's state, its owner,
 * the live triggers, the plan. Each step returns undefined after it has reported an error.
 */
export class Planning {
  declarations: readonly Declaration[];
  /** The declarations as the files have them. */
  readonly #edited: readonly Declaration[];
  /** Per definition: its resource options in the stack. */
  options: readonly ResourceOptions[];
  /** The environment's `max_starts_per_minute`. */
  readonly mostStarts: number | undefined;
  readonly #namespace: string | undefined;

  private constructor(
    private readonly command: string,
    private readonly project: Project,
    private readonly environment: string,
    private readonly planningOptions: PlanningOptions,
    private readonly messages: Messages,
    { declarations, namespace, mostStarts }: DesiredSet,
    private readonly repository: string | undefined,
  ) {
    this.declarations = declarations;
    this.#edited = declarations;
    this.options = optionsOf(declarations);
    this.#namespace = namespace;
    this.mostStarts = mostStarts;
  }

  /** Reads the definitions. All errors that can be found offline are reported before any request. */
  static begin(
    command: string,
    project: Project,
    environment: string,
    options: PlanningOptions,
    messages: Messages,
  ): Planning | undefined {
    const set = declarationsOf(options, environment);
    messages.issues(set.issues);
    if (set.issues.some(isError)) return undefined;
    const repository = options.stateless ? undefined : runRepository(project);
    return new Planning(command, project, environment, options, messages, set, repository);
  }

  /** Resolves names to ids. Throws ApiError. */
  async resolve(live: LiveSet): Promise<DesiredTrigger[] | undefined> {
    const { triggers, issues } = await live.resolve(this.declarations);
    this.messages.issues(issues);
    return issues.some(isError) ? undefined : triggers;
  }

  /**
   * The plan for the desired triggers. `open`: see {@link readStackState}. `purpose`: for `apply`, a trigger without
   * state is new, and the stack of a Pulumi program is an error; for `drift`, a trigger without state is unknown, and a
   * program may hold it; for `fix`, the desired trigger is the last applied one. Throws ApiError.
   */
  async plan(
    live: LiveSet,
    declared: readonly DesiredTrigger[],
    open: OpenStack,
    purpose: Purpose = "apply",
  ): Promise<Planned | undefined> {
    const { stateless = false, takeOver = false, target: targets } = this.planningOptions;
    const state = stateless ? undefined : await readStackState(this.project, open);
    const now = new Date();
    const edited = optionsOf(this.#edited);
    const wanted = (live?: ReadonlyMap<string, LiveView>): readonly DesiredTrigger[] =>
      purpose === "fix" ? appliedTriggers(declared, edited, state?.triggers ?? [], live) : declared;
    if (purpose === "fix") this.#keepApplied(edited, state?.triggers ?? []);
    const owner = this.#owner(live);
    const programs = purpose === "drift" ? (state?.programs ?? []) : [];
    // The state of a program's trigger may be changed only by that program.
    const remembered = [...(state?.triggers ?? []), ...programs.map(({ inputs: _, ...rest }) => rest)];
    const { namespaces, owners } = await live.observe(
      wanted(),
      remembered,
      stateless ? owner.namespace : undefined,
    );
    // Computed for each plan: a quiet window may begin or end while a question is open.
    const triggers = withQuiet(wanted(namespaces), this.declarations, now.getTime());
    this.#warnOfClock(live);
    const sameNamespace = (recorded: string, current: string): boolean =>
      remembered.some(
        ({ state: { namespace, namespace_id: id } }) =>
          (namespace === recorded && id === current) || (id === recorded && namespace === current),
      ) || namespaces.get(current)?.namespaceId === recorded;
    const refusal =
      state &&
      ownerRefusal(
        this.command,
        this.project,
        purpose === "drift" ? { ...state, foreign: [], untrustedCode: [] } : state,
        owner,
        { takeOver, sameNamespace },
      );
    if (refusal) {
      this.messages.failed([refusal.message]);
      return undefined;
    }
    const whole = planSet(triggers, {
      namespaces,
      resumedSince: await live.resumedSince(remembered, namespaces),
      owners,
      ...(stateless || (!state && purpose === "drift") ? {} : { remembered }),
      options: this.options,
      ...(state?.requestedPauses ? { requestedPauses: state.requestedPauses } : {}),
      now,
    });
    const { perMinute } = live;
    const plan = { ...this.#targeted(whole), ...(perMinute === undefined ? {} : { perMinute }) };
    const target = {
      project: this.project.name,
      stack: this.project.stack,
      environment: this.environment,
    };
    const madeOf = { triggers, options: this.options, namespaces };
    let made: Fingerprint | undefined;
    const fingerprintOnce = (): Fingerprint => {
      made ??= fingerprint(target, madeOf, plan, targets);
      return made;
    };
    return { plan, triggers, owner, state, fingerprint: fingerprintOnce };
  }

  #isClockChecked = false;

  /** Once per run. Only planned quiet depends on this machine's clock; schedules run by the service's clock. */
  #warnOfClock({ clockSkew }: LiveSet): void {
    if (this.#isClockChecked || clockSkew === undefined) return;
    if (!this.declarations.some(({ quiet = [] }) => quiet.length > 0)) return;
    this.#isClockChecked = true;
    const text = clockSkewText(clockSkew);
    if (text !== undefined) this.messages.note(text);
  }

  /** A fix changes neither keys nor resource options in the stack, and sends schedules as they were sent before. */
  #keepApplied(edited: readonly ResourceOptions[], remembered: readonly Remembered[]): void {
    this.declarations = appliedDeclarations(this.#edited, edited, remembered);
    this.options = optionsOf(this.declarations);
  }

  #owner(live: LiveSet): StackOwner {
    const { repository } = this;
    const namespace = this.#namespace ?? live.defaultNamespace;
    return {
      ...(repository === undefined ? {} : { repository }),
      environment: this.environment,
      ...(namespace === undefined ? {} : { namespace }),
    };
  }

  /**
   * Only the triggers that `--target` names, by their current or former key, and those linked to them. A trigger without
   * a definition may be in the state and due to be deleted.
   */
  #targeted(plan: SetPlan): SetPlan {
    const { target: names } = this.planningOptions;
    if (!names) return plan;
    const known = new Set(plan.triggers.map(({ resource }) => resource));
    const before = new Map(this.options.map(({ resource, replaces }) => [replaces, resource]));
    // A fix plans a renamed trigger under the key that the stack still has.
    this.#edited.forEach(({ name }, at) => {
      if (!known.has(name)) before.set(name, this.options[at]!.resource);
    });
    const resources = names.map((target) => {
      const resource = known.has(target) ? target : before.get(target);
      if (resource !== undefined) return resource;
      const near = nearest(target, known);
      const fix = didYouMean(near, "Write a key under triggers, or the name of a trigger in the stack.");
      throw new UsageError(`mixpeek-triggers ${this.command}: there is no trigger ${target}. ${fix}`);
    });
    return targeted(plan, resources);
  }
}

/** Notes about the owner's record. The first `up` of a stack creates the whole record, which needs no note. */
export function ownerNotes({ state, owner }: Planned): string[] {
  const text = state && ownerChangeText(state.owner, owner);
  return text === undefined ? [] : [text];
}

const optionsOf = (declarations: readonly Declaration[]): readonly ResourceOptions[] =>
  declarations.map(({ name, replaces, protect, retain, spread, trigger }) => ({
    resource: name,
    protect,
    retain,
    ...(spread === undefined
      ? {}
      : {
          spread: {
            cron: String(trigger.schedule_config["cron_expression"]),
            window: writtenDuration(spread),
          },
        }),
    ...(replaces === undefined ? {} : { replaces }),
  }));
