import { defaultNamespace, settingsFrom } from "../../config";
import { driftOf, healthText, type SchedulerBeat } from "../../core/comparison/drift";
import { type ParityRow, parityOf, type Side } from "../../core/comparison/parity";
import type { Declaration } from "../../core/definitions/desired";
import { isError } from "../../core/issues/issue";
import { jsonText, visible } from "../../core/json/printed";
import { versioned } from "../../core/json/versioned";
import { planSet } from "../../core/plan/set-plan";
import type { SetPlan, TriggerPlan } from "../../core/plan/trigger-plan";
import { markdownTable, markdownText } from "../../core/report/markdown";
import { rootOf } from "../../files/read";
import { type Command, type Given, oneOf, UsageError } from "../command";
import { needYes } from "../output/terminal";
import { type Project, projectOf } from "../project/project";
import { APPLY_OPTIONS, DEFINITIONS_OPTION, environmentFileOf } from "../project/set-options";
import { sourcesOf } from "../project/stack-settings";
import { declarationsOf, declaredBy, type LiveSet, openLive, refused, resolvedBy } from "../run/live-set";
import { beatIfOverdue, schedulerJson, stoppedLines } from "../run/scheduler";
import { openExisting } from "../stack/stack-state";

const FORMATS = ["text", "json", "markdown"] as const;

export const diff: Command = {
  summary:
    "environments side by side: same, differs by declaration, differs live, missing; exits 2 for the last two",
  options: {
    env: { value: "FILE", doc: "an environment; give two or more", multiple: true },
    ...DEFINITIONS_OPTION,
    format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text" },
  },
  async run(given) {
    const format = oneOf("diff", given, "format", FORMATS);
    const files = ((given["env"] as string[] | undefined) ?? []).map(environmentFileOf);
    if (files.length < 2)
      throw new UsageError(
        "mixpeek-triggers diff: two environments are needed. Write --env environments/dev.yaml --env environments/prod.yaml.",
      );
    if (new Set(files).size < files.length)
      throw new UsageError(
        "mixpeek-triggers diff: an environment is named twice. Name another environment beside it.",
      );
    const declared: (readonly Declaration[])[] = [];
    for (const file of files) {
      const declarations = declaredBy(given, file);
      if (!declarations) return 1;
      declared.push(declarations);
    }
    const open = liveByEnvironment();
    const sides: Side[] = [];
    const seen = new Map<LiveSet, TriggerPlan[]>();
    for (const [at, file] of files.entries()) {
      const live = await open(file);
      const side = await sideOf(declared[at]!, live);
      if (!side) return 1;
      sides.push({ environment: file, ...side });
      seen.set(live, [...(seen.get(live) ?? []), ...side.plan.triggers]);
    }
    const rows = parityOf(sides);
    let beat: SchedulerBeat | undefined;
    for (const [live, triggers] of seen) beat ??= await beatIfOverdue(triggers, live);
    process.stdout.write(RENDERERS[format](rows, files, beat));
    return rows.some(({ verdict }) => verdict === "differs live" || verdict === "missing") ? 2 : 0;
  },
};

export const promote: Command = {
  summary: "bring one environment's definitions to the next, once the first is live and well",
  options: {
    from: { value: "FILE", doc: "the environment that proved them" },
    to: { value: "FILE", doc: "the environment that gets them" },
    ...APPLY_OPTIONS,
    force: { doc: "even where the first differs live, is unhealthy or has never run" },
  },
  async run(given) {
    const { from: first, to: next } = given;
    if (typeof first !== "string" || typeof next !== "string" || first === "" || next === "")
      throw new UsageError(
        "mixpeek-triggers promote: name both environments. Write --from environments/staging.yaml --to environments/prod.yaml.",
      );
    const [from, to] = [environmentFileOf(first), environmentFileOf(next)];
    if (from === to)
      throw new UsageError(
        `mixpeek-triggers promote: --from and --to are both ${from}. Name another environment with --to.`,
      );
    needYes("promote", given);
    const declarations = declaredBy(given, from);
    // What is wrong with the next environment need not wait for what is live in this one.
    if (!declarations || refused(declarationsOf(given, to).issues.filter(isError))) return 1;
    const source = await sideOf(declarations, await liveByEnvironment(given["project"])(from));
    if (!source) return 1;
    const doubts = doubtsOf(source.plan);
    for (const doubt of doubts) process.stderr.write(`${from}: ${visible(doubt)}\n`);
    if (doubts.length > 0 && !given["force"]) {
      process.stderr.write(
        `cannot promote ${from} to ${to}: it failed its promotion checks. Fix them, or add --force [NOT_PROVED].\n`,
      );
      return 1;
    }
    const { up } = await import("./reconcile");
    const { from: _, to: __, force: ___, ...rest } = given;
    return up.run({ ...rest, env: to });
  },
};

