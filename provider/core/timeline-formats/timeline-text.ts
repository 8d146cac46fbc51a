import { visible } from "../json/safe-text";
import { localTime } from "../schedule/local-time";
import { many } from "../text/plural";
import { quietEnd } from "../timeline/quiet-windows";
import { countRuns } from "../timeline/runs";
import { nameIn, type Timeline } from "../timeline/timeline";
import type { RowSchedule } from "../timeline/timeline-row";
import {
  changeWords,
  type Density,
  densityOf,
  firstRun,
  type HourCell,
  nextOf,
  overdueText,
  shadeOf,
  shadeRanges,
} from "./density";

const WIDTH = 80;
/** The most lines of one kind; more would scroll the picture off the screen. */
const MOST_LINES = 20;
const MOST_DAYS = 35;
/** Few, since a warning takes several lines. */
const MOST_WARNINGS = 3;
/** An hour without runs, then from few runs to many. */
const SHADES = ["·", "░", "▒", "▓", "█"] as const;

/** A timeline for a terminal or a log, 80 columns wide and without color. */
export function timelineText(timeline: Timeline): string {
  const density = densityOf(timeline);
  const sections = [
    heading(timeline, density),
    heatMap(timeline, density),
    busiest(timeline, density),
    next(timeline),
    changes(timeline),
    quiet(timeline),
    overdue(timeline),
    apart(timeline, "paused", "Paused"),
    apart(timeline, "failed", "Failed: the service has stopped running them"),
    waiting(timeline),
    warnings(timeline),
    timeline.notes.flatMap((note) => wrapped(note)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function heading(timeline: Timeline, { runs }: Density): string[] {
  const { zone, from, to, rows, environments, isOffline } = timeline;
  const [first, last] = [localTime(zone, from), localTime(zone, to)];
  const active = rows.filter(({ state }) => state === "active").length;
  return [
    ...wrapped(`Timeline of ${environments.map(visible).join(", ")}${isOffline ? ", as declared" : ""}`),
    `${first.date} ${first.time} ${first.offset} to ${last.date} ${last.time} ${last.offset}, ${zone}`,
    `${many(runs, "run")} of ${many(active, "active trigger")}`,
  ];
}

function heatMap({ zone }: Timeline, density: Density): string[] {
  const { days } = density;
  const hours = Array.from({ length: 24 }, (_, hour) =>
    hour % 3 === 0 ? String(hour).padStart(2, "0") : "  ",
  );
  const width = Math.max(4, ...days.map(({ runs }) => runs.toLocaleString("en-US").length));
  const lines = days.slice(0, MOST_DAYS).map((day) => {
    const cells = day.hours.map((hour) => cell(hour, density)).join("");
    return `${day.day}${day.change ? "*" : " "} ${cells} ${day.runs.toLocaleString("en-US").padStart(width)}`;
  });
  const changed = days.flatMap(({ change, day }) =>
    change ? wrapped(`* ${day}: ${changeWords(change, { zone })}`) : [],
  );
  const left = days.length - MOST_DAYS;
  if (left > 0) lines.push(`… and ${left} more days`);
  return [
    `${" ".repeat(12)}${hours.join("")} ${"runs".padStart(width)}`,
    ...lines,
    ...wrapped(legend(density)),
    ...changed,
  ];
}

/** An hour that a clock change skips is `--`; an hour outside the window is blank. */
function cell({ runs, minutes, isSkipped }: HourCell, density: Density): string {
  if (isSkipped) return "--";
  return minutes > 0 ? SHADES[shadeOf(runs, density)]!.repeat(2) : "  ";
}

function legend(density: Density): string {
  if (density.most === 0) return "No run in this window.";
  const ranges = shadeRanges(density).map((range, at) => `${SHADES[at + 1]!.repeat(2)} ${range}`);
  return `Runs per hour: ${SHADES[0].repeat(2)} 0  ${ranges.join("  ")}`;
}

function busiest(timeline: Timeline, { busiest: minutes }: Density): string[] {
  if (minutes.length === 0) return [];
  const lines = minutes.flatMap(({ at, triggers, days, rows }) => {
    const { time, day } = localTime(timeline.zone, at);
    const when = days === 1 ? day : `on ${days} days, first ${day}`;
    return [
      `  ${time.slice(0, 5)}  ${many(triggers, "trigger")} ${when}`,
      `         ${namesIn(
        rows.map((row) => nameIn(timeline, row)),
        WIDTH - 9,
      )}`,
    ];
  });
  return ["Busiest minutes", ...lines];
}

/** As many names as fit, at least one. */
function namesIn(names: readonly string[], width: number): string {
  let text = short(names[0]!, 40);
  const withRest = (shown: string, count: number): string =>
    count < names.length ? `${shown} and ${names.length - count} more` : shown;
  let count = 1;
  for (; count < names.length; count += 1) {
    const longer = `${text}, ${short(names[count]!, 40)}`;
    if (withRest(longer, count + 1).length > width) break;
    text = longer;
  }
  return withRest(text, count);
}

/** Omits the zone if it is the same as that of the whole timeline. */
const ruleIn = ({ zone }: Timeline, rule: string): string => rule.replace(` (${zone})`, "");

const MOST_NEXT = 10;

function next(timeline: Timeline): string[] {
  const all = nextOf(timeline, timeline.rows.length);
  const firsts = all.slice(0, MOST_NEXT);
  if (firsts.length === 0) return [];
  const width = Math.min(28, Math.max(...firsts.map(({ row }) => visible(nameIn(timeline, row)).length)));
  const lines = firsts.map(({ at, row }) => {
    const { day, time, offset } = localTime(timeline.zone, at);
    const start = `  ${day} ${time} ${offset}  ${short(nameIn(timeline, row), width).padEnd(width)}`;
    return `${start}  ${short(ruleIn(timeline, row.rule), WIDTH - start.length - 2)}`;
  });
  const left = all.length - firsts.length;
  const count =
    left > 0 ? `the first ${firsts.length} of ${many(all.length, "trigger")}` : many(all.length, "trigger");
  return [`Next run of each trigger (${count}, ${timeline.zone})`, ...lines];
}

const MARKS = { create: "+", change: "~", undeclared: "?" } as const;

function changes(timeline: Timeline): string[] {
  const changed = timeline.rows.flatMap((row) =>
    row.change === "none" ? [] : [{ row, change: row.change }],
  );
  if (changed.length === 0) return [];
  const lines = changed.map(({ row, change }) => {
    const head = `  ${MARKS[change]} ${short(nameIn(timeline, row), 40)}`;
    if (change === "create") return [`${head}  not live yet`, side(timeline, "after", row)];
    if (change === "undeclared") return [`${head}  live, not declared`, side(timeline, "live", row)];
    return [head, side(timeline, "before", row.live!), side(timeline, "after", row)];
  });
  return ["Declared and live differ", ...bounded(lines)];
}

function side(timeline: Timeline, title: string, { state, rule, runs }: RowSchedule): string {
  const first = firstRun(runs);
  const local = first === undefined ? undefined : localTime(timeline.zone, first);
  const when =
    state === "active"
      ? `${many(countRuns(runs), "run")}${local ? `, first ${local.day} ${local.time.slice(0, 5)}` : ""}`
      : state;
  const room = WIDTH - 17 - when.length;
  return `      ${title.padEnd(6)} ${when}: ${short(ruleIn(timeline, rule), Math.max(20, room))}`;
}

function quiet(timeline: Timeline): string[] {
  const rows = timeline.rows.flatMap((row) => (row.quiet ? [{ ...row, quiet: row.quiet }] : []));
  if (rows.length === 0) return [];
  const width = Math.min(28, Math.max(...rows.map((row) => visible(nameIn(timeline, row)).length)));
  const lines = rows.map((row) => {
    const runs = many(countRuns(row.suppressed ?? []), "run");
    const start = `  ${short(nameIn(timeline, row), width).padEnd(width)}  ${runs} suppressed `;
    return [`${start}${short(quietEnd(row.quiet.first), WIDTH - start.length)}`];
  });
  return [`Planned quiet (${many(rows.length, "trigger")})`, ...bounded(lines)];
}

function overdue(timeline: Timeline): string[] {
  const lines = timeline.rows.flatMap((row) => {
    const text = overdueText(row, timeline.zone);
    return text === undefined ? [] : [[`  ${short(nameIn(timeline, row), 40)}  ${text}`]];
  });
  if (lines.length === 0) return [];
  return [`Overdue (${lines.length}): the service has not started a run that is due`, ...bounded(lines)];
}

function apart(timeline: Timeline, state: "paused" | "failed", title: string): string[] {
  const rows = timeline.rows.filter((row) => row.state === state);
  if (rows.length === 0) return [];
  const runs = rows.reduce((sum, row) => sum + countRuns(row.runs), 0);
  const width = Math.min(32, Math.max(...rows.map((row) => visible(nameIn(timeline, row)).length)));
  const lines = rows.map((row) => {
    const start = `  ${short(nameIn(timeline, row), width).padEnd(width)}  `;
    const error = row.error === undefined ? "" : `; last error: ${row.error}`;
    return [`${start}${short(`${ruleIn(timeline, row.rule)}${error}`, WIDTH - start.length)}`];
  });
  return [`${title} (${rows.length}, ${many(runs, "run")} not counted above)`, ...bounded(lines)];
}

function waiting(timeline: Timeline): string[] {
  const { others } = timeline;
  if (others.length === 0) return [];
  const width = Math.min(32, Math.max(...others.map((row) => visible(nameIn(timeline, row)).length)));
  const lines = others.map((row) => {
    const state = row.state === "active" ? "" : `${row.state}: `;
    const start = `  ${short(nameIn(timeline, row), width).padEnd(width)}  `;
    return [`${start}${short(`${state}${row.waitsFor}`, WIDTH - start.length)}`];
  });
  return [`Not time-based (${others.length})`, ...bounded(lines)];
}

function warnings(timeline: Timeline): string[] {
  const blocks = timeline.warnings.map(({ code, rows, message, hint }) =>
    wrapped(`${code} ${nameIn(timeline, rows[0]!)}: ${message}. ${hint}`, WIDTH - 4).map(
      (line, at) => `${at === 0 ? "  " : "    "}${visible(line)}`,
    ),
  );
  return blocks.length === 0 ? [] : [`Warnings (${blocks.length})`, ...bounded(blocks, MOST_WARNINGS)];
}

function bounded(blocks: readonly string[][], most = MOST_LINES): string[] {
  const shown = blocks.slice(0, most);
  const left = blocks.length - shown.length;
  return [...shown.flat(), ...(left > 0 ? [`  … and ${left} more; --format json has all of them`] : [])];
}

function short(text: string, width: number): string {
  const shown = visible(text);
  return shown.length > width ? `${shown.slice(0, width - 1)}…` : shown;
}

function wrapped(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
