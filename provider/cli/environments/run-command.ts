import { environmentFile } from "../../files/environments";
import { rootOf } from "../../files/read";
import { command, type Options, type Values } from "../command";
import type { ReportOutput } from "../output/report-output";
import { requireConfirmation } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import {
  ENVIRONMENTS_OPTIONS,
  environmentsOf,
  refuseForSeveral,
  SEVERAL_OPTIONS,
} from "../project/environment-selection";
import { lockTimeoutOf } from "../project/lock-timeout";
import { APPLY_OPTIONS, type ApplyOptions, LOCK_OPTIONS, STACK_OPTIONS } from "../project/shared-options";
import type { Purpose } from "../run/planning";
import type { RunName } from "../run/run-context";
import type { RunOptions } from "../run/run-options";
import { EnvironmentRun, type RunSetup } from "./environment-run";
import { EnvironmentRuns } from "./environment-runs";
import { interruptible } from "./interrupt";

const ENV = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its path names the stack",
  },
} as const satisfies Options;
const TARGET = {
  target: { value: "NAME", doc: "only this trigger; repeatable", multiple: true },
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
  ...ENVIRONMENTS_OPTIONS,
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
  ...ENVIRONMENTS_OPTIONS,
  ...SEVERAL_OPTIONS,
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

const REFRESH = {
  ...ON_STACK,
  ...ENVIRONMENTS_OPTIONS,
  ...SEVERAL_OPTIONS,
  full: FULL,
} as const satisfies Options;

export const refresh = command(REFRESH, (values) => run("refresh", values));

export const destroy = command({ ...ON_STACK, checkpoints: CHECKPOINTS }, (values) => run("destroy", values));

/** `up` of an environment for another command, with its options. In: the environment's file. */
export const environmentUp = (
  environment: string,
  options: ApplyOptions,
  setup: Pick<RunSetup, "signal" | "clients">,
): EnvironmentRun =>
  new EnvironmentRun("up", { project: options.project }, runOptions(options, environment), {
    ...setup,
    format: "text",
    lockTimeout: lockTimeoutOf("up", options),
  });

/** `up` of what was applied last, over these resources. Out: the exit code. */
export const fixDrift = (
  environment: string,
  target: readonly string[],
  options: ApplyOptions,
): Promise<number> =>
  run("up", options, { environments: [environment], target, format: "text", purpose: "fix" });

/** What is given to one of the commands here. */
type Given = Partial<
  Omit<Values<typeof PREVIEW> & Values<typeof UP> & Values<typeof ON_STACK>, "env"> & {
    env: string | readonly string[] | undefined;
  }
>;

/** What another command decides about its run. */
interface RunRequest {
  environments?: readonly string[];
  target?: readonly string[] | undefined;
  format?: (typeof FORMATS)[number];
  purpose?: Purpose;
}

const runOptions = (given: Given, environment: string | undefined): RunOptions => ({
  environment,
  target: given.target,
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
});

async function run(
  name: RunName,
  given: Given,
  {
    environments = [given.env ?? []].flat(),
    target = given.target,
    format = given.json ? "json" : (given.format ?? "text"),
    purpose = "apply",
  }: RunRequest = {},
): Promise<number> {
  if (name !== "preview") requireConfirmation(name, given);
  // A pipeline sets MIXPEEK_LOCK_TIMEOUT for all its commands: nothing of it matters here.
  const lockTimeout = name === "preview" ? 0 : lockTimeoutOf(name, given);
  const shared = { format, purpose, lockTimeout };
  const identity = { stack: given.stack, project: given.project };
  const optionsOf = (environment: string | undefined): RunOptions => ({
    ...runOptions(given, environment),
    target,
  });
  if (given.allEnvs || environments.length > 1) {
    refuseForSeveral(name, { plan: given.plan, out: given.out, stack: given.stack });
    const { files, after } = environmentsOf(name, { ...given, env: environments });
    const clients = new ApiClients((line) => process.stderr.write(`${line}\n`));
    return interruptible((signal) => {
      const { parallel = 1, keepGoing = false, yes = false } = given;
      const open = (file: string, output: ReportOutput): EnvironmentRun => {
        // Asked once for all.
        const options = { ...optionsOf(file), ...(name === "refresh" ? { yes: true } : {}) };
        return new EnvironmentRun(name, identity, options, { ...shared, signal, output, clients });
      };
      const order = { name, format, parallel, keepGoing, yes, after };
      const runs = new EnvironmentRuns(files, { ...order, signal, clients }, open);
      return runs.go().finally(() => clients.close());
    });
  }
  const [environment] = environments;
  const named = environment ? environmentFile(rootOf(process.cwd()), environment) : undefined;
  return interruptible((signal) => {
    const options = optionsOf(named?.file ?? environment);
    const one = new EnvironmentRun(name, identity, options, { ...shared, signal });
    if (!named || named.issues.length === 0) return one.go();
    one.report.issues(named.issues);
    return Promise.resolve(1);
  });
}
