import { environmentFile } from "../../files/environments";
import { rootOf } from "../../files/read";
import { type Command, type Given, type Option, oneOf, UsageError } from "../command";
import { needYes } from "../output/terminal";
import { lockTimeoutOf } from "../project/lock-timeout";
import { projectOf } from "../project/project";
import { APPLY_OPTIONS, LOCK_OPTIONS, type Options, STACK_OPTIONS } from "../project/set-options";
import type { Purpose } from "../run/planning";
import { Report } from "../run/report";
import { Run } from "../run/run";
import { RunContext, type RunName } from "../run/run-context";
import { runOnStack } from "../run/stack-run";

const ENV: Options = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its path names the stack",
  },
};
const TARGET: Options = {
  target: { value: "NAME", doc: "only this trigger; may be given again", multiple: true },
};
const JSON_OPTION: Options = { json: { doc: "one JSON object on stdout" } };
const STACK: Options = { stack: { value: "NAME", doc: "the stack, where its environment file is gone" } };

const FORMATS = ["text", "json", "markdown"] as const;

const {
  checkpoints: CHECKPOINTS,
  full: FULL,
  yes: YES,
  "take-over": TAKE_OVER,
} = APPLY_OPTIONS as Record<string, Option>;

/** The options of `up` that change the plan. */
const { checkpoints: _, full: __, yes: ___, ...PLANNING } = APPLY_OPTIONS;

/** Options of what is done with a stack, whatever the definitions say. */
const ON_STACK: Options = {
  ...ENV,
  ...TARGET,
  ...STACK_OPTIONS,
  ...JSON_OPTION,
  ...STACK,
  ...LOCK_OPTIONS,
  "take-over": TAKE_OVER!,
  yes: YES!,
};

export const preview: Command = {
  summary: "the plan: what `up` would do and why, deletes included; exits 2 when there is something to do",
  options: {
    ...ENV,
    ...TARGET,
    ...PLANNING,
    "no-state": { doc: "compare definitions with live triggers only; deletes and causes are then not known" },
    format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text" },
    json: { doc: "the same as --format json" },
    out: { value: "FILE", doc: "save the plan, for `up --plan FILE`" },
  },
  run: (given) => run("preview", given, given["json"] ? "json" : oneOf("preview", given, "format", FORMATS)),
};

export const up: Command = {
  summary: "apply the plan: make the live triggers what the definitions say",
  options: {
    ...ENV,
    ...TARGET,
    ...APPLY_OPTIONS,
    ...JSON_OPTION,
    plan: {
      value: "FILE",
      doc: "exactly what `preview --out FILE` showed: refuses when anything changed since",
    },
  },
  run: (given) => run("up", given),
};

export const adopt: Command = {
  summary: "take the live triggers of the definitions into the state; writes to none of them",
  options: { ...ENV, ...APPLY_OPTIONS, ...JSON_OPTION },
  run: (given) => run("adopt", given),
};

export const refresh: Command = {
  summary: "read the live triggers into the state; changes none of them",
  options: { ...ON_STACK, full: FULL! },
  run: (given) => run("refresh", given),
};

export const destroy: Command = {
  summary: "delete every trigger that the stack of an environment holds",
  options: { ...ON_STACK, checkpoints: CHECKPOINTS! },
  run: (given) => run("destroy", given),
};

/** `up` of what was applied last, over these resources. In: the options of `up`. Out: the exit code. */
export const fixDrift = (given: Given, resources: readonly string[]): Promise<number> =>
  run("up", { ...given, target: [...resources] }, "text", "fix");

async function run(
  name: RunName,
  options: Given,
  format: (typeof FORMATS)[number] = options["json"] ? "json" : "text",
  purpose: Purpose = "apply",
): Promise<number> {
  if (name !== "preview") needYes(name, options);
  const lockTimeout = lockTimeoutOf(name, options);
  const root = rootOf(process.cwd());
  const { env } = options;
  const named = typeof env === "string" && env !== "" ? environmentFile(root, env) : undefined;
  const given: Given = named ? { ...options, env: named.file } : options;
  const text = (key: string): string | undefined => given[key] as string | undefined;
  const identity = Object.fromEntries(
    Object.entries({ environment: text("env"), stack: text("stack"), project: text("project") }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const project = projectOf(root.cwd, process.env, {
    ...identity,
    ...(given["no-state"] ? { stateless: true } : {}),
  });
  const report = new Report(name, project, text("env"), format);
  if (named && named.issues.length > 0) {
    report.issues(named.issues);
    return 1;
  }
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  // Not once: a listener that is gone before the others run lets the SDK's end the process in the middle of a write.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    const context = new RunContext(name, project, report, given, abort.signal, lockTimeout);
    const code = await (name === "refresh" || name === "destroy"
      ? runOnStack(context, name)
      : new Run(context, purpose).go());
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
