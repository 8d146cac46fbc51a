import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { defaultNamespace, namespaceMissing } from "../../config";
import { sentTrigger } from "../../core/definitions/definition-spread";
import type { DesiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import { stackNameOf } from "../../core/environments/environment-path";
import { isSecretPath } from "../../core/expressions/secret-paths";
import type { Path } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import { redactor, secretsOfEnvironment } from "../../core/report/redact";
import { momentOf, windowEnd } from "../../core/schedule/local-time";
import { outdatedZone, zoneProblem } from "../../core/schedule/zones";
import { isGone } from "../../core/schema/soft-delete";
import { resourceOf } from "../../core/timeline/crowded-minutes";
import { overlapCandidates, withOverlaps } from "../../core/timeline/run-overlaps";
import { type Timeline, timelineOf } from "../../core/timeline/timeline";
import type { TimelineEntry } from "../../core/timeline/timeline-row";
import { timelineJson } from "../../core/timeline-formats/timeline-json";
import { timelineSvg } from "../../core/timeline-formats/timeline-svg";
import { timelineText } from "../../core/timeline-formats/timeline-text";
import { linkRefused, misleadingLink } from "../../files/links";
import { command, type Options, UsageError, type Values } from "../command";
import { EXIT } from "../exit-code";
import { openFile } from "../output/open-file";
import { timelinePage } from "../output/timeline-page";
import { unwritable } from "../output/unwritable";
import { ENVIRONMENTS_OPTIONS, environmentsOf } from "../project/environment-selection";
import { DEFINITIONS_OPTION, STACK_OPTIONS } from "../project/shared-options";
import { liveByEnvironment } from "../run/environment-plan";
import { declarationsOf, type LiveSet, reportIssues } from "../run/live-set";

const FORMATS = ["text", "json", "html", "svg"] as const;

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...DEFINITIONS_OPTION,
  ...STACK_OPTIONS,
  from: {
    value: "TIME",
    doc: "start of the window: a date, or a date and time such as 2026-12-01T08:00, also with Z or an offset (default: now)",
  },
  for: {
    value: "SPAN",
    doc: "length of the window in hours, days or weeks, such as 36h, 7d or 2w",
    default: "7d",
  },
  zone: {
    value: "ZONE",
    doc: "IANA time zone in which times are shown, such as Europe/Paris",
    default: "UTC",
  },
  format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
  out: { value: "FILE", doc: "write to this file instead of the terminal" },
  open: { doc: "write the HTML page and open it in the browser" },
  offline: { doc: "read only the definitions: no key, no requests" },
  history: {
    doc: "warn about runs that take longer than the time between two runs; sends one request for each of up to 10 triggers",
  },
} as const satisfies Options;

type TimelineOptions = Values<typeof OPTIONS>;

export const timeline = command(OPTIONS, async (options) => {
  checkOpen(options);
  if (options.history && options.offline)
    throw wrongOption("--history needs the API, which --offline does not use. Omit one of them.");
  const now = Date.now();
  const window = windowOf(options, now);
  const { files } = environmentsOf("timeline", options);
  const isOffline = options.offline === true;
  const sets: DeclaredSet[] = [];
  for (const file of files) {
    const { issues, ...set } = declarationsOf(options, file);
    if (reportIssues(issues)) return EXIT.failed;
    sets.push({ file, ...set });
  }
  const notes: string[] = [];
  const otherwise = defaultNamespace({ env: process.env });
  const isUnplaced = ({ spread, trigger }: Declaration): boolean =>
    spread !== undefined && (trigger.namespace ?? otherwise) === undefined;
  if (isOffline && sets.some(({ declarations }) => declarations.some(isUnplaced)))
    notes.push("Schedules with spread are shown without their offset, which depends on the namespace.");
  const liveSets = new Map<string, LiveSet>();
  const entries = isOffline
    ? declaredEntries(sets, otherwise)
    : await liveEntries(sets, options.project, notes, liveSets);
  const environments = files.map(stackNameOf);
  const mostStarts = new Map(
    sets.flatMap(({ file, mostStarts: most }) => (most === undefined ? [] : [[stackNameOf(file), most]])),
  );
  const made = timelineOf(entries, { ...window, environments, isOffline, mostStarts, now });
  const checked = options.history ? await withHistory(made, liveSets) : made;
  const shown: Timeline = { ...checked, notes: [...zoneNotes(window.zone), ...notes, ...checked.notes] };
  if (!options.open) {
    write(RENDERERS[options.format](shown), options.out);
    return EXIT.ok;
  }
  const page = options.out ?? join(mkdtempSync(join(tmpdir(), "mixpeek-timeline-")), "timeline.html");
  write(RENDERERS.html(shown), page);
  const reason = await openFile(resolve(page), { platform: process.platform, env: process.env });
  if (reason !== undefined)
    process.stderr.write(
      `cannot open the page, because ${reason}. Open this file in a browser: ${resolve(page)}\n`,
    );
  return EXIT.ok;
});

