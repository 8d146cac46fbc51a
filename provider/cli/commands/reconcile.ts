import { environmentFile } from "../../files/environments";
import { rootOf } from "../../files/read";
import { command, type Options, UsageError, type Values } from "../command";
import { requireConfirmation } from "../output/terminal";
import { lockTimeoutOf } from "../project/lock-timeout";
import { projectOf } from "../project/project";
import { APPLY_OPTIONS, type ApplyOptions, LOCK_OPTIONS, STACK_OPTIONS } from "../project/set-options";
import type { Purpose } from "../run/planning";
import { Report } from "../run/report";
import { Run } from "../run/run";
import { RunContext, type RunName } from "../run/run-context";
import type { RunOptions } from "../run/run-options";
import { runOnStack } from "../run/stack-run";

const ENV = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its path names the stack",
  },
} as const satisfies Options;
const TARGET = {
  target: { value: "NAME", doc: "only this trigger; may be given again", multiple: true },
} as const satisfies Options;
const JSON_OPTION = { json: { doc: "one JSON object on stdout" } } as const satisfies Options;
const STACK = {
  stack: { value: "NAME", doc: "the stack, where its environment file is gone" },
} as const satisfies Options;

const FORMATS = ["text", "json", "markdown"] as const;

const { checkpoints: CHECKPOINTS, full: FULL, yes: YES, ...PLANNING_OPTIONS } = APPLY_OPTIONS;

/** Options of what is done with a stack, whatever the definitions say. */
const ON_STACK = {
  ...ENV,
  ...TARGET,
  ...STACK_OPTIONS,
  ...JSON_OPTION,
  ...STACK,
  ...LOCK_OPTIONS,
  "take-over": APPLY_OPTIONS["take-over"],
  yes: YES,
} as const satisfies Options;

const PREVIEW = {
  ...ENV,
  ...TARGET,
  ...PLANNING_OPTIONS,
  "lock-timeout": {
    ...LOCK_OPTIONS["lock-timeout"],
    refused:
      "--lock-timeout is for runs that lock the stack; preview only reads and takes no lock. Leave it out.",
  },
  "no-state": { doc: "compare definitions with live triggers only; deletes and causes are then not known" },
  format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
  json: { doc: "the same as --format json" },
  out: { value: "FILE", doc: "save the plan, for `up --plan FILE`" },
} as const satisfies Options;

const UP = {
  ...ENV,
  ...TARGET,
  ...APPLY_OPTIONS,
  ...JSON_OPTION,
  plan: {
    value: "FILE",
    doc: "exactly what `preview --out FILE` showed: refuses when anything changed since",
  },
} as const satisfies Options;

export const preview = command(PREVIEW, (values) => run("preview", values));

export const up = command(UP, (values) => run("up", values));

export const adopt = command({ ...ENV, ...APPLY_OPTIONS, ...JSON_OPTION }, (values) => run("adopt", values));

export const refresh = command({ ...ON_STACK, full: FULL }, (values) => run("refresh", values));

export const destroy = command({ ...ON_STACK, checkpoints: CHECKPOINTS }, (values) => run("destroy", values));

/** `up` of an environment for another command, with its options. Out: the exit code. */
export const applyEnvironment = (environment: string, options: ApplyOptions): Promise<number> =>
  run("up", options, { environment });

/** `up` of what was applied last, over these resources. Out: the exit code. */
export const fixDrift = (
  environment: string,
  target: readonly string[],
  options: ApplyOptions,
): Promise<number> => run("up", options, { environment, target, format: "text", purpose: "fix" });

/** What is given to one of the commands here. */
type Given = Partial<Values<typeof PREVIEW> & Values<typeof UP> & Values<typeof ON_STACK>>;

/** What another command decides about its run. */
interface RunRequest {
  environment?: string | undefined;
  target?: readonly string[] | undefined;
  format?: (typeof FORMATS)[number];
  purpose?: Purpose;
}

async function run(
  name: RunName,
  given: Given,
  {
    environment = given.env,
    target = given.target,
    format = given.json ? "json" : (given.format ?? "text"),
    purpose = "apply",
  }: RunRequest = {},
): Promise<number> {
  if (name !== "preview") requireConfirmation(name, given);
  // A pipeline sets MIXPEEK_LOCK_TIMEOUT for all its commands: nothing of it matters here.
  const lockTimeout = name === "preview" ? 0 : lockTimeoutOf(name, given);
  const root = rootOf(process.cwd());
  const named = environment ? environmentFile(root, environment) : undefined;
  const options: RunOptions = {
    environment: named?.file ?? environment,
    target,
    definitions: given.definitions,
    stateless: given.noState,
    takeOver: given.takeOver,
    yes: given.yes,
    full: given.full,
    checkpoints: given.checkpoints,
    allowedDeletes: given.allowDeletes,
    secretsProvider: given.secretsProvider,
    plan: given.plan,
    out: given.out,
  };
  const project = projectOf(root.cwd, process.env, {
    environment: options.environment,
    stack: given.stack,
    project: given.project,
    stateless: given.noState,
  });
  const report = new Report(name, project, options.environment, format);
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
    const context = new RunContext(name, project, report, options, abort.signal, lockTimeout);
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
