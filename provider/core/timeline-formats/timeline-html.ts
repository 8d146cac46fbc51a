import { clockChanges, localTime } from "../schedule/local-time";
import { nameIn, type Timeline } from "../timeline/timeline";
import { changeWords, type Density, densityOf } from "./density";
import { otherTable, triggerTable } from "./html-tables";
import { markup, scriptJson } from "./markup";
import { pageData } from "./page-data";
import { timelineSvg } from "./timeline-svg";

/** The style and scripts of the page; see assets/timeline. */
export interface PageAssets {
  style: string;
  scripts: readonly string[];
}

/** The page loads nothing from the network, whatever a name contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** A timeline as one HTML file that works offline: zoomable lanes, filters, and the same data as tables. */
export function timelineHtml(timeline: Timeline, { style, scripts }: PageAssets): string {
  const density = densityOf(timeline);
  const title = `Timeline of ${timeline.environments.join(", ")}`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${markup(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    ...header(timeline, density, title),
    "<main>",
    ...lanes(timeline),
    ...warnings(timeline),
    ...busiest(timeline, density),
    ...heatMap(timeline),
    ...triggerTable(timeline),
    ...otherTable(timeline),
    "</main>",
    `<script type="application/json" id="data">${scriptJson(pageData(timeline))}</script>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function header(timeline: Timeline, { runs }: Density, title: string): string[] {
  const { zone, from, to, rows, isOffline, notes } = timeline;
  const [first, last] = [localTime(zone, from), localTime(zone, to)];
  const count = (state: string): number => rows.filter((row) => row.state === state).length;
  const facts = [
    [runs.toLocaleString("en-US"), "runs"],
    [String(count("active")), "active"],
    [String(count("paused")), "paused"],
    [String(count("failed")), "failed"],
    [String(rows.filter(({ change }) => change !== "none").length), "differ from live"],
  ].filter(([value], at) => at < 2 || value !== "0");
  const changes = clockChanges(zone, timeline).map(
    (change) => `${localTime(zone, change.at).day}: ${changeWords(change, timeline)}`,
  );
  return [
    "<header>",
    `<h1>${markup(title)}</h1>`,
    `<p class="span">${first.day} ${first.date.slice(0, 4)} ${first.time.slice(0, 5)} to ${last.day} ${last.date.slice(0, 4)} ${last.time.slice(0, 5)}, time zone ${markup(zone)}${isOffline ? ", as declared" : ""}</p>`,
    `<ul class="facts">${facts.map(([value, what]) => `<li><b>${value}</b> ${what}</li>`).join("")}</ul>`,
    ...[...notes, ...changes].map((note) => `<p class="note">${markup(note)}</p>`),
    "</header>",
  ];
}

/** Explains the colors of the lanes. Actions share six colors. */
function legend({ rows }: Timeline): string {
  const actions = [...new Set(rows.map(({ action }) => action))].sort();
  const kinds = [
    ...actions.map((action, at) => ["", `hue${at % 6}`, action] as const),
    ["", "paused", "paused, does not run"],
    ["", "failed", "failed, does not run"],
    ["thin", "live", "live now, changes"],
    ["line", "now", "now"],
    ["line", "hue2", "the clocks change"],
    ["triangle", "warning", "warning"],
  ] as const;
  const items = kinds.map(
    ([shape, color, text]) =>
      `<li><i class="swatch ${shape}" style="--swatch: var(--${color})"></i>${markup(text)}</li>`,
  );
  return `<ul class="legend" aria-label="Colors">${items.join("")}</ul>`;
}

/** The most warnings shown, since more would go unread; `--format json` has all of them. */
const MOST_WARNINGS = 50;

function warnings(timeline: Timeline): string[] {
  const all = timeline.warnings;
  if (all.length === 0) return [];
  const items = all.slice(0, MOST_WARNINGS).map(({ code, rows, message, hint, at }) => {
    const times = at.flatMap((moment) => {
      const { day, time } = localTime(timeline.zone, moment);
      const isShown = moment >= timeline.from && moment < timeline.to;
      return isShown
        ? [` <button type="button" data-at="${moment}">Show ${day} ${time.slice(0, 5)}</button>`]
        : [];
    });
    const name = markup(nameIn(timeline, rows[0]!));
    return `<li><code>${code}</code> <b>${name}</b>: ${markup(`${message}. ${hint}`)}${times.join("")}</li>`;
  });
  const left = all.length - items.length;
  return [
    '<section aria-labelledby="warnings-title">',
    `<h2 id="warnings-title">Warnings (${all.length})</h2>`,
    `<ul class="warnings">${items.join("")}</ul>`,
    ...(left > 0 ? [`<p class="note">… and ${left} more; --format json has all of them.</p>`] : []),
    "</section>",
  ];
}

const lanes = (timeline: Timeline): string[] => [LANES_TOP, legend(timeline), LANES];

const LANES_TOP = `<section class="lanes-section" aria-labelledby="lanes-title" hidden>
<h2 id="lanes-title">Runs</h2>
<form id="filters" role="search" aria-label="Filter triggers">
<label>Name or resource <input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<label>Environment <select id="environment"></select></label>
<label>Namespace <select id="namespace"></select></label>
<label>Action <select id="action"></select></label>
<label>State <select id="state"></select></label>
<output id="matches" for="search environment namespace action state"></output>
</form>
<div class="toolbar" role="toolbar" aria-label="Window shown">
<button type="button" id="earlier" aria-label="Earlier">&#9664;</button>
<button type="button" id="later" aria-label="Later">&#9654;</button>
<span class="zooms"><button type="button" data-zoom="all">All</button><button type="button" data-zoom="604800000">Week</button><button type="button" data-zoom="86400000">Day</button><button type="button" data-zoom="3600000">Hour</button><button type="button" data-zoom="300000">Minutes</button></span>
<button type="button" id="zoom-in" aria-label="Zoom in">+</button>
<button type="button" id="zoom-out" aria-label="Zoom out">&minus;</button>
<span id="shown"></span>
</div>
<canvas id="overview" height="46" aria-hidden="true"></canvas>`;

const LANES = `<div id="lanes" tabindex="0" role="application" aria-roledescription="timeline" aria-describedby="keys">
<div id="spacer"><canvas id="canvas" aria-hidden="true"></canvas></div>
</div>
<p id="keys" class="note">Up and Down: trigger. Left and Right: its previous and next run. + and &minus;: zoom. Drag to move, Ctrl and wheel to zoom. A name with ~ changes with the next up: its thin marks show what is live now. A name with + is not live yet, with ? it is live but not declared, with ! it has a warning. The tables below contain the same data.</p>
<div id="live" role="status" aria-live="polite" class="unseen"></div>
<div id="tip" role="tooltip" hidden></div>
</section>`;

function busiest(timeline: Timeline, { busiest: minutes }: Density): string[] {
  if (minutes.length === 0) return [];
  const items = minutes.map(({ at, triggers, days, rows }) => {
    const { time, day } = localTime(timeline.zone, at);
    const when = days === 1 ? day : `on ${days} days, first ${day}`;
    const names = rows.slice(0, 12).map((row) => markup(nameIn(timeline, row)));
    const more = rows.length > names.length ? ` and ${rows.length - names.length} more` : "";
    return `<li><button type="button" data-at="${at}">${time.slice(0, 5)}</button> <b>${triggers} triggers</b> ${when}: ${names.join(", ")}${more}</li>`;
  });
  return [
    '<section aria-labelledby="busiest-title">',
    '<h2 id="busiest-title">Busiest minutes</h2>',
    `<ul class="busiest">${items.join("")}</ul>`,
    "</section>",
  ];
}

/** Embedded as an image, so that its style and ids do not affect the page. */
const heatMap = (timeline: Timeline): string[] => [
  '<section aria-labelledby="hours-title">',
  '<h2 id="hours-title">Runs by hour and day</h2>',
  `<img class="heat" alt="Heat map of runs by hour and day; the tables below show the same data." src="data:image/svg+xml,${encodeURIComponent(timelineSvg(timeline)).replaceAll("'", "%27")}">`,
  "</section>",
];
