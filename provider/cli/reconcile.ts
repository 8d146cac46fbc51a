import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Sources } from "../config";
import type { Declaration } from "../core/desired";
import { isError, nearest } from "../core/issue";
import type { DesiredTrigger } from "../core/model";
import { loadSet } from "../files/load";
import { rootOf } from "../files/read";
import { TRIGGER_TYPE } from "../pulumi/shim";
import { declareTriggers } from "../pulumi/trigger-set";
import { type Command, type Given, type Option, UsageError } from "./command";
import { LiveSet } from "./live-set";
import { changesOf, type Kind, type Outcome, operate } from "./operation";
import { fingerprint, staleness } from "./plan";
import { needPassphrase, type Project, prepare, projectOf } from "./project";
import { Report } from "./report";
import { DEFINITIONS_OPTION, definitionsOf } from "./set-options";
import { openStack } from "./workspace";

const ENV: Option = {
  value: "FILE",
  doc: "the environment, such as environments/prod.yaml; its name is the stack's",
};

const COMMON: Readonly<Record<string, Option>> = {
  env: ENV,
  target: { value: "NAME", doc: "only this trigger; may be given again", multiple: true },
  project: { value: "NAME", doc: "project of the stack (default: name in Pulumi.yaml, else the folder's)" },
  json: { doc: "one JSON object on stdout" },
};
const YES: Option = { doc: "do it without asking; needed where there is no terminal" };
const SECRETS: Option = {
  value: "URL",
  doc: "where a new stack's secrets are encrypted, such as awskms://…; default: PULUMI_CONFIG_PASSPHRASE",
};
const STACK: Option = { value: "NAME", doc: "the stack, where its environment file is gone" };

export const preview: Command = {
  summary: "what `up` would change and why; exits 2 when it would change something",
  options: { ...COMMON, ...DEFINITIONS_OPTION, "secrets-provider": SECRETS },
  run: (given) => run("preview", given),
};

export const up: Command = {
  summary: "make the live triggers what the definitions say",
  options: {
    ...COMMON,
    ...DEFINITIONS_OPTION,
    "allow-deletes": {
      value: "N",
      doc: "go on where a run deletes more than half of the triggers, but no more than N",
    },
    plan: { value: "FILE", doc: "only what `plan --out FILE` showed: refuses when anything changed since" },
    yes: YES,
    "secrets-provider": SECRETS,
  },
  run: (given) => run("up", given),
};

export const refresh: Command = {
  summary: "read the live triggers into the state; changes none of them",
  options: { ...COMMON, stack: STACK, yes: YES },
  run: (given) => run("refresh", given),
};

export const destroy: Command = {
  summary: "delete every trigger of an environment",
  options: { ...COMMON, stack: STACK, yes: YES },
  run: (given) => run("destroy", given),
};

/** So few may always be deleted. */
const FEW = 3;

type Name = "preview" | "up" | "refresh" | "destroy";

