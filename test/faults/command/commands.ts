import { join } from "node:path";
import { handOver } from "../../../provider/api/provider-handover";
import { type Project, prepare, projectOf } from "../../../provider/cli/project/project";
import { runRepository } from "../../../provider/cli/project/repository";
import { LiveSet } from "../../../provider/cli/run/live-set";
import { type Planned, Planning } from "../../../provider/cli/run/planning";
import { readPlan, savePlan, staleness } from "../../../provider/cli/run/saved-plan";
import { ownerRefusal } from "../../../provider/cli/stack/owner-check";
import { readStackState } from "../../../provider/cli/stack/stack-state";
import { isError, issueText } from "../../../provider/core/issues/issue";
import { versioned } from "../../../provider/core/json/output-version";
import { planDestroy } from "../../../provider/core/plan/plan-deletes";
import type { SetPlan } from "../../../provider/core/plan/plan-model";
import { massDeletes } from "../../../provider/core/plan/too-many-deletes";
import type { JsonObject } from "../../../provider/core/schema/model";
import type { Emulator, ManualClock } from "../../../provider/emulator";
import { SHIM } from "../../../provider/pulumi/resource/shim";
import type { EngineModel, Host, Options, Outcome, Props } from "../engine/engine-model";
import { KEY, type Kill, ProviderProcess } from "../engine/provider-process";
import type { Backend } from "../world/backend";
import type { Checkout } from "../world/checkout";

export type CommandName = "preview" | "up" | "refresh" | "destroy";

export interface CommandOptions {
  takeOver?: boolean;
  allowDeletes?: number;
  /** `preview`: saves the plan to this file. */
  out?: string;
  /** `up`: applies the plan of this file. */
  plan?: string;
  /** The API's address; absent: the emulator. */
  address?: string;
  faulty?: boolean;
  kill?: Kill | undefined;
}

export interface CommandResult {
  /** Absent if the run stopped before there was a plan. */
  plan?: SetPlan;
  planned?: Planned;
  /** Whether the engine ran. */
  applied: boolean;
  killed: boolean;
  errors: string[];
}

/**
 * Runs the commands as users do, from definitions files to requests: the real planning, owner check, safety stops and
 * saved plans, and the real provider with the handed-over plan. Only the engine is a model.
 */
export class Commands {
  constructor(
    private readonly stage: {
      emulator: Emulator;
      clock: ManualClock;
      random: () => number;
      pageSize: number;
      backend: Backend;
    },
  ) {}

  project(checkout: Checkout, environment: string): Project {
    const env = { PULUMI_BACKEND_URL: this.stage.backend.url, PULUMI_CONFIG_PASSPHRASE: "fuzz" };
    return projectOf(checkout.folder, env, { environment });
  }

  async run(
    command: CommandName,
    checkout: Checkout,
    environment: string,
    options: CommandOptions = {},
  ): Promise<CommandResult> {
    const { emulator, clock, random, pageSize, backend } = this.stage;
    const { address = emulator.url, faulty = false, kill } = options;
    const env = { MIXPEEK_API_KEY: KEY, MIXPEEK_BASE_URL: address };
    const host = new ProviderProcess(emulator, clock, { random, pageSize, faulty, kill });
    const run = new Run(command, this.project(checkout, environment), options, backend);
    const live = new LiveSet({ env }, () => undefined, host.surroundings);
    const start = (handed: Record<string, string>): Host => ({
      provider: host.inEnvironment({ ...env, ...handed }),
      get dead() {
        return host.dead;
      },
    });
    try {
      await run.go(checkout, environment, live, start);
    } catch (error) {
      if (!host.dead) run.result.errors.push((error as Error).message);
    }
    await host.end();
    const { result } = run;
    return host.dead ? { ...result, killed: true, errors: [] } : result;
  }
}

/** Starts the provider's process with additional environment variables. */
type Start = (env: Record<string, string>) => Host;

/** One run of one command. */
class Run {
  readonly result: CommandResult = { applied: false, killed: false, errors: [] };

  constructor(
    private readonly command: CommandName,
    private readonly project: Project,
    private readonly options: CommandOptions,
    private readonly backend: Backend,
  ) {}

