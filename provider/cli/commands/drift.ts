import {
  type Drift,
  type Drifted,
  driftOf,
  healthText,
  replacedBefore,
  type SchedulerHeartbeat,
  type Unhealthy,
} from "../../core/comparison/drift";
import type { Declaration } from "../../core/definitions/declaration";
import { type Issue, isError } from "../../core/issues/issue";
import { jsonText, visible } from "../../core/json/printed";
import { versioned } from "../../core/json/versioned";
import { changeText, givenUpText, reportText } from "../../core/plan/explain";
import { markdownTable, markdownText } from "../../core/report/markdown";
import { changeJson, unmanagedText } from "../../core/report/plan-report";
import type { JsonObject } from "../../core/schema/model";
import { rootOf } from "../../files/read";
import { command, type Options, UsageError, type Values } from "../command";
import { reportEach } from "../environments/report-each";
import { requireConfirmation } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { ENVIRONMENTS_OPTIONS, environmentsOf, refuseForSeveral } from "../project/environments";
import { lockTimeoutOf } from "../project/lock-timeout";
import { projectOf, requirePassphrase } from "../project/project";
import { APPLY_OPTIONS } from "../project/set-options";
import { sourcesOf } from "../project/stack-settings";
import { withAuthors, withoutOwned } from "../run/environment-side";
import { openLive, reportIssues } from "../run/live-set";
import { Planning } from "../run/planning";
import { heartbeatIfOverdue, schedulerJson, stoppedLines } from "../run/scheduler";
import { openExisting } from "../stack/stack-state";
import { acceptDrift } from "./accept";

const FORMATS = ["text", "json", "markdown"] as const;

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...APPLY_OPTIONS,
  unmanaged: { doc: "also list undeclared live triggers" },
  accept: { doc: "write the live values into the definitions, keeping comments and order" },
  overwrite: {
    doc: "with --accept: also where the definition was edited since the last `up`; that edit is lost",
  },
  fix: {
    doc: "set drifted triggers back to the values that were applied last; takes the options of `up`, and does not apply edits of the definitions",
  },
  format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
} as const satisfies Options;

type DriftOptions = Values<typeof OPTIONS>;

export const drift = command(OPTIONS, async (options) => {
  const { files } = environmentsOf("drift", options);
  const isOne = !options.allEnvs && files.length === 1;
  if (!isOne) refuseForSeveral("drift", { fix: options.fix, accept: options.accept });
  if (options.accept && options.fix)
    throw new UsageError("mixpeek-triggers drift: --fix and --accept go opposite ways. Give one of them.");
  if (options.overwrite && !options.accept)
    throw new UsageError(
      "mixpeek-triggers drift: --overwrite is for --accept. Add --accept, or leave it out.",
    );
  if (options.fix) requireConfirmation("drift --fix", options);
  lockTimeoutOf("drift", options);
  return isOne ? driftOfOne(options, files[0]!) : driftOfSeveral(options, files);
});

async function driftOfOne(options: DriftOptions, environment: string): Promise<number> {
  const found = await findDrift(options, environment);
  if (!found) return 1;
  process.stdout.write(RENDERERS[options.format](found, environment, options.unmanaged === true));
  if (!found.known) note(STATE_UNKNOWN);
  const { drifted, pending } = found.drift;
  if (drifted.length === 0) {
    if (options.fix && pending.length > 0)
      note("Nothing to fix: edits of the definitions are no drift. Run up to apply them.");
    return 0;
  }
  if (options.accept) return accepted(options, environment, found);
  if (!options.fix) return 2;
  const { fixDrift } = await import("./reconcile");
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
      code: found.drift.drifted.length > 0 ? 2 : 0,
      text: RENDERERS[format](found, environment, unmanaged),
      record: driftJson(found, environment, unmanaged),
      closing: driftText(found.drift),
    };
  });
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

const STATE_UNKNOWN =
  "No Pulumi state found: every difference counts as drift, and so does an edit that is not applied yet.";

interface Found {
  /** The API's address. */
  api: string;
  drift: Drift;
  beat: SchedulerHeartbeat | undefined;
  known: boolean;
  declarations: readonly Declaration[];
}

/** Whether the definitions now say what is live: an environment may still decide otherwise. */
async function accepted(options: DriftOptions, environment: string, found: Found): Promise<number> {
  const { overwrite = false } = options;
  const root = rootOf(process.cwd());
  const lines = acceptDrift(found.drift.drifted, found.declarations, environment, root, {
    overwrite,
    definitions: options.definitions,
  });
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(""));
  const after = await findDrift(options, environment, { isAgain: true });
  if (!after) return 1;
  const left = after.drift.drifted.map(({ plan }) => plan.name);
  if (left.length === 0) return 0;
  process.stdout.write(`still drifted: ${visible(left.join(", "))}\n`);
  return 2;
}

