import { environmentFile } from "../../files/environments";
import { rootOf } from "../../files/read";
import type { Values } from "../command";
import { EXIT } from "../exit-code";
import type { ReportOutput } from "../output/report-output";
import { requireConfirmation } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { environmentsOf, refuseForSeveral, type SEVERAL_OPTIONS } from "../project/environment-selection";
import { lockTimeoutOf } from "../project/lock-timeout";
import type { APPLY_OPTIONS, ApplyOptions, ON_STACK_OPTIONS } from "../project/shared-options";
import type { Purpose } from "../run/planning";
import type { RunName } from "../run/run-context";
import type { RunOptions } from "../run/run-options";

/** The output formats of a plan. */
export const PLAN_FORMATS = ["text", "json", "markdown"] as const;

type PlanFormat = (typeof PLAN_FORMATS)[number];

import { EnvironmentRun, type RunSetup } from "./environment-run";
import { EnvironmentRuns } from "./environment-runs";
import { interruptible } from "./interrupt";

/**
 * Creates the `up` of an environment for another command, with that command's options. `environment`: the path of its
 * file.
 */
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

/** Runs `up` with the last applied definitions of these resources. Returns the exit code. */
export const fixDrift = (
  environment: string,
  target: readonly string[],
  options: ApplyOptions,
): Promise<number> =>
  runCommand("up", options, { environments: [environment], target, format: "text", purpose: "fix" });

/** The arguments of all these commands. Each command declares some of them. */
type Given = Partial<
  Omit<Values<typeof ON_STACK_OPTIONS & typeof SEVERAL_OPTIONS & typeof APPLY_OPTIONS>, "env"> & {
    env: string | readonly string[] | undefined;
    allEnvs: boolean | undefined;
    noState: boolean | undefined;
    format: PlanFormat;
    plan: string | undefined;
    out: string | undefined;
  }
>;

/** What the calling command decides about the run. */
interface RunRequest {
  environments?: readonly string[];
  target?: readonly string[] | undefined;
  format?: PlanFormat;
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

/** Runs one of these commands over one or several environments. Returns the exit code. */
export async function runCommand(
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
  // Pipelines set MIXPEEK_LOCK_TIMEOUT for all commands: a preview ignores it, whatever its value.
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
        // One question covers all environments.
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
    return Promise.resolve(EXIT.failed);
  });
}
