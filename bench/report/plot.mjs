// What grows with the number of triggers, as a static SVG that is readable in light and dark mode.
import { PEERS } from "../peers.mjs";
import { Rows } from "./rows.mjs";

const WIDTH = 380;
const HEIGHT = 300;
const MARGIN = { left: 56, right: 28, top: 36, bottom: 40 };
const GAP = 24;

/**
 * Colours with enough contrast on white and on black. The marks differ, too, for readers who cannot tell colours apart.
 */
const LOOKS = {
  floor: { color: "#8a8f98", mark: "circle" },
  equal: { color: "#b58900", mark: "circle" },
  "ours-yaml": { color: "#1f8f5f", mark: "square" },
  "ours-ts": { color: "#2f81d7", mark: "diamond" },
  naive: { color: "#d9730d", mark: "triangle" },
  terraform: { color: "#9a5bd0", mark: "cross" },
  "terraform-3": { color: "#c2416b", mark: "plus" },
};

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.grid { stroke: #d0d7de; stroke-width: 1; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #3d444d; } }`;

export function plot({ rows }) {
  const found = new Rows(rows);
  const latency = mostMeasured(rows);
  const panels = [
    {
      title: "Requests, up with nothing to do",
      points: pointsOf(rows, 0, ({ requests }) => requests.total),
    },
    {
      title: `Time of it, × do-nothing provider (${latency} ms)`,
      points: pointsOf(rows, latency, (row) => row.wallMs / found.baseOf(row)?.wallMs),
    },
  ];
  const peers = Object.keys(LOOKS).filter((peer) => panels.some(({ points }) => points[peer]?.length > 0));
  const legendTop = HEIGHT + 8;
  const height = legendTop + 20 * Math.ceil(peers.length / 3) + 8;
  const width = 2 * WIDTH + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Requests and time by number of triggers">`,
    `<style>${STYLE}</style>`,
    ...panels.map((panel, index) => panelOf(panel, index * (WIDTH + GAP))),
    ...peers.map((peer, index) =>
      legendOf(peer, MARGIN.left + (index % 3) * 250, legendTop + 20 * Math.floor(index / 3)),
    ),
    "</svg>",
    "",
  ].join("\n");
}

/** The latency that was measured with the most different numbers of triggers: a single number makes no line. */
function mostMeasured(rows) {
  const counts = new Map();
  for (const { latencyMs, n, operation } of rows)
    if (operation === "noop") counts.set(latencyMs, (counts.get(latencyMs) ?? new Set()).add(n));
  const inOrder = [...counts].sort(([a, own], [b, other]) => other.size - own.size || b - a);
  return inOrder[0]?.[0] ?? 0;
}

function pointsOf(rows, latencyMs, measureOf) {
  const points = {};
  for (const peer of Object.keys(LOOKS)) {
    const own = rows.filter(
      (row) =>
        row.peer === peer &&
        row.operation === "noop" &&
        row.plan === "none" &&
        row.latencyMs === latencyMs &&
        row.outcome === "done",
    );
    points[peer] = own
      .map((row) => ({ n: row.n, value: measureOf(row) }))
      .filter(({ value }) => value > 0 && Number.isFinite(value))
      .sort((a, b) => a.n - b.n);
  }
  return points;
}

/** Both axes are logarithmic, in whole powers of ten. */
function panelOf({ title, points }, left) {
  const all = Object.values(points).flat();
  const xs = powers(all.map(({ n }) => n));
  const ys = powers([1, ...all.map(({ value }) => value)]);
  const x = (n) => left + MARGIN.left + at(n, xs) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value) => HEIGHT - MARGIN.bottom - at(value, ys) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const right = left + WIDTH - MARGIN.right;
  return [
    `<text class="title" x="${left + MARGIN.left}" y="18">${title}</text>`,
    ...ys.map(
      (value) =>
        `<line class="grid" x1="${left + MARGIN.left}" y1="${y(value)}" x2="${right}" y2="${y(value)}"/>` +
        `<text x="${left + MARGIN.left - 8}" y="${y(value) + 4}" text-anchor="end">${label(value)}</text>`,
    ),
    ...xs.map(
      (n) => `<text x="${x(n)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${label(n)}</text>`,
    ),
    `<text x="${(left + MARGIN.left + right) / 2}" y="${HEIGHT - 4}" text-anchor="middle">triggers</text>`,
    ...Object.entries(points).flatMap(([peer, own]) => {
      const { color, mark } = LOOKS[peer];
      const line = own.map(({ n, value }) => `${round(x(n))},${round(y(value))}`).join(" ");
      return [
        `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="2"/>`,
        ...own.map(({ n, value }) => MARKS[mark](round(x(n)), round(y(value)), color)),
      ];
    }),
  ].join("\n");
}

const legendOf = (peer, x, y) =>
  `${MARKS[LOOKS[peer].mark](x, y, LOOKS[peer].color)}<text x="${x + 12}" y="${y + 4}">${PEERS[peer].title}</text>`;

const MARKS = {
  circle: (x, y, color) => `<circle cx="${x}" cy="${y}" r="4" fill="${color}"/>`,
  square: (x, y, color) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="${color}"/>`,
  diamond: (x, y, color) => `<path d="M${x} ${y - 5}l5 5-5 5-5-5z" fill="${color}"/>`,
  triangle: (x, y, color) => `<path d="M${x} ${y - 5}l5 9h-10z" fill="${color}"/>`,
  plus: (x, y, color) => `<path d="M${x - 5} ${y}h10m-5-5v10" stroke="${color}" stroke-width="3"/>`,
  cross: (x, y, color) => `<path d="M${x - 4} ${y - 4}l8 8m0-8l-8 8" stroke="${color}" stroke-width="3"/>`,
};

/** The powers of ten that cover all values. At least two, since an axis needs a length. */
function powers(values) {
  const logs = values.map(Math.log10);
  const least = logs.length === 0 ? 0 : Math.floor(Math.min(...logs));
  const most = Math.max(least + 1, Math.ceil(Math.max(least, ...logs)));
  return Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index));
}

/** The position on the axis, from 0 to 1. */
function at(value, ticks) {
  const [first, last] = [Math.log10(ticks[0]), Math.log10(ticks.at(-1))];
  return (Math.log10(value) - first) / (last - first);
}

const label = (value) => (value >= 1 ? value.toLocaleString("en") : String(Number(value.toPrecision(1))));
const round = (value) => Math.round(value * 10) / 10;
