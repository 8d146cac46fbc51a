// The tables of a run, in Markdown. Times are multiples of the do-nothing provider's time in the same run. Seconds
// depend on the machine; they are in bench/results/results.json, together with the machine.
import { goalsOf } from "../goals/goals.mjs";
import { OPERATIONS } from "../operations.mjs";
import { PEERS } from "../peers.mjs";
import { Rows } from "./rows.mjs";

/** The generated parts of the page, by the command that writes them. */
const MADE = {
  bench: ["<!-- bench: made by `npm run bench`, do not edit -->", "<!-- bench: end -->"],
  stores: ["<!-- stores: made by `npm run bench:stores`, do not edit -->", "<!-- stores: end -->"],
};

/** `counted`: only counts, no times. */
export function report(results, { counted = false } = {}) {
  const { rows, skipped, cold, work } = results;
  const found = new Rows(rows);
  return [
    machineText(results),
    ...(skipped ?? []).map(
      ({ peer, why }) =>
        `Not measured: ${PEERS[peer].title}, because there is ${why.replace(/^there is /, "")}.`,
    ),
    ...(counted ? [] : [goalsText(results)]),
    ...found.plans.flatMap((plan) => sectionsOf(found, plan, counted)),
    cold && coldText(cold),
    work && workText(work),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The page with the tables between the markers. `part`: a key of {@link MADE}. */
export function withMarkers(page, tables, part = "bench") {
  const [begin, end] = MADE[part];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`the page has no ${begin} … ${end}`);
  return `${before}${begin}\n\n${tables}\n\n${end}${after}`;
}

function sectionsOf(found, plan, counted) {
  const limit = plan === "none" ? "" : `, plan ${plan}`;
  return found.counts.flatMap((n) => {
    const latencies = found.latenciesOf(n, plan);
    if (latencies.length === 0) return [];
    const at = { n, plan, latencyMs: latencies[0] };
    const timed = () => [
      ...latencies.map((latencyMs) =>
        table(found, `time, ${latencyMs} ms latency`, { ...at, latencyMs }, (row, base) =>
          ratioCell(row, base, "wallMs"),
        ),
      ),
      table(found, "CPU time", at, (row, base) => ratioCell(row, base, "cpuMs")),
      table(found, "memory of the provider, MB", at, memoryCell),
    ];
    return [
      `### ${n.toLocaleString("en")} triggers${limit}`,
      table(found, "requests", at, requestsCell),
      ...(counted ? [] : timed()),
      stateTable(found, at),
    ].filter(Boolean);
  });
}

/** Operations in rows, peers in columns. `cellOf` receives the row and the one it is compared with. */
function table(found, title, at, cellOf) {
  const peers = found.peersAt(at);
  const lines = OPERATIONS.flatMap(({ name, title: operation }) => {
    const rows = peers.map((peer) => found.get({ ...at, peer, operation: name }));
    if (!rows.some(Boolean)) return [];
    const cells = rows.map((row) => (row ? (outcomeText(row) ?? cellOf(row, found.baseOf(row))) : "–"));
    return [[operation, ...cells]];
  });
  return lines.length === 0 ? undefined : markdown([title, ...peers.map((peer) => PEERS[peer].title)], lines);
}

function outcomeText({ outcome, why }) {
  // A stopped command has a time, too, if only a minimum.
  if (outcome === "done" || outcome === "stopped") return undefined;
  return outcome === "refused" ? why : outcome;
}

/** The requests, and how many minutes they take at least if the service accepts 60 per minute. */
function requestsCell({ outcome, requests, finds }) {
  const minutes = Math.floor((requests.total - 1) / 60);
  const text = minutes > 0 ? `${requests.total} (${minutes} min)` : String(requests.total);
  const unseen = finds === false ? ", not found" : "";
  return outcome === "stopped" ? `over ${requests.total}, stopped` : `${text}${unseen}`;
}

function ratioCell(row, base, part) {
  if (!base?.[part] || row[part] === null) return row.outcome === "stopped" ? "stopped" : "–";
  const ratio = row[part] / base[part];
  const text = `${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio)}×`;
  const stopped = [row, base].map(({ outcome }) => outcome === "stopped");
  if (stopped[0]) return stopped[1] ? "stopped" : `over ${text}, stopped`;
  if (!stopped[1]) return text;
  // The CPU time of a stopped operation is incomplete, so a multiple of it says nothing.
  return part === "cpuMs" ? "–" : `under ${text}`;
}

const memoryCell = ({ memory }) => (memory?.provider ? String(Math.round(memory.provider / 1e6)) : "–");

function stateTable(found, at) {
  const peers = found.peersAt(at).filter((peer) => found.get({ ...at, peer, operation: "up" })?.state?.each);
  if (peers.length === 0) return undefined;
  const states = peers.map((peer) => found.get({ ...at, peer, operation: "up" }).state);
  return markdown(
    ["state, bytes per trigger", ...peers.map((peer) => PEERS[peer].title)],
    [
      ["all", ...states.map(({ each }) => each)],
      ["in addition to the engine's own record", ...states.map(({ provided }) => provided)],
    ],
  );
}

function goalsText(results) {
  const lines = goalsOf(results).map((each) => [each.goal, each.measured, metText(each)]);
  return lines.length === 0 ? undefined : `### Goals\n\n${markdown(["goal", "measured", "met"], lines)}`;
}

function metText({ met, isPartial }) {
  if (!met) return "**no**";
  return isPartial ? "in part" : "yes";
}

function coldText(cold) {
  const lines = cold.map(({ command, ratio, runs }) => [`\`${command}\``, `${ratio.toFixed(2)}×`, runs]);
  return `### Cold start\n\n${markdown(["command", "time, relative to `node -e 0`", "runs (median)"], lines)}`;
}

const WORK = ["validate", "resolve", "diff", "all", "read"];

function workText(work) {
  const lines = work.map(({ n, msEach }) => [
    n.toLocaleString("en"),
    ...WORK.map((part) => (msEach[part] / work[0].msEach.all).toFixed(2)),
  ]);
  const head = ["triggers", "validate", "resolve", "diff", "all three", "not included: reading YAML"];
  return `### Our own work per trigger\n\nTime per trigger in one process, relative to all three steps at ${work[0].n.toLocaleString("en")} triggers. A figure of at most 1 means that the work grows no\nfaster than the number of triggers.\n\n${markdown(head, lines)}`;
}

export function machineText({ machine, run }) {
  const { cpu, cores, memoryGb, platform, node, pulumi, terraform } = machine;
  const versions = [`Node ${node}`, `Pulumi ${pulumi}`, terraform && `Terraform ${terraform}`].filter(
    Boolean,
  );
  return `Run of ${run.slice(0, 10)} on ${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}; ${versions.join(", ")}.`;
}

export function markdown(head, lines) {
  const rows = [head, head.map((_, index) => (index === 0 ? "---" : "--:")), ...lines];
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