/** The API by the settings of an environment's stack. Environments of one key and address share a client, and its rate. */
function liveByEnvironment(named?: Given[string]): (environment: string) => Promise<LiveSet> {
  const opened = new Map<string, LiveSet>();
  const { cwd } = rootOf(process.cwd());
  const project = (environment: string, stateless: boolean): Project =>
    projectOf(cwd, process.env, {
      environment,
      stateless,
      ...(typeof named === "string" ? { project: named } : {}),
    });
  return async (environment) => {
    const sources = await sourcesOf(project(environment, true), () =>
      openExisting(project(environment, false), (line) => process.stderr.write(`${line}\n`))(),
    );
    const { apiKey, baseUrl } = settingsFrom(sources);
    const identity = [apiKey, baseUrl, defaultNamespace(sources)].join("\n");
    const live = opened.get(identity) ?? openLive(sources);
    opened.set(identity, live);
    process.stderr.write(`${environment}: API ${live.baseUrl}\n`);
    return live;
  };
}

/** One environment with its plan; undefined once what is wrong has been told. Throws ApiError. */
async function sideOf(
  declarations: readonly Declaration[],
  live: LiveSet,
): Promise<{ declarations: Side["declarations"]; plans: Side["plans"]; plan: SetPlan } | undefined> {
  const triggers = await resolvedBy(declarations, live);
  if (!triggers) return undefined;
  const namespaces = await live.snapshots(triggers.map(({ namespace }) => namespace));
  const plan = planSet(triggers, { namespaces, now: new Date() });
  return { declarations, plans: plan.triggers, plan };
}

/** Why what runs in an environment says little about the definitions. */
function doubtsOf(plan: SetPlan): string[] {
  const { drifted, pending, unhealthy } = driftOf(plan);
  const never = plan.triggers.filter(
    ({ live, op }) => op === "none" && live?.status === "active" && !live.health.execution_count,
  );
  return [
    ...drifted.map(({ plan: { name } }) => `${name} is not live as declared`),
    ...pending.map(({ name }) => `${name} is not live`),
    ...unhealthy.map((each) => `${each.name}: ${healthText(each)}`),
    ...never.map(({ name }) => `${name} has never run`),
  ];
}

type Render = (
  rows: readonly ParityRow[],
  files: readonly string[],
  beat: SchedulerBeat | undefined,
) => string;

const RENDERERS: Readonly<Record<(typeof FORMATS)[number], Render>> = {
  text: (rows, files, beat) => {
    const width = Math.min(40, Math.max(0, ...rows.map(({ name }) => visible(name).length)));
    const lines = rows.flatMap(({ name, cells, overridden, verdict }) => [
      `${MARKS[verdict]} ${visible(name).padEnd(width)}  ${verdict}`,
      ...(cells.every((cell) => cell === "as declared")
        ? []
        : cells.map((cell, at) => `    ${files[at]}: ${cell}`)),
      ...(overridden.length > 0 ? [`    declared otherwise: ${visible(overridden.join(", "))}`] : []),
    ]);
    return `${[...lines, summary(rows), ...stoppedLines(beat)].join("\n")}\n`;
  },
  json: (rows, files, beat) =>
    jsonText(versioned({ environments: files, triggers: rows, ...schedulerJson(beat) })),
  markdown: (rows, files, beat) =>
    [
      ...markdownTable(
        ["trigger", ...files, "declared otherwise", "verdict"],
        rows.map(({ name, cells, overridden, verdict }) => [name, ...cells, overridden.join(", "), verdict]),
      ),
      "",
      summary(rows),
      "",
      ...stoppedLines(beat).flatMap((line) => [markdownText(line), ""]),
    ].join("\n"),
};

const MARKS: Readonly<Record<ParityRow["verdict"], string>> = {
  same: "=",
  "differs by declaration": "≠",
  "differs live": "!",
  missing: "?",
};

function summary(rows: readonly ParityRow[]): string {
  const counts = ["same", "differs by declaration", "differs live", "missing"].flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length;
    return count > 0 ? [`${count} ${verdict}`] : [];
  });
  return `${counts.join(", ") || "nothing declared"}.`;
}
