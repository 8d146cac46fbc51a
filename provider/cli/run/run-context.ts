import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Sources } from "../../config";
import type { Declaration } from "../../core/definitions/merged-definition";
import type { SetPlan, TriggerPlan } from "../../core/plan/plan-model";
import { counted } from "../../core/text/plural";
import { EXIT } from "../exit-code";
import { atOnceOf } from "../interruption";
import { askYes } from "../output/question";
import type { ApiClients } from "../project/api-clients";
import { hasConfig, type Project, requirePassphrase } from "../project/project";
import { collectorOf } from "../stack/engine-process";
import {
  joined,
  type Kind,
  NOT_RUN,
  type OperateOptions,
  type Outcome,
  operate,
  stoppedBy,
} from "../stack/engine-run";
import { isTruncatedState } from "../stack/lock-holder";
import { refuseMoved } from "../stack/owner-check";
import { dropPending, hasPending } from "../stack/pending-operations";
import { refuseLocked, removeStaleLocks } from "../stack/stack-lock";
import { StackLocked } from "../stack/stack-locked-error";
import type { StackState } from "../stack/stack-state";
import { isFileBackend, isSavedWhole } from "../stack/state-file";
import { whenUnlocked } from "../stack/when-unlocked";
import { LiveSet } from "./live-set";
import { ProviderHost } from "./provider-host";
import type { Report } from "./report";
import type { RunOptions } from "./run-options";

export type RunName = "preview" | "up" | "adopt" | "refresh" | "destroy";

/** How often a run plans again because other runs changed its stack. */
const MOST_OVERTAKEN = 3;

/** Another run changed the stack after this run's plan and before its lock: nothing was written. */
export class PlanOvertaken extends Error {
  readonly code = "PLAN_STALE";

  constructor(stack: string) {
    super(
      `cannot apply the plan: other runs changed stack "${stack}" after this run planned. Wait until they are done and run again [PLAN_STALE].`,
    );
  }
}

/** What the runs of an environment's stack share: options, output, and access to the engine and the API. */
export class RunContext {
  constructor(
    readonly name: RunName,
    readonly project: Project,
    readonly report: Report,
    readonly options: RunOptions,
    readonly signal: AbortSignal,
    /** In milliseconds. */
    private readonly lockTimeout: number,
    /** The clients that it shares with runs of other environments. */
    private readonly clients?: ApiClients,
  ) {}