/**
 * Undefined once what is wrong has been reported. `isAgain`: the address and the warnings have been printed before. Throws
 * ConfigError and ApiError.
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

type Render = (
  found: Pick<Found, "api" | "drift" | "beat">,
  environment: string,
  unmanaged: boolean,
) => string;

const RENDERERS: Readonly<Record<(typeof FORMATS)[number], Render>> = {
  text: ({ drift: found, beat }, environment, unmanaged) => {
    const drifted = found.drifted.flatMap((each) => [
      `~ ${visible(each.plan.name)}${each.since === undefined ? "" : `  changed ${lastChange(each)}`}`,
      ...reasons(each).map((reason) => `    ${reason}`),
    ]);
    const rest = sectionsOf(found, beat, unmanaged).flatMap(({ title, mark, items }) => [
      title,
      ...items.map((item) => `${mark} ${item}`),
    ]);
    return [`${environment}: ${driftText(found)}`, ...drifted, ...rest, ""].join("\n");
  },
  json: (found, environment, unmanaged) => jsonText(driftJson(found, environment, unmanaged)),
  markdown: ({ drift: found, beat }, environment, unmanaged) => {
    const rows = found.drifted.map((each) => [each.plan.name, lastChange(each), reasons(each).join("; ")]);
    const table = rows.length > 0 ? ["", ...markdownTable(["trigger", "changed", "what"], rows)] : [];
    const rest = sectionsOf(found, beat, unmanaged).flatMap(({ title, items }) => [
      "",
      markdownText(title),
      ...(items.length > 0 ? ["", ...items.map((item) => `- ${markdownText(item)}`)] : []),
    ]);
    return [`### ${markdownText(environment)}: ${driftText(found)}`, ...table, ...rest, ""].join("\n");
  },
};

const driftJson = (
  { api, drift: found, beat }: Parameters<Render>[0],
  environment: string,
  unmanaged: boolean,
): JsonObject =>
  versioned({
    environment,
    api,
    drifted: found.drifted.map(driftedJson),
    pending: found.pending.map(({ name, op }) => ({ name, op })),
    unhealthy: found.unhealthy.map(unhealthyJson),
    ...schedulerJson(beat),
    ...(unmanaged
      ? {
          unmanaged: found.unmanaged.map(({ trigger_id, name = null, status }) => ({
            trigger_id,
            name,
            status,
          })),
        }
      : {}),
  });

/** `2026-11-24T12:00:00.000Z by Ada`. */
const lastChange = ({ since = "", by }: Drifted): string =>
  by === undefined ? since : `${since} by ${visible(by)}`;

function driftedJson({ plan, changes, gone, since, by }: Drifted): JsonObject {
  return {
    name: plan.name,
    namespace: plan.namespace,
    trigger_id: plan.triggerId ?? null,
    gone,
    since: since ?? null,
    by: by ?? null,
    changes: changes.map(changeJson),
  };
}

function unhealthyJson(each: Unhealthy): JsonObject {
  return {
    name: each.name,
    trigger_id: each.triggerId,
    failed: each.failed,
    consecutive_failures: each.consecutiveFailures,
    overdue: each.overdue,
    last_error: each.lastError ?? null,
  };
}

function reasons({ plan, changes, gone }: Drifted): string[] {
  const givenUp = plan.reports.find((report) => report.kind === "given up");
  if (givenUp) return [givenUpText(givenUp)];
  if (gone) return ["deleted outside of the definitions"];
  return changes.map(changeText);
}

const some = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const driftText = ({ drifted }: Drift): string =>
  drifted.length === 0 ? "no drift." : `${some(drifted.length, "trigger")} drifted.`;

/** What there is to say beside the drift, each under its title. */
function sectionsOf(
  found: Drift,
  beat: SchedulerHeartbeat | undefined,
  unmanaged: boolean,
): { title: string; mark: string; items: string[] }[] {
  const { pending, unhealthy, unmanaged: undeclared } = found;
  const replaced = replacedBefore(found);
  const edited = pending
    .filter((plan) => replaced.every((each) => each.plan !== plan))
    .map(({ name }) => visible(name));
  const none = undeclared.length === 0;
  return [
    ...(edited.length > 0
      ? [
          {
            title: `${some(edited.length, "edit")} not applied yet: ${edited.join(", ")}.`,
            mark: "",
            items: [],
          },
        ]
      : []),
    ...(replaced.length > 0
      ? [
          {
            title: `${some(replaced.length, "replaced trigger")} still live; run up to delete ${replaced.length === 1 ? "it" : "them"}:`,
            mark: "-",
            items: replaced.map(({ plan, report }) => `${visible(plan.name)}  ${reportText(report)}`),
          },
        ]
      : []),
    ...(unhealthy.length > 0
      ? [
          {
            title: `${some(unhealthy.length, "unhealthy trigger")}:`,
            mark: "!",
            items: unhealthy.map((each) => `${visible(each.name)}  ${healthText(each)}`),
          },
        ]
      : []),
    ...stoppedLines(beat).map((title) => ({ title, mark: "", items: [] })),
    ...(unmanaged
      ? [
          {
            title: none
              ? "All live triggers are declared."
              : `${some(undeclared.length, "undeclared live trigger")}:`,
            mark: "?",
            items: undeclared.map(unmanagedText),
          },
        ]
      : []),
  ];
}
