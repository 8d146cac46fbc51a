import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Sources } from "../config";
import type { Declaration } from "../core/desired";
import { isError, nearest } from "../core/issue";
import type { DesiredTrigger } from "../core/model";
import { detailsOf } from "../core/plan-report";
import { planSet, type TriggerPlan } from "../core/set-plan";
import { namespaceOf } from "../core/state";
import { TRIGGER_TYPE } from "../pulumi/shim";
import type { declareTriggers } from "../pulumi/trigger-set";
import { checkpointsOf, isWorthIt, ONCE } from "./checkpoints";
import { type Given, UsageError } from "./command";
import { declarationsOf, LiveSet } from "./live-set";
import { changesOf, type Kind, type Outcome, operate } from "./operation";
import { dropPending } from "./pending";
import { type Fingerprint, fingerprint, readPlan, staleness } from "./plan";
import { hasConfig, needPassphrase, type Project, prepare } from "./project";
import { declareQuietly } from "./quiet";
import { hasNoState, rememberedIn, resourcesOf } from "./remembered";
import type { Report } from "./report";
import { removeLeftLocks } from "./stack-lock";
import { openStack } from "./workspace";

export type RunName = "preview" | "up" | "adopt" | "refresh" | "destroy";

/** So few may always be deleted. */
const FEW = 3;

/**
 * What the engine does in one pass, without a preview before it: it cannot be refused half way. What is taken over as it
 * is cannot either, unless it may be a collection's own, which only the provider finds out.
 */
function isPlain({ op, requests, desired }: TriggerPlan): boolean {
  if (op === "adopt") return requests === 0 && desired?.action_type !== "collection_trigger";
  return op === "none" || op === "create" || op === "update";
}

/** One run of the engine for an environment, from files to report. */
export class Run {
  readonly #desires: boolean;
  /** Of --plan, read before anything is asked. */
  readonly #kept: Fingerprint | undefined;

  constructor(
    private readonly name: RunName,
    private readonly project: Project,
    private readonly report: Report,
    private readonly given: Given,
    private readonly signal: AbortSignal,
  ) {
    this.#desires = name === "preview" || name === "up" || name === "adopt";
    const kept = given["plan"];
    this.#kept = typeof kept === "string" ? readPlan(kept) : undefined;
    this.#allowedDeletes();
  }

  async go(): Promise<number> {
    const { name, report, project } = this;
    // Everything that can be wrong offline is told before anything is fetched or asked.
    const declarations = this.#desires ? this.#declarations() : [];
    if (declarations === undefined) return 1;
    report.begin();
    // Before anything is listed: a run that dies later leaves a lock again, and nobody goes on from an older list.
    const left = name === "preview" ? [] : removeLeftLocks(project);
    for (const note of left) report.note(note);
    // Without config of the stack, the environment is all there is: a missing key or name need not wait for an engine.
    const early = !hasConfig(project);
    if (early && !(await this.#resolve({ env: process.env }, declarations))) return 1;
    needPassphrase(project, process.env, this.given["secrets-provider"] as string | undefined);
    const stack = !this.#desires && hasNoState(project) ? undefined : await this.#open(declarations);
    if (stack === undefined) {
      report.failed([
        `cannot ${name} stack "${project.stack}" of project "${project.name}": there is none on ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL; \`up\` makes it [STACK_NOT_FOUND].`,
      ]);
      return 1;
    }
    if (left.length > 0) {
      const names = dropPending(project);
      if (names.length > 0) report.note(`it was at work on ${names.join(", ")}: what is live decides`);
    }
    if (!early) {
      const config = await stack.getAllConfig();
      const sources: Sources = { config: (key) => config[key]?.value, env: process.env };
      if (!(await this.#resolve(sources, declarations))) return 1;
    }
    if (name === "adopt") return this.#adopt(stack);
    const target = await this.#targets(stack, declarations);
    if (name === "up" && this.given["yes"] && !target) {
      const planned = await this.#plan(stack);
      return this.#withList(stack, () =>
        planned.every(isPlain) ? this.#applyPlainly(stack, planned) : this.#operate(stack, target),
      );
    }
    return this.#operate(stack, target);
  }

  /** Only what needs no write: what would be written is told, and nothing is taken over. */
  async #adopt(stack: Stack): Promise<number> {
    const { report, project } = this;
    const planned = await this.#plan(stack);
    const otherwise = planned.filter(
      ({ op, requests }) => op !== "none" && !(op === "adopt" && requests === 0),
    );
    if (otherwise.length > 0) {
      const [count, are] = [otherwise.length, otherwise.length === 1 ? "is" : "are"];
      report.failed([
        `cannot adopt into stack "${project.stack}": ${count} of ${planned.length} ${are} not live as declared. Correct the definitions, or let \`up\` make it so [ADOPT_WOULD_WRITE].`,
        ...otherwise.flatMap((plan) => [
          `${plan.name}: ${plan.op}`,
          ...detailsOf(plan).map((line) => `    ${line}`),
        ]),
      ]);
      return 1;
    }
    const count = planned.filter(({ op }) => op === "adopt").length;
    if (count > 0 && !(await this.#agreed(`Take ${count} live ${count === 1 ? "trigger" : "triggers"} over`)))
      return 1;
    return this.#withList(stack, () => this.#applyPlainly(stack, planned));
  }

  /** Definitions × what the stack remembers × what is live. */
  async #plan(stack: Stack): Promise<TriggerPlan[]> {
    const remembered = rememberedIn(await resourcesOf(this.project, stack));
    const kept = remembered.map(({ state }) => namespaceOf(state));
    const namespaces = await this.#live!.snapshots([
      ...this.#triggers.map(({ namespace }) => namespace),
      ...kept,
    ]);
    return planSet(this.#triggers, { namespaces, remembered, now: new Date() }).triggers;
  }

  async #applyPlainly(stack: Stack, planned: readonly TriggerPlan[]): Promise<number> {
    const live = this.#live!;
    const checkpoints = this.given["checkpoints"]
      ? {}
      : await checkpointsOf(this.project, planned, () => live.hasNames(planned[0]!.namespace));
    Object.assign(stack.workspace.envVars, checkpoints);
    return this.report.done(await this.#follow(stack, "up", "applying"));
  }

  /** The provider goes on from our list: nobody is waited for in between, so that it is still good. */
  async #withList(stack: Stack, run: () => Promise<number>): Promise<number> {
    const handed = this.#live!.handOver(join(this.project.folder, "work"));
    Object.assign(stack.workspace.envVars, handed.env);
    try {
      return await run();
    } finally {
      handed.end();
    }
  }

  #declarations(): Declaration[] | undefined {
    const { declarations, issues } = declarationsOf(this.given, this.given["env"] as string);
    this.report.issues(issues);
    return issues.some(isError) ? undefined : declarations;
  }

