import {
  type ComparedEnvironment,
  cellText,
  compareEnvironments,
  type TriggerComparison,
} from "../../core/comparison/compare-environments";
import type { SchedulerHeartbeat } from "../../core/comparison/health";
import type { Declaration } from "../../core/definitions/merged-definition";
import { versioned } from "../../core/json/output-version";
import { jsonText, visible } from "../../core/json/safe-text";
import type { TriggerPlan } from "../../core/plan/plan-model";
import { markdownTable, markdownText } from "../../core/report/markdown-text";
import { command, UsageError } from "../command";
import { heartbeatIfOverdue, schedulerJson, stoppedLines } from "../drift/scheduler-health";
import { comparedCode, EXIT } from "../exit-code";
import { DEFINITIONS_OPTION, environmentFileOf } from "../project/shared-options";
import { liveByEnvironment, planEnvironment } from "../run/environment-plan";
import { declaredBy, type LiveSet } from "../run/live-set";

const FORMATS = ["text", "json", "markdown"] as const;

export const compare = command(
  {
    env: { value: "FILE", doc: "an environment; repeat it for two or more", multiple: true },
    ...DEFINITIONS_OPTION,
    format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text", oneOf: FORMATS },
  },
  async (options) => {
    const files = (options.env ?? []).map(environmentFileOf);
    if (files.length < 2)
      throw new UsageError(
        "mixpeek-triggers compare: two environments are needed. Write --env environments/dev.yaml --env environments/prod.yaml.",
      );
    if (new Set(files).size < files.length)
      throw new UsageError(
        "mixpeek-triggers compare: an environment is named twice. Name two different environments.",
      );
    const declared: (readonly Declaration[])[] = [];
    for (const file of files) {
      const declarations = declaredBy(options, file);
      if (!declarations) return EXIT.failed;
      declared.push(declarations);
    }
    const open = liveByEnvironment();
    const sides: ComparedEnvironment[] = [];
    const seen = new Map<LiveSet, TriggerPlan[]>();
    for (const [at, file] of files.entries()) {
      const live = await open(file);
      const side = await planEnvironment(declared[at]!, live);
      if (!side) return EXIT.failed;
      sides.push({ environment: file, ...side });
      seen.set(live, [...(seen.get(live) ?? []), ...side.plan.triggers]);
    }
    const rows = compareEnvironments(sides);
    let beat: SchedulerHeartbeat | undefined;
    for (const [live, triggers] of seen) beat ??= await heartbeatIfOverdue(triggers, live);
    process.stdout.write(RENDERERS[options.format](rows, files, beat));
    return comparedCode(rows.some(({ verdict }) => verdict === "differs live" || verdict === "missing"));
  },
);

type Render = (
  rows: readonly TriggerComparison[],
  files: readonly string[],
  beat: SchedulerHeartbeat | undefined,
) => string;

const RENDERERS: Readonly<Record<(typeof FORMATS)[number], Render>> = {
  text: (rows, files, beat) => {
    const width = Math.min(40, Math.max(0, ...rows.map(({ name }) => visible(name).length)));
    const lines = rows.flatMap(({ name, cells, overridden, verdict }) => [
      `${MARKS[verdict]} ${visible(name).padEnd(width)}  ${verdict}`,
      ...(cells.every((cell) => cell === "as declared")
        ? []
        : cells.map((cell, at) => `    ${files[at]}: ${cellText(cell)}`)),
      ...(overridden.length > 0 ? [`    declared differently: ${visible(overridden.join(", "))}`] : []),
    ]);
    return `${[...lines, summary(rows), ...stoppedLines(beat)].join("\n")}\n`;
  },
  json: (rows, files, beat) =>
    jsonText(versioned({ environments: files, triggers: rows, ...schedulerJson(beat) })),
  markdown: (rows, files, beat) =>
    [
      ...markdownTable(
        ["trigger", ...files, "declared differently", "verdict"],
        rows.map(({ name, cells, overridden, verdict }) => [
          name,
          ...cells.map(cellText),
          overridden.join(", "),
          verdict,
        ]),
      ),
      "",
      summary(rows),
      "",
      ...stoppedLines(beat).flatMap((line) => [markdownText(line), ""]),
    ].join("\n"),
};

const MARKS: Readonly<Record<TriggerComparison["verdict"], string>> = {
  same: "=",
  "differs by declaration": "≠",
  "differs live": "!",
  missing: "-",
};

function summary(rows: readonly TriggerComparison[]): string {
  const counts = ["same", "differs by declaration", "differs live", "missing"].flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length;
    return count > 0 ? [`${count} ${count === 1 ? verdict : verdict.replace("differs", "differ")}`] : [];
  });
  return `${counts.join(", ") || "nothing declared"}.`;
}