  go(checkout: Checkout, environment: string, live: LiveSet, start: Start): Promise<void> {
    prepare(this.project);
    if (this.command === "refresh" || this.command === "destroy")
      return this.overStack(environment, live, start);
    return this.overDefinitions(checkout, environment, live, start);
  }

  /** preview and up, like provider/cli/run/run.ts. */
  private async overDefinitions(
    checkout: Checkout,
    environment: string,
    live: LiveSet,
    start: Start,
  ): Promise<void> {
    const { errors } = this.result;
    const { takeOver, allowDeletes = 0, out, plan: saved } = this.options;
    const kept = saved === undefined ? undefined : readPlan(saved);
    const planning = within(checkout.folder, () =>
      Planning.begin(
        this.command,
        this.project,
        environment,
        { takeOver },
        {
          issues: (issues) => errors.push(...issues.filter(isError).map(issueText)),
          failed: (failed) => errors.push(...failed),
          note: () => undefined,
        },
      ),
    );
    if (!planning) return;
    const triggers = await planning.resolve(live);
    const planned = triggers && (await planning.plan(live, triggers, async () => undefined));
    if (!planned) return;
    Object.assign(this.result, { planned, plan: planned.plan });
    if (out !== undefined) savePlan(out, versioned({ fingerprint: planned.fingerprint() }) as JsonObject);
    if (this.command === "preview") return;
    const changed = kept ? staleness(kept, planned.fingerprint()) : [];
    if (changed.length > 0) {
      errors.push(`the plan is not what would be done now [PLAN_STALE]: ${changed.join("; ")}`);
      return;
    }
    const stop = massDeletes(this.project.stack, planned.plan, allowDeletes);
    errors.push(
      ...planned.plan.triggers.flatMap(({ conflict }) => conflict ?? []),
      ...(stop === undefined ? [] : [stop]),
    );
    if (errors.length > 0) return;
    const program = new Map<string, Props>();
    const options = new Map<string, Options>();
    for (const [index, { name, protect, retain, replaces }] of planning.declarations.entries()) {
      program.set(name, { __provider: SHIM, ...(planned.triggers[index] as unknown as JsonObject) });
      options.set(name, { protect, retain, ...(replaces === undefined ? {} : { alias: replaces }) });
    }
    await this.apply(planned.plan, live, start, (engine, host) => {
      this.backend.stack(this.project).owner = planned.owner;
      return engine.up(host, program, false, options);
    });
  }

  /** refresh and destroy, like provider/cli/run/refresh-destroy.ts. */
  private async overStack(environment: string, live: LiveSet, start: Start): Promise<void> {
    const state = await readStackState(this.project, async () => undefined);
    if (!state) return;
    const owner = { repository: runRepository(this.project)!, environment };
    const refusal = ownerRefusal(this.command, this.project, state, owner, {
      takeOver: this.options.takeOver === true,
      sameNamespace: () => true,
    });
    if (refusal) {
      this.result.errors.push(refusal.message);
      return;
    }
    const plan = planDestroy(this.command === "destroy" ? state.triggers : []);
    this.result.plan = plan;
    this.result.errors.push(...plan.triggers.flatMap(({ conflict }) => conflict ?? []));
    if (this.result.errors.length > 0) return;
    await this.apply(plan, live, start, async (engine, host) => {
      if (this.command === "refresh") return engine.refresh(host);
      const outcome = await engine.destroy(host);
      const stack = this.backend.stack(this.project);
      if (engine.state.length === 0) stack.owner = undefined;
      return outcome;
    });
  }

  private async apply(
    plan: SetPlan,
    live: LiveSet,
    start: Start,
    operate: (engine: EngineModel, host: Host) => Promise<Outcome>,
  ): Promise<void> {
    const { engine } = this.backend.stack(this.project);
    const handed =
      this.command === "refresh"
        ? undefined
        : handOver(join(this.project.folder, "work"), await live.handedOver(plan));
    this.result.applied = true;
    try {
      const { errors, killed } = await operate(engine, start(handed?.env ?? {}));
      this.result.errors.push(...errors);
      this.result.killed = killed;
    } finally {
      handed?.end();
      this.backend.save(this.project);
    }
  }
}

/** Commands read files from the current folder. */
function within<T>(folder: string, run: () => T): T {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return run();
  } finally {
    process.chdir(before);
  }
}
