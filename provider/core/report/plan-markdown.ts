import { triggerText } from "../plan/explain";
import type { SetPlan } from "../plan/plan-model";
import { markdownTable, markdownText } from "./markdown-text";
import {
  detailsOf,
  isReported,
  STATELESS,
  summaryOf,
  summaryText,
  unmanagedLines,
  wordsOf,
} from "./plan-report";

/** GitHub's limit for a comment, with room for what a pipeline adds around it. Source: 65,536 characters. */
const MOST_MARKDOWN = 60_000;

/** A plan for a pull request: a table of the changes and their reasons. `notes`: lines below the title. */
export function planMarkdown(plan: SetPlan, title: string, notes: readonly string[] = []): string {
  const rows = plan.triggers.filter(isReported).map((trigger) => {
    const { op, name, desired } = trigger;
    const { mark, will } = wordsOf(trigger);
    const why =
      desired && op === "create" ? [triggerText(desired), ...detailsOf(trigger)] : detailsOf(trigger);
    return [mark.trim() || "·", name, will, why.join("; ")];
  });
  const strays = plan.stateless ? unmanagedLines(plan) : [];
  const listed =
    strays.length > 0
      ? ["Live, not declared:", "", ...strays.map((line) => `- ${markdownText(line)}`), ""]
      : [];
  const head = [`### ${markdownText(title)}`, ""];
  const said = [...notes, ...(plan.stateless ? [STATELESS] : [])].flatMap((note) => [markdownText(note), ""]);
  const foot = [`${summaryText(summaryOf(plan), plan.perMinute)}.`, ""];
  return bounded([...head, ...said], markdownTable(["", "trigger", "action", "reason"], rows), [
    ...listed,
    ...foot,
  ]);
}

/** Cuts rows, never the summary, and reports how many were cut. */
function bounded(head: readonly string[], table: readonly string[], foot: readonly string[]): string {
  const size = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);
  const [names, rule, ...rows] = table;
  if (rows.length === 0) return [...head, ...foot].join("\n");
  const room = MOST_MARKDOWN - size(head) - size(foot);
  let used = size([names!, rule!]);
  const shown = rows.filter((row) => {
    used += row.length + 1;
    return used <= room;
  });
  const left = rows.length - shown.length;
  const rest = left > 0 ? ["", `… and ${left} more, which do not fit into a comment.`] : [];
  return [...head, names, rule, ...shown, ...rest, "", ...foot].join("\n");
}