async function run(name: Name, given: Given): Promise<number> {
  if (name !== "preview" && !given["yes"] && !process.stdin.isTTY)
    throw new UsageError(`mixpeek-triggers ${name}: there is no terminal to ask on. Add --yes.`);
  const text = (key: string): string | undefined => given[key] as string | undefined;
  const named = Object.fromEntries(
    Object.entries({ environment: text("env"), stack: text("stack"), project: text("project") }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const root = rootOf(process.cwd());
  const project = projectOf(root.cwd, process.env, named);
  const report = new Report(name, project, text("env"), given["json"] === true);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const code = await new Run(name, project, report, given, abort.signal).go();
    return abort.signal.aborted ? report.interrupted() : code;
  } catch (error) {
    // Ours have codes; what has none is a fault of ours, and shown with its trace.
    if (typeof (error as { code?: unknown }).code !== "string" || error instanceof UsageError) throw error;
    report.failed([(error as Error).message]);
    return 1;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

class Run {
  readonly #desires: boolean;

  constructor(
    private readonly name: Name,
    private readonly project: Project,
    private readonly report: Report,
    private readonly given: Given,
    private readonly signal: AbortSignal,
  ) {
    this.#desires = name === "preview" || name === "up";
  }

  async go(): Promise<number> {
    const { report, project } = this;
    // Everything that can be wrong offline is told before anything is fetched or asked.
    const declarations = this.#desires ? this.#declarations() : [];
    if (declarations === undefined) return 1;
    report.begin();
    // Without settings of the stack, the environment is all there is: a missing key or name need not wait for an engine.
    const early = !existsSync(join(project.cwd, `Pulumi.${project.stack}.yaml`));
    if (early && !(await this.#resolve({ env: process.env }, declarations))) return 1;
    needPassphrase(project, process.env, this.given["secrets-provider"] as string | undefined);
    prepare(project);
    const { ensureEngine } = await import("../engine");
    const engine = await ensureEngine({ onProgress: (line) => report.note(line) });
    const stack = await this.#open(engine.bin, declarations);
    if (stack === undefined) {
      report.failed([
        `cannot ${this.name} stack "${project.stack}" of project "${project.name}": there is none on ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL; \`up\` makes it [STACK_NOT_FOUND].`,
      ]);
      return 1;
    }
    if (!early) {
      const config = await stack.getAllConfig();
      const sources: Sources = { config: (key) => config[key]?.value, env: process.env };
      if (!(await this.#resolve(sources, declarations))) return 1;
    }
    return this.#operate(stack, await this.#targets(stack, declarations));
  }

  #declarations(): Declaration[] | undefined {
    const environment = this.given["env"] as string;
    const options = {
      root: rootOf(process.cwd()),
      ...definitionsOf(this.given),
      env: process.env,
      environment,
    };
    const { declarations, issues } = loadSet(options);
    this.report.issues(issues);
    return issues.some(isError) ? undefined : declarations;
  }

  /** URNs of the triggers to keep to. One that the definitions do not have may be in the state, to be deleted. */
  async #targets(stack: Stack, declarations: readonly Declaration[]): Promise<string[] | undefined> {
    const names = this.given["target"] as string[] | undefined;
    if (!names) return undefined;
    const { name, stack: own } = this.project;
    const start = `urn:pulumi:${own}::${name}::${TRIGGER_TYPE}::`;
    const { deployment } = await stack.exportStack();
    const kept = ((deployment?.resources ?? []) as { urn: string }[]).map(({ urn }) => urn);
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

  async #open(engineBin: string, declarations: readonly Declaration[]): Promise<Stack | undefined> {
    const secretsProvider = this.given["secrets-provider"] as string | undefined;
    return openStack(this.project, {
      program: async () => {
        declareTriggers(declarations, this.#triggers);
      },
      engineBin,
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
      existing: !this.#desires,
    });
  }

  /** Names become ids before the engine runs: with one that is missing, nothing is previewed and nothing written. */
  async #resolve(sources: Sources, declarations: readonly Declaration[]): Promise<boolean> {
    const live = new LiveSet(sources, (line) => this.report.note(line));
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
    const file = this.given["plan"];
    if (typeof file !== "string") return true;
    const namespaces = await live.snapshots(triggers.map(({ namespace }) => namespace));
    const changed = staleness(file, fingerprint(triggers, namespaces));
    if (changed.length === 0) return true;
    this.report.failed([
      `cannot apply ${file}: it is not what would be done now. Make a new plan and review it [PLAN_STALE].`,
      ...changed.map((line) => `  ${line}`),
    ]);
    return false;
  }

  async #operate(stack: Stack, target: string[] | undefined): Promise<number> {
    const { report, name } = this;
    const options = { signal: this.signal, ...(target ? { target } : {}) };
    const follow = (kind: Kind, verb: string): Promise<Outcome> =>
      report.while(verb, (progress) => operate(stack, kind, { ...options, ...progress }));
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
    return report.done(await follow(name as Kind, name === "up" ? "applying" : "deleting"), planned);
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
    throw new UsageError(`mixpeek-triggers up: --allow-deletes ${given} is no number of triggers.`);
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
