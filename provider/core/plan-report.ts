import type { FieldChange } from "./diff";
import { changeLine, reportLine, triggerText } from "./explain";
import type { Json, JsonObject, LiveTrigger } from "./model";
import { visible } from "./printed";
import { serviceDefaults } from "./service-defaults";
import type { SetPlan, TriggerPlan } from "./set-plan";

/** What a plan comes to. */
export interface PlanSummary {
  create: number;
  update: number;
  replace: number;
  delete: number;
  adopt: number;
  conflict: number;
  unchanged: number;
  /** Requests that applying it costs, beside the lists. */
  requests: number;
}

export function summaryOf({ triggers }: SetPlan): PlanSummary {
  const count = (op: TriggerPlan["op"]): number => triggers.filter((plan) => plan.op === op).length;
  return {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    adopt: count("adopt"),
    conflict: count("conflict"),
    unchanged: count("none"),
    requests: triggers.reduce((sum, plan) => sum + plan.requests, 0),
  };
}

export const MARKS: Readonly<Record<TriggerPlan["op"], string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: "=",
  conflict: "!",
  none: " ",
};

/** Whether a plan has something to say of a trigger. */
export const isTold = ({ op, reports }: TriggerPlan): boolean => op !== "none" || reports.length > 0;

/** Everything there is to say of one trigger, a sentence each: fields, what they mean in time, what is left alone. */
export function detailsOf({ name, changes, reports, meaning, conflict }: TriggerPlan): string[] {
  if (conflict !== undefined) return [conflict];
  const bare = (line: string): string => line.slice(name.length + 2);
  return [
    ...changes.map((change) => bare(changeLine(name, change))),
    ...(meaning === undefined ? [] : [meaning]),
    ...reports.map((report) => bare(reportLine(name, report))),
  ];
}

/** `1 to create, 2 unchanged; 1 request to apply`. */
export function summaryText(summary: PlanSummary): string {
  const { unchanged, conflict, requests, ...ops } = summary;
  const parts = [
    ...Object.entries(ops).flatMap(([op, count]) => (count > 0 ? [`${count} to ${op}`] : [])),
    ...(conflict > 0 ? [`${conflict} in conflict`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  const cost = requests === 0 ? "" : `; ${requests} ${requests === 1 ? "request" : "requests"} to apply`;
  return `${parts.join(", ") || "nothing declared"}${cost}${waitText(requests)}`;
}

/** Requests a minute of the vendor's smallest plan. Source: Triggers API, rate limits. */
const FREE = 10;

/** How long so many requests take at least where few are allowed; the first minute's are sent at once. */
function waitText(requests: number): string {
  const minutes = Math.ceil(requests / FREE) - 1;
  return minutes < 1
    ? ""
    : `, at least ${minutes} ${minutes === 1 ? "minute" : "minutes"} where ${FREE} a minute are allowed`;
}

/** As data; values of secrets stay out. */
export function planJson(plan: SetPlan): JsonObject {
  return {
    summary: { ...summaryOf(plan) },
    triggers: plan.triggers.filter(isTold).map((trigger) => ({
      name: trigger.name,
      namespace: trigger.namespace,
      op: trigger.op,
      trigger_id: trigger.triggerId ?? null,
      changes: trigger.changes.map(changeJson),
      suppressed: suppressed(trigger),
      details: detailsOf(trigger),
      requests: trigger.requests,
    })),
  };
}

/** Live keys that are no difference, and why: for who asks what a plan kept quiet about. */
function suppressed({ desired, live, changes }: TriggerPlan): JsonObject[] {
  if (!desired || !live) return [];
  return serviceDefaults(desired, live, changes).map(({ path, live: value, cause, secret }) => ({
    path: path.join("."),
    live: secret ? "[secret]" : value,
    cause,
  }));
}

/** One field as data; secrets stay out. */
export function changeJson(change: FieldChange): JsonObject {
  const shown = (value: Json | undefined): Json =>
    value === undefined ? null : change.secret ? "[secret]" : value;
  return {
    path: change.path.join("."),
    live: shown(change.live),
    desired: shown(change.desired),
    cause: change.cause,
    rule: change.rule,
    ...(change.references ? { references: [...change.references] } : {}),
  };
}

/** For a pull request: a table of what changes, with its reasons. */
export function planMarkdown(plan: SetPlan, title: string): string {
  const rows = plan.triggers.filter(isTold).map((trigger) => {
    const { op, name, desired } = trigger;
    const why = desired && op === "create" ? [triggerText(desired)] : detailsOf(trigger);
    return [MARKS[op].trim() || "·", name, op === "none" ? "unchanged" : op, why.join("; ")];
  });
  const table = rows.length > 0 ? [...markdownTable(["", "trigger", "would", "why"], rows), ""] : [];
  return [`### ${markdownText(title)}`, "", ...table, `${summaryText(summaryOf(plan))}.`, ""].join("\n");
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row.map(markdownText)))];
}

/** A live trigger that nobody declares, in a few words. */
export const unmanagedText = (live: LiveTrigger): string =>
  visible(`${live.name ?? "(no name)"} (${live.trigger_id}): ${triggerText(live)}`);

/** Text of users inside Markdown: no markup, no other row. */
export const markdownText = (text: string): string =>
  visible(text.replaceAll(/[\\|`*_<>[\]]/g, (character) => `\\${character}`).replaceAll(/\s+/g, " "));