  /** URNs of the triggers to keep to. One that the definitions do not have may be in the state, to be deleted. */
  async #targets(stack: Stack, declarations: readonly Declaration[]): Promise<string[] | undefined> {
    const names = this.given["target"] as string[] | undefined;
    if (!names) return undefined;
    const { name, stack: own } = this.project;
    const start = `urn:pulumi:${own}::${name}::${TRIGGER_TYPE}::`;
    const kept = (await resourcesOf(this.project, stack)).map(({ urn }) => String(urn));
    const known = new Set([
      ...declarations.map((declaration) => declaration.name),
      ...kept.filter((urn) => urn.startsWith(start)).map((urn) => urn.slice(start.length)),
    ]);
    for (const target of names) {
      if (known.has(target)) continue;
      const near = nearest(target, known);
      const fix = near ? `Did you mean ${near}?` : "Name a key under triggers, or one that the stack has.";
      throw new UsageError(`mixpeek-triggers ${this.name}: no trigger ${target}. ${fix}`);
    }
    return names.map((target) => `${start}${target}`);
  }

  #triggers: Parameters<typeof declareTriggers>[1] = [];
  #live: LiveSet | undefined;

  async #open(declarations: readonly Declaration[]): Promise<Stack | undefined> {
    prepare(this.project);
    const { ensureEngine } = await import("../engine");
    const { bin: engineBin } = await ensureEngine({ onProgress: (line) => this.report.note(line) });
    const secretsProvider = this.given["secrets-provider"] as string | undefined;
    return openStack(this.project, {
      program: async () => {
        // The SDK takes a second to load: what is wrong before it is needed is told without it.
        const { declareTriggers } = await import("../pulumi/trigger-set");
        await declareTriggers(declarations, this.#triggers, { within: declareQuietly });
      },
      engineBin,
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
      existing: !this.#desires,
    });
  }

  /** Names become ids before the engine runs: with one that is missing, nothing is previewed and nothing written. */
  async #resolve(sources: Sources, declarations: readonly Declaration[]): Promise<boolean> {
    const live = new LiveSet(sources, (line) => this.report.note(line));
    this.#live = live;
    if (!this.#desires) return true;
    const { triggers, issues } = await live.resolve(declarations);
    this.report.issues(issues);
    if (issues.length === 0 && !(await this.#isFresh(live, triggers))) return false;
    this.#triggers = triggers;
    this.report.desired(triggers);
    return issues.length === 0;
  }

  /** Whether a plan that was kept still holds; told where it does not. */
  async #isFresh(live: LiveSet, triggers: readonly DesiredTrigger[]): Promise<boolean> {
    if (!this.#kept) return true;
    const namespaces = await live.snapshots(triggers.map(({ namespace }) => namespace));
    const changed = staleness(this.#kept, fingerprint(triggers, namespaces));
    if (changed.length === 0) return true;
    this.report.failed([
      `cannot apply ${this.given["plan"]}: it is not what would be done now. Make a new plan and review it [PLAN_STALE].`,
      ...changed.map((line) => `  ${line}`),
    ]);
    return false;
  }

  async #operate(stack: Stack, target: string[] | undefined): Promise<number> {
    const { report, name } = this;
    const follow = (kind: Kind, verb: string): Promise<Outcome> => this.#follow(stack, kind, verb, target);
    if (name === "refresh") {
      if (!(await this.#agreed("Read the live triggers into the state"))) return 1;
      return report.done(await follow("refresh", "refreshing"));
    }
    const planned = await follow(name === "destroy" ? "preview destroy" : "preview", "previewing");
    const changes = changesOf(planned).filter(({ op }) => op !== "same");
    if (!planned.ok || name === "preview" || changes.length === 0) {
      const code = report.plan(planned, name !== "preview");
      return name === "preview" && code === 0 && changes.length > 0 ? 2 : code;
    }
    const refusal = name === "up" ? this.#tooManyDeletes(planned) : undefined;
    if (refusal !== undefined) {
      report.plan(planned, false);
      report.failed([refusal]);
      return 1;
    }
    if (!this.given["yes"]) {
      report.plan(planned, false);
      const count = `${changes.length} ${changes.length === 1 ? "trigger" : "triggers"}`;
      if (!(await this.#agreed(name === "up" ? `Change ${count}` : `Delete ${count}`))) return 1;
    }
    if (name === "destroy" && !this.given["checkpoints"] && isWorthIt(this.project, changes.length))
      return this.#destroyAtOnce(stack, async () =>
        report.done(await follow("destroy", "deleting"), planned),
      );
    return report.done(await follow(name as Kind, name === "up" ? "applying" : "deleting"), planned);
  }

  /** By one list, what a run that was killed had deleted already is not deleted again. */
  async #destroyAtOnce(stack: Stack, run: () => Promise<number>): Promise<number> {
    const kept = rememberedIn(await resourcesOf(this.project, stack));
    await this.#live!.snapshots(kept.map(({ state }) => namespaceOf(state)));
    Object.assign(stack.workspace.envVars, ONCE);
    return this.#withList(stack, run);
  }

  #follow(stack: Stack, kind: Kind, verb: string, target?: string[]): Promise<Outcome> {
    const options = { signal: this.signal, ...(target ? { target } : {}) };
    const total = target?.length ?? this.#triggers.length;
    return this.report.while(verb, total, (progress) => operate(stack, kind, { ...options, ...progress }));
  }

  /** A glob that meets nothing, or a folder that moved, must not take everything along. */
  #tooManyDeletes(planned: Outcome): string | undefined {
    const changes = changesOf(planned);
    const deletes = changes.filter(({ op }) => op === "delete").length;
    const kept = changes.filter(({ op }) => op !== "delete" && op !== "create").length;
    if (deletes < FEW || deletes <= kept || deletes <= this.#allowedDeletes()) return undefined;
    return `cannot apply this: it deletes ${deletes} of ${deletes + kept} triggers of stack "${this.project.stack}". Check --definitions and the environment's exclude; if it is meant, give --allow-deletes ${deletes} [TOO_MANY_DELETES].`;
  }

  #allowedDeletes(): number {
    const given = this.given["allow-deletes"];
    if (given === undefined) return 0;
    if (/^\d+$/.test(String(given))) return Number(given);
    throw new UsageError(
      `mixpeek-triggers up: --allow-deletes ${given} is no number of triggers. Write a whole number, such as --allow-deletes 5.`,
    );
  }

  async #agreed(question: string): Promise<boolean> {
    if (this.given["yes"]) return true;
    const { createInterface } = await import("node:readline/promises");
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await asked.question(`${question} in ${this.project.stack}? (yes/no) `, {
        signal: this.signal,
      });
      if (/^y(es)?$/i.test(answer.trim())) return true;
    } catch {
      // Ctrl-C, or the end of input.
      this.report.note("");
    } finally {
      asked.close();
    }
    this.report.note("Nothing was changed.");
    return false;
  }
}
