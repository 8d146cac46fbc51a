import { type Drift, type Drifted, replacedBefore } from "../../core/comparison/drift";
import { healthText, type SchedulerHeartbeat, type Unhealthy } from "../../core/comparison/health";
import { versioned } from "../../core/json/output-version";
import { jsonText, visible } from "../../core/json/safe-text";
import { changeText, givenUpText, reportText } from "../../core/plan/explain";
import { markdownTable, markdownText } from "../../core/report/markdown-text";
import { changeJson, unmanagedText } from "../../core/report/plan-report";
import type { JsonObject } from "../../core/schema/model";
import { counted, plural } from "../../core/text/plural";
import { schedulerJson, stoppedLines } from "./scheduler-health";

export const FORMATS = ["text", "json", "markdown"] as const;

/** What `drift` found, as input for the report. */
interface Reported {
  /** The API's address. */
  api: string;
  drift: Drift;
  beat: SchedulerHeartbeat | undefined;
}

type Render = (found: Reported, environment: string, unmanaged: boolean) => string;

export const RENDERERS: Readonly<Record<(typeof FORMATS)[number], Render>> = {
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
    const table = rows.length > 0 ? ["", ...markdownTable(["trigger", "changed", "difference"], rows)] : [];
    const rest = sectionsOf(found, beat, unmanaged).flatMap(({ title, items }) => [
      "",
      markdownText(title),
      ...(items.length > 0 ? ["", ...items.map((item) => `- ${markdownText(item)}`)] : []),
    ]);
    return [`### ${markdownText(environment)}: ${driftText(found)}`, ...table, ...rest, ""].join("\n");
  },
};

export const driftJson = (
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
  if (gone) return ["deleted outside the definitions"];
  return changes.map(changeText);
}

export const driftText = ({ drifted }: Drift): string =>
  drifted.length === 0 ? "no drift." : `${counted(drifted.length, "trigger")} drifted.`;

/** What to report in addition to the drift: one titled section each. */
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
            title: `${counted(edited.length, "edit")} not applied yet: ${edited.join(", ")}.`,
            mark: "",
            items: [],
          },
        ]
      : []),
    ...(replaced.length > 0
      ? [
          {
            title: `${counted(replaced.length, "replaced trigger")} still live; run up to delete ${plural(replaced.length, "it", "them")}:`,
            mark: "-",
            items: replaced.map(({ plan, report }) => `${visible(plan.name)}  ${reportText(report)}`),
          },
        ]
      : []),
    ...(unhealthy.length > 0
      ? [
          {
            title: `${counted(unhealthy.length, "unhealthy trigger")}:`,
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
              : `${counted(undeclared.length, "undeclared live trigger")}:`,
            mark: "?",
            items: undeclared.map(unmanagedText),
          },
        ]
      : []),
  ];
}