  /**
   * Makes an attempt. If another run holds the stack's lock, waits up to --lock-timeout and makes a new attempt,
   * because lists and plans from before the wait are out of date. It also makes a new attempt if another run took the
   * lock first. Throws {@link StackLocked} and {@link PlanOvertaken}.
   */
  async whenUnlocked(attempt: () => Promise<number>): Promise<number> {
    const note = (line: string): void => this.report.note(line);
    const options = { timeout: this.lockTimeout, signal: this.signal, note };
    return (await whenUnlocked(this.project, options, () => this.#untilFirst(attempt))) ?? EXIT.failed;
  }

  /**
   * Makes a new attempt if another run took the lock first. Throws {@link PlanOvertaken} after {@link MOST_OVERTAKEN}
   * attempts.
   */
  async #untilFirst(attempt: () => Promise<number>): Promise<number> {
    for (let overtaken = 0; ; overtaken += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof PlanOvertaken) || overtaken >= MOST_OVERTAKEN) throw error;
        this.report.note(
          `another run changed stack "${this.project.stack}" after this run planned; listing and planning again`,
        );
      }
    }
  }

  /**
   * Removes the locks and pending operations of killed runs. Called before anything is listed, so that no later run
   * plans from an older list.
   */
  clearLeftovers(): void {
    const { report, project } = this;
    const left = removeStaleLocks(project);
    for (const note of left) report.note(note);
    refuseLocked(project);
    // An interrupted run may have released its lock and still left pending operations.
    if (left.length === 0 && !hasPending(project)) return;
    const names = dropPending(project);
    if (names.length > 0)
      report.note(
        `An earlier run was interrupted while working on ${names.join(", ")}. This run continues from the live triggers.`,
      );
  }

  /**
   * Drops the pauses that a killed run requested and {@link clearLeftovers} kept. Called just before a plan that used
   * them is applied.
   */
  dropRequests(state: StackState | undefined): void {
    if (state?.requestedPauses) dropPending(this.project, { isPlanned: true });
  }

  /**
   * Whether the engine has to run over the whole stack, however small the change: with --full, or because only the
   * engine can resolve pending operations and record config.
   */
  runsWhole({ pending }: StackState): boolean {
    const { options, project } = this;
    return options.full === true || pending === true || hasConfig(project);
  }

  requirePassphrase(): void {
    requirePassphrase(this.project, process.env, {
      secretsProvider: this.options.secretsProvider,
      creates: this.name !== "refresh" && this.name !== "destroy",
    });
  }

  live(sources: Sources): LiveSet {
    return new LiveSet(
      sources,
      (line) => this.report.note(line),
      this.clients ? { clients: this.clients } : {},
    );
  }

  /**
   * Runs the engine with a provider that continues from this run's list and makes only the planned writes: see {@link
   * ProviderHost}.
   */
  async withProvider(
    stack: Stack,
    live: LiveSet,
    plan: SetPlan,
    run: () => Promise<number>,
    declarations: readonly Declaration[] = [],
  ): Promise<number> {
    const folder = join(this.project.folder, "work");
    Object.assign(stack.workspace.envVars, collectorOf(plan.triggers.length, process.env));
    const host = await ProviderHost.open(stack, folder, await live.handedOver(plan, declarations));
    this.#host = host;
    try {
      return await run();
    } finally {
      this.#host = undefined;
      await host.close();
    }
  }

  #host: ProviderHost | undefined;

  /**
   * Runs the engine and shows its progress. `total`: the number of triggers. For the other options, see {@link
   * OperateOptions}. Throws {@link StackLocked} and STACK_MOVED.
   */
  async operate(
    stack: Stack,
    kind: Kind,
    verb: string,
    total: number,
    { target, exclude }: Pick<OperateOptions, "target" | "exclude">,
  ): Promise<Outcome> {
    if (this.signal.aborted) return { ...NOT_RUN, ok: false, ended: stoppedBy(this.signal) };
    refuseMoved(this.name, this.project);
    const options = {
      signal: this.signal,
      ...(this.#host ? { host: this.#host } : {}),
      ...(target ? { target } : {}),
      ...(exclude ? { exclude } : {}),
    };
    const attempt = (): Promise<Outcome> =>
      this.report.while(verb, total, (progress) => operate(stack, kind, { ...options, ...progress }));
    const first = await attempt();
    const isProcess = first.messages.some((message) => message.kind === "not attached");
    const outcome =
      !first.ok && (await this.#host?.fallBack(isProcess)) ? joined(first, await attempt()) : first;
    if (outcome.ended && this.#host) {
      await this.#host.settle(atOnceOf(this.signal));
      if (outcome.ended.kind === "stopped") outcome.ended = stoppedBy(this.signal);
      if (this.#host.writes) outcome.writes = this.#host.writes;
      return outcome;
    }
    if (outcome.lockedBy) throw new StackLocked(this.project, outcome.lockedBy);
    // The state file was incomplete because another run was saving it. It is complete now.
    if (!outcome.ok && outcome.errors.some(isTruncatedState) && isSavedWhole(this.project))
      throw new StackLocked(this.project, []);
    return outcome;
  }

  /**
   * Removes a killed run's pending operations from the state once this run has resolved them: the engine's `up` would
   * keep pending creates forever. On file backends, {@link clearLeftovers} has already done so. `pending`: from the
   * state before this run. `target`: one of the remaining resources, if any.
   */
  async clearPending(stack: Stack, { pending }: StackState, target?: string): Promise<void> {
    if (!pending || isFileBackend(this.project)) return;
    try {
      const targets = target === undefined ? {} : { target: [target] };
      await this.operate(
        stack,
        "refresh",
        "clearing the pending operations of an interrupted run",
        0,
        targets,
      );
    } catch (error) {
      // The next run removes them.
      if (!(error instanceof StackLocked)) throw error;
    }
  }

  async agreed(question: string): Promise<boolean> {
    if (this.options.yes) return true;
    if (await askYes(`${question} in ${this.project.stack}`, this.signal)) return true;
    this.report.note("Nothing was changed.");
    return false;
  }
}

/** The question before a plan is applied. */
export function questionOf(name: RunName, plan: SetPlan): string {
  const changed = changedIn(plan);
  const triggers = counted(changed.length, "trigger");
  if (name === "adopt")
    return `${changed.every(({ op }) => op === "adopt") ? "Adopt" : "Record"} ${triggers}`;
  return name === "destroy" ? `Delete ${triggers}` : `Change ${triggers}`;
}

export const changedIn = ({ triggers }: SetPlan): TriggerPlan[] => triggers.filter(({ op }) => op !== "none");