/** The latest time: times are written with four-digit years. */
const LATEST = Date.UTC(9999, 11, 31);

/** `--open` opens only a page that this command writes: another file type could start any program. */
function checkOpen({ open, format, out }: TimelineOptions): void {
  if (!open) return;
  if (format !== "html" && format !== "text")
    throw wrongOption(`--open shows the page, not ${format}. Omit --format, or use --format html.`);
  if (out !== undefined && !/\.html?$/i.test(out))
    throw wrongOption(`--open needs a file that ends in .html. Write --out ${out}.html, or omit --out.`);
}

const RENDERERS: Readonly<Record<(typeof FORMATS)[number], (timeline: Timeline) => string>> = {
  text: timelineText,
  json: timelineJson,
  html: timelinePage,
  svg: timelineSvg,
};

interface DeclaredSet extends Pick<DesiredSet, "declarations" | "mostStarts"> {
  /** The environment's file. */
  file: string;
}

function windowOf(
  { zone, from: start, for: span }: TimelineOptions,
  now: number,
): { from: number; to: number; zone: string } {
  const problem = zoneProblem(zone);
  if (problem) throw wrongOption(`--zone ${zone}: ${problem.message}. ${problem.hint}`);
  const from = start === undefined ? now : momentOf(start, zone);
  if (from === undefined)
    throw wrongOption(
      `--from ${start} is not a time. Write 2026-12-01, 2026-12-01T08:00 or 2026-12-01T08:00Z.`,
    );
  const to = windowEnd(from, span, zone);
  if (to === undefined)
    throw wrongOption(
      `--for ${span} is not a span of at most 366 days. Write hours, days or weeks, such as 36h, 7d or 2w.`,
    );
  if (to > LATEST)
    throw wrongOption(
      `the timeline would end after 9999-12-31, the last day that it shows. Write an earlier --from, or a shorter --for.`,
    );
  return { from, to, zone };
}

const wrongOption = (message: string): UsageError => new UsageError(`mixpeek-triggers timeline: ${message}`);

function zoneNotes(zone: string): string[] {
  const outdated = outdatedZone(zone, process.versions["tz"]);
  return outdated ? [`Times may be wrong: ${outdated.message}. ${outdated.hint}`] : [];
}

function entryOf(environment: string, declaration: Declaration, namespace?: string): TimelineEntry {
  const { name, place } = declaration;
  // Without a namespace, the offset that `spread` adds is unknown: the schedule is shown as written.
  const trigger = namespace === undefined ? declaration.trigger : sentTrigger(declaration, namespace);
  const { file, line } = place([]);
  const { action_type, trigger_type, schedule_config, status, secret_paths } = trigger;
  const isSecret = (path: Path): boolean => isSecretPath(path, secret_paths);
  const resource = resourceOf(trigger, isSecret);
  return {
    environment,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(resource === undefined ? {} : { resource }),
    declared: {
      action_type,
      trigger_type,
      schedule_config,
      ...(status === undefined ? {} : { status }),
      place: { file, line },
    },
    ...(declaration.quiet ? { quiet: declaration.quiet } : {}),
    isSecret: isSecret(["schedule_config"]),
  };
}

