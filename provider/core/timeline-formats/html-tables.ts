import { localTime } from "../schedule/local-time";
import { many } from "../text/plural";
import { quietText } from "../timeline/quiet-windows";
import { countRuns } from "../timeline/runs";
import type { Timeline } from "../timeline/timeline";
import type { TimelineRow, UntimedRow } from "../timeline/timeline-row";
import { firstRun, overdueText } from "./density";
import { markup } from "./markup";

const HEADINGS = [
  "Trigger",
  "Environment",
  "Namespace",
  "Action",
  "State",
  "Rule",
  "Runs",
  "First run",
  "Declared",
];

/** The table of triggers that run on a schedule. */
export function triggerTable(timeline: Timeline): string[] {
  const { rows, zone } = timeline;
  const body = rows.map((row, at) => `<tr data-row="${at}">${cells(rowCells(row, zone))}</tr>`);
  return table("triggers", "Time-based", HEADINGS, body);
}

const cells = ([name, ...rest]: readonly string[]): string =>
  `<th scope="row">${markup(name!)}</th>${rest.map((cell) => `<td>${markup(cell)}</td>`).join("")}`;

function rowCells(row: TimelineRow, zone: string): string[] {
  const { name, environment, namespace = "", action, resource, state, place, live, error, quiet } = row;
  const first = firstRun(row.runs);
  const local = first === undefined ? undefined : localTime(zone, first);
  return [
    name,
    environment,
    namespace,
    resource === undefined ? action : `${action} ${resource}`,
    [state, CHANGES[row.change], overdueText(row, zone), quiet && quietWords(row), error]
      .filter(Boolean)
      .join(", "),
    live ? `${row.rule} — live now: ${live.state === state ? "" : `${live.state}, `}${live.rule}` : row.rule,
    countRuns(row.runs).toLocaleString("en-US"),
    local ? `${local.day} ${local.time} ${local.offset}` : "none",
    place ? `${place.file}:${place.line}` : "",
  ];
}

const quietWords = ({ quiet, suppressed = [] }: TimelineRow): string =>
  `${quietText(quiet!.first)}; ${many(countRuns(suppressed), "run")} suppressed`;

const CHANGES: Readonly<Record<TimelineRow["change"], string>> = {
  none: "",
  create: "not live yet",
  change: "changes with the next up",
  undeclared: "live, not declared",
};

/** The table of triggers without a schedule; empty if there are none. */
export function otherTable({ others }: Timeline): string[] {
  if (others.length === 0) return [];
  const headings = ["Trigger", "Environment", "Namespace", "Action", "State", "Waits for", "Declared"];
  const body = others.map((row) => `<tr>${cells(otherCells(row))}</tr>`);
  return table("others", "Not time-based", headings, body);
}

const otherCells = ({
  name,
  environment,
  namespace = "",
  action,
  state,
  waitsFor,
  place,
}: UntimedRow): string[] => [
  name,
  environment,
  namespace,
  action,
  state,
  waitsFor,
  place ? `${place.file}:${place.line}` : "",
];

const table = (
  id: string,
  caption: string,
  headings: readonly string[],
  body: readonly string[],
): string[] => [
  `<section class="table"><table id="${id}">`,
  `<caption>${caption} (${body.length})</caption>`,
  `<thead><tr>${headings.map((heading) => `<th scope="col">${heading}</th>`).join("")}</tr></thead>`,
  "<tbody>",
  ...body,
  "</tbody></table></section>",
];
