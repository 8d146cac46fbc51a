import { localTime } from "../schedule/local-time";
import { many } from "../text/plural";
import { countRuns } from "../timeline/runs";
import { nameIn, type Timeline } from "../timeline/timeline";
import { changeWords, type Density, densityOf, type HeatDay, shadeOf, shadeRanges } from "./density";
import { markup } from "./markup";

const CELL = { width: 24, height: 18, gap: 2 };
const LEFT = 96;
const TOP = 76;
const WIDTH = LEFT + 24 * CELL.width + 64;
const LINE = 18;
/** The most days shown; a longer picture would be too long for a comment. */
const MOST_DAYS = 62;

/** Colors from no run to many. */
const LIGHT = ["#eaeef2", "#b6d7ff", "#6cb0ff", "#1f6feb", "#0a3069"];
const DARK = ["#21262d", "#0c2d6b", "#1158c7", "#58a6ff", "#cae8ff"];

const fills = (colors: readonly string[]): string =>
  colors.map((color, at) => `.s${at}{fill:${color}}`).join("");

const STYLE = [
  "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}",
  ".title{font-size:16px;font-weight:600}.dim{fill:#59636e}.end{text-anchor:end}.back{fill:#fff}",
  `.skipped{fill:none;stroke:#afb8c1;stroke-dasharray:2}${fills(LIGHT)}`,
  "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}.back{fill:#0d1117}",
  `.skipped{stroke:#3d444d}${fills(DARK)}}`,
].join("");

/** A heat map of hours by days with the busiest minutes, for a README or a comment: no script, light and dark theme. */
export function timelineSvg(timeline: Timeline): string {
  const density = densityOf(timeline, 3);
  const days = density.days.slice(0, MOST_DAYS);
  const left = density.days.length - days.length;
  const below = [
    ...(left > 0 ? [`… and ${left} more days`] : []),
    ...days.flatMap(({ day, change }) => (change ? [`* ${day}: ${changeWords(change, timeline)}`] : [])),
    ...busiestLines(timeline, density),
    ...warningLines(timeline),
    ...quietLines(timeline),
  ];
  const under = TOP + days.length * (CELL.height + CELL.gap) + 8;
  const bottom = under + LINE + 8;
  const height = bottom + below.length * LINE + 12;
  const first = localTime(timeline.zone, timeline.from);
  const last = localTime(timeline.zone, timeline.to);
  const title = `Timeline of ${timeline.environments.join(", ")}`;
  const active = timeline.rows.filter(({ state }) => state === "active").length;
  const summary = `${first.date} to ${last.date}, ${timeline.zone}: ${many(density.runs, "run")} of ${many(active, "active trigger")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title summary">`,
    `<title id="title">${markup(title)}</title>`,
    `<desc id="summary">${markup(summary)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(16, 26, title, "title"),
    text(16, 46, summary, "dim"),
    ...Array.from({ length: 8 }, (_, at) =>
      text(LEFT + at * 3 * CELL.width, TOP - 8, String(at * 3).padStart(2, "0"), "dim"),
    ),
    ...days.flatMap((day, at) => dayRow(day, TOP + at * (CELL.height + CELL.gap), density)),
    ...legend(density, under),
    ...below.map((line, at) => text(16, bottom + (at + 1) * LINE, line, "dim")),
    "</svg>",
    "",
  ].join("\n");
}

function dayRow(day: HeatDay, y: number, density: Density): string[] {
  const size = `width="${CELL.width - CELL.gap}" height="${CELL.height}" rx="3"`;
  const cells = day.hours.flatMap(({ runs, minutes, isSkipped }, hour) => {
    if (minutes === 0 && !isSkipped) return [];
    const kind = isSkipped ? "skipped" : `s${shadeOf(runs, density)}`;
    const what = isSkipped ? "skipped (clocks go forward)" : many(runs, "run");
    const time = `${String(hour).padStart(2, "0")}:00`;
    const at = `x="${LEFT + hour * CELL.width}" y="${y}"`;
    return [`<rect class="${kind}" ${at} ${size}><title>${day.day} ${time}: ${what}</title></rect>`];
  });
  const baseline = y + 13;
  return [
    text(16, baseline, `${day.day}${day.change ? " *" : ""}`),
    ...cells,
    text(WIDTH - 16, baseline, day.runs.toLocaleString("en-US"), "dim end"),
  ];
}

function legend(density: Density, y: number): string[] {
  const kinds = ["0", ...shadeRanges(density)];
  return [
    text(16, y + 13, "Runs per hour", "dim"),
    ...kinds.flatMap((range, shade) => {
      const x = LEFT + shade * 5 * CELL.width;
      return [
        `<rect class="s${shade}" x="${x}" y="${y}" width="${CELL.width - CELL.gap}" height="${CELL.height}" rx="3"/>`,
        text(x + CELL.width + 2, y + 13, range, "dim"),
      ];
    }),
  ];
}

function busiestLines(timeline: Timeline, { busiest }: Density): string[] {
  return busiest.map(({ at, triggers, days, rows }) => {
    const { time, day } = localTime(timeline.zone, at);
    const names = rows
      .slice(0, 3)
      .map((row) => nameIn(timeline, row))
      .map((name) => (name.length > 22 ? `${name.slice(0, 21)}…` : name));
    const more = rows.length > 3 ? ` and ${rows.length - 3} more` : "";
    const when = days === 1 ? day : `on ${days} days`;
    return `${time.slice(0, 5)}  ${triggers} triggers ${when}: ${names.join(", ")}${more}`;
  });
}

/** The most warnings shown; the HTML page has more. */
const MOST_WARNINGS = 3;

function warningLines(timeline: Timeline): string[] {
  const lines = timeline.warnings.slice(0, MOST_WARNINGS).map(({ code, rows }) => {
    const name = nameIn(timeline, rows[0]!);
    const more = rows.length > 1 ? ` and ${rows.length - 1} more` : "";
    return `${code}: ${name.length > 40 ? `${name.slice(0, 39)}…` : name}${more}`;
  });
  const left = timeline.warnings.length - lines.length;
  return [...lines, ...(left > 0 ? [`… and ${many(left, "more warning")}`] : [])];
}

function quietLines({ rows }: Timeline): string[] {
  const quieted = rows.filter(({ suppressed }) => suppressed);
  const runs = quieted.reduce((sum, { suppressed = [] }) => sum + countRuns(suppressed), 0);
  return runs === 0
    ? []
    : [`Planned quiet suppresses ${many(runs, "run")} of ${many(quieted.length, "trigger")}.`];
}

const text = (x: number, y: number, content: string, kind?: string): string =>
  `<text x="${x}" y="${y}"${kind === undefined ? "" : ` class="${kind}"`}>${markup(content)}</text>`;