/** `otherwise`: the default namespace, for triggers without one. */
function declaredEntries(sets: readonly DeclaredSet[], otherwise: string | undefined): TimelineEntry[] {
  return sets.flatMap(({ file, declarations }) =>
    declarations.map((each) => entryOf(stackNameOf(file), each, each.trigger.namespace ?? otherwise)),
  );
}

/** How many runs of each trigger are read. */
const LAST_RUNS = 20;

/** Adds warnings from the history of the triggers. `liveSets`: the API client of each environment. Throws ApiError. */
async function withHistory(made: Timeline, liveSets: ReadonlyMap<string, LiveSet>): Promise<Timeline> {
  const { asked, left } = overlapCandidates(made);
  const times = await Promise.all(
    asked.map(async (candidate) => {
      const { environment, namespace } = candidate.row;
      const own = await liveSets.get(environment)!.runTimes(namespace!, candidate.triggerId, LAST_RUNS);
      return [candidate, own] as const;
    }),
  );
  return withOverlaps(made, new Map(times), left);
}

/**
 * One list request per namespace. References are not resolved to ids, because no time depends on an id. `liveSets`
 * receives the API client of each environment. Throws ConfigError and ApiError.
 */
async function liveEntries(
  sets: readonly DeclaredSet[],
  projectName: string | undefined,
  notes: string[],
  liveSets: Map<string, LiveSet>,
): Promise<TimelineEntry[]> {
  const open = liveByEnvironment(projectName);
  const entries: TimelineEntry[] = [];
  const seen = new Set<string>();
  const spaces: { environment: string; live: LiveSet; namespace: string }[] = [];
  for (const { file, declarations } of sets) {
    const environment = stackNameOf(file);
    const live = await open(file);
    liveSets.set(environment, live);
    for (const declaration of declarations) {
      const namespace = declaration.trigger.namespace ?? live.defaultNamespace;
      if (namespace === undefined) throw namespaceMissing(declaration.name);
      spaces.push({ environment, live, namespace });
      const snapshot = await live.live.snapshot(namespace);
      const found = snapshot.byName(declaration.name).find(({ trigger_id: id }) => !seen.has(id));
      if (found) seen.add(found.trigger_id);
      entries.push({ ...entryOf(environment, declaration, namespace), ...(found ? { live: found } : {}) });
    }
  }
  for (const { environment, live, namespace } of spaces) {
    const snapshot = await live.live.snapshot(namespace);
    for (const trigger of snapshot.all()) {
      if (isGone(trigger) || seen.has(trigger.trigger_id)) continue;
      seen.add(trigger.trigger_id);
      const resource = resourceOf(trigger);
      entries.push({
        environment,
        namespace,
        name: trigger.name ?? trigger.trigger_id,
        ...(resource === undefined ? {} : { resource }),
        live: trigger,
      });
    }
    if (snapshot.names === false && notes.length === 0)
      notes.push("This API has no trigger names, so live triggers cannot be matched to definitions.");
  }
  return entries;
}

function write(text: string, out: string | undefined): void {
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  const path = resolve(out);
  const shown = relative(process.cwd(), path);
  const link = misleadingLink(process.cwd(), shown.replaceAll("\\", "/"));
  if (link !== undefined) throw linkRefused("timeline", shown, link);
  // A file has to be redacted here; terminal output is redacted when it is written.
  try {
    writeFileSync(path, redactor(secretsOfEnvironment(process.env))(text));
  } catch (error) {
    throw unwritable("timeline", visible(shown), error, "choose another file with --out");
  }
  process.stdout.write(`wrote ${visible(shown.startsWith("..") ? path : shown)}\n`);
}
