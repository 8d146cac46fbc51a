import { type Drift, driftOf } from "../../core/comparison/drift";
import type { SchedulerHeartbeat } from "../../core/comparison/health";
import type { Declaration } from "../../core/definitions/merged-definition";
import { type Issue, isError } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import { rootOf } from "../../files/read";
import { command, type Options, UsageError, type Values } from "../command";
import { acceptDrift } from "../drift/accept-drift";
import { driftJson, driftText, FORMATS, RENDERERS } from "../drift/drift-report";
import { heartbeatIfOverdue } from "../drift/scheduler-health";
import { reportEach } from "../environments/report-each";
import { comparedCode, EXIT } from "../exit-code";
import { requireConfirmation } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { ENVIRONMENTS_OPTIONS, environmentsOf, refuseForSeveral } from "../project/environment-selection";
import { lockTimeoutOf } from "../project/lock-timeout";
import { projectOf, requirePassphrase } from "../project/project";
import { APPLY_OPTIONS } from "../project/shared-options";
import { sourcesOf } from "../project/stack-settings";
import { withAuthors, withoutOwned } from "../run/environment-plan";
import { openLive, reportIssues } from "../run/live-set";
import { Planning } from "../run/planning";
import { openExisting } from "../stack/stack-state";

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...APPLY_OPTIONS,
  unmanaged: { doc: "also list undeclared live triggers" },
  accept: {
    doc: "write the live values into the definitions, keeping comments and order; for one environment only",
  },
  overwrite: {
    doc: "with --accept: also overwrite fields that were edited in the definitions since the last `up`; those edits are lost",
  },
  fix: {
    doc: "revert drifted triggers to the values that were applied last, without applying edits of the definitions; for one environment only. --lock-timeout, --allow-deletes, --checkpoints, --full, --yes and --secrets-provider apply only with --fix",
  },
  format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
} as const satisfies Options;

type DriftOptions = Values<typeof OPTIONS>;

export const drift = command(OPTIONS, async (options) => {
  const { files } = environmentsOf("drift", options);
  const isOne = !options.allEnvs && files.length === 1;
  if (!isOne) refuseForSeveral("drift", { fix: options.fix, accept: options.accept });
  if (options.accept && options.fix)
    throw new UsageError("mixpeek-triggers drift: --fix and --accept cannot be combined. Use one of them.");
  if (options.overwrite && !options.accept)
    throw new UsageError(
      "mixpeek-triggers drift: --overwrite requires --accept. Add --accept, or omit --overwrite.",
    );
  if (options.fix) requireConfirmation("drift --fix", options);
  lockTimeoutOf("drift", options);
  return isOne ? driftOfOne(options, files[0]!) : driftOfSeveral(options, files);
});

async function driftOfOne(options: DriftOptions, environment: string): Promise<number> {
  const found = await findDrift(options, environment);
  if (!found) return EXIT.failed;
  process.stdout.write(RENDERERS[options.format](found, environment, options.unmanaged === true));
  if (!found.known) note(STATE_UNKNOWN);
  const { drifted, pending } = found.drift;
  if (drifted.length === 0) {
    if (options.fix && pending.length > 0)
      note("Nothing to fix: edits of the definitions are not drift. Run `up` to apply them.");
    return EXIT.ok;
  }
  if (options.accept) return accepted(options, environment, found);
  if (!options.fix) return EXIT.differs;
  const { fixDrift } = await import("../environments/run-command");
  const resources = drifted.map(({ plan }) => plan.resource);
  return fixDrift(environment, resources, options);
}

function driftOfSeveral(options: DriftOptions, files: readonly string[]): Promise<number> {
  const clients = new ApiClients(note);
  const { format, unmanaged = false } = options;
  return reportEach("drift", files, format, async (environment) => {
    const found = await findDrift(options, environment, { clients });
    if (!found) return undefined;
    if (!found.known) note(`${environment}: ${STATE_UNKNOWN}`);
    return {
      code: comparedCode(found.drift.drifted.length > 0),
      text: RENDERERS[format](found, environment, unmanaged),
      record: driftJson(found, environment, unmanaged),
      closing: driftText(found.drift),
    };
  });
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

const STATE_UNKNOWN =
  "No Pulumi state found: every difference counts as drift, including edits that are not applied yet.";

interface Found {
  /** The API's address. */
  api: string;
  drift: Drift;
  beat: SchedulerHeartbeat | undefined;
  known: boolean;
  declarations: readonly Declaration[];
}

/** Whether the definitions now match the live triggers. An environment file may still override them. */
async function accepted(options: DriftOptions, environment: string, found: Found): Promise<number> {
  const { overwrite = false } = options;
  const root = rootOf(process.cwd());
  const lines = acceptDrift(found.drift.drifted, found.declarations, environment, root, {
    overwrite,
    definitions: options.definitions,
  });
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(""));
  const after = await findDrift(options, environment, { isAgain: true });
  if (!after) return EXIT.failed;
  const left = after.drift.drifted.map(({ plan }) => plan.name);
  if (left.length === 0) return EXIT.ok;
  process.stdout.write(`still drifted: ${visible(left.join(", "))}\n`);
  return EXIT.differs;
}

/**
 * Returns undefined if there were errors, which are then already reported. `isAgain`: the address and the warnings have
 * already been printed. Throws ConfigError and ApiError.
 */
async function findDrift(
  options: DriftOptions,
  environment: string,
  { isAgain = false, clients }: { isAgain?: boolean; clients?: ApiClients } = {},
): Promise<Found | undefined> {
  const project = projectOf(rootOf(process.cwd()).cwd, process.env, {
    environment,
    project: options.project,
  });
  const messages = {
    issues: (issues: readonly Issue[]): void => void reportIssues(isAgain ? issues.filter(isError) : issues),
    failed: (errors: readonly string[]): void => errors.forEach(note),
    note: (line: string): void => {
      if (!isAgain) note(line);
    },
  };
  const planning = Planning.begin("drift", project, environment, options, messages);
  if (!planning) return undefined;
  requirePassphrase(project, process.env, { creates: false });
  const open = openExisting(project, note);
  const live = openLive(await sourcesOf(project, open), clients);
  if (!isAgain) note(`${environment}: API ${live.baseUrl}`);
  const triggers = await planning.resolve(live);
  const planned = triggers && (await planning.plan(live, triggers, open, "drift"));
  if (!planned) return undefined;
  const { plan, state } = planned;
  const unmanaged = options.unmanaged ? await withoutOwned(plan.unmanaged, live) : plan.unmanaged;
  const drift = driftOf({ ...plan, unmanaged });
  return {
    api: live.baseUrl,
    drift: { ...drift, drifted: await withAuthors(drift.drifted, live) },
    beat: await heartbeatIfOverdue(plan.triggers, live),
    known: state !== undefined,
    declarations: planning.declarations,
  };
}
