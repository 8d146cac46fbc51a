// Measures this package and its peers on this machine, against the project's own emulator.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { measureCold, measureWork } from "./alone.mjs";
import { runCell } from "./cell.mjs";
import { differences, factsOf } from "./goals/expected.mjs";
import { findEngine, machineFacts, ROOT } from "./machine.mjs";
import { stopAll } from "./measure.mjs";
import { readOptions, USAGE, UsageError } from "./options.mjs";
import { PEERS } from "./peers.mjs";
import { plot } from "./report/plot.mjs";
import { report, withMarkers } from "./report/report.mjs";

const RESULTS = join(ROOT, "bench/results/results.json");
const EXPECTED = join(ROOT, "bench/results/expected.json");
const PAGE = join(ROOT, "docs/performance.md");
const PLOT = join(ROOT, "bench/results/results.svg");
const PICTURE = "![Requests and time by number of triggers](../bench/results/results.svg)";

const tell = (line) => process.stderr.write(`${line}\n`);

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return process.stdout.write(USAGE);
  const isWhole = !options.quick && !options.isSelection;
  const out = options.out ?? (isWhole || options.merge || options.report ? RESULTS : undefined);
  if (options.report) return publish(read(out));
  const results = await run(options, out);
  process.stdout.write(`${report(results, { counted: options.quick })}\n`);
  if (isWhole && out === RESULTS) publish(results);
  const failed = results.rows.filter((row) => row.run === results.run && row.outcome === "failed");
  for (const { peer, n, operation, why, tail } of failed)
    tell(`\nfailed: ${peer} N=${n} ${operation}: ${why}\n${tail.trim()}`);
  if (failed.length > 0) process.exitCode = 1;
  if (options.quick) hold(results, options);
}

async function run(options, out) {
  const engine = await findEngine();
  const started = new Date().toISOString();
  const kept = options.merge && out ? read(out) : { rows: [] };
  const results = { ...kept, run: started, machine: machineFacts(engine), rows: [...kept.rows] };
  // Results are saved as they come, so that ending a long run does not lose them.
  const keep = () => {
    if (!out) return;
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
  };
  const wants = (part) => options.parts?.includes(part) ?? true;
  if (wants("cold")) results.cold = await measureCold(engine);
  if (wants("work")) results.work = measureWork();
  keep();
  const peers = presentPeers(options, results);
  for (const cell of cellsOf(options, peers)) {
    await runCell({ ...cell, ...options, engine }, (row) => {
      const isSame = (other) => KEYS.every((key) => other[key] === row[key]);
      results.rows = [...results.rows.filter((other) => !isSame(other)), { run: started, ...row }];
      keep();
    });
  }
  return results;
}

/** The fields that identify a row. */
const KEYS = ["peer", "n", "latencyMs", "plan", "operation"];

/** The selected peers that are available on this machine. Prints one line for each that is not. */
function presentPeers(options, results) {
  results.skipped = [];
  const isAsked = (name) => options.parts?.includes(name) ?? true;
  return Object.entries(PEERS).flatMap(([name, peer]) => {
    if (!isAsked(name)) return [];
    const found = peer.needs?.(options.restapi);
    if (!found?.missing) return [{ name, found, ...peer }];
    results.skipped.push({ peer: name, why: found.missing });
    tell(`skipped: ${name}: ${found.missing}`);
    return [];
  });
}

function cellsOf({ counts, latenciesFor, repeatFor, plan }, peers) {
  if (peers.length === 0) return [];
  return counts.flatMap((count, index) =>
    latenciesFor(count).map((latency) => ({
      count,
      latency,
      plan,
      repeat: repeatFor(count),
      // A peer without triggers and API calls depends on neither their number nor the latency.
      peers: peers.filter(
        ({ name }) => name !== "empty" || (index === 0 && latency === latenciesFor(count)[0]),
      ),
    })),
  );
}

/** Checks that requests and bytes are as expected. Times never fail a run. */
function hold(results, { update, isSelection }) {
  const facts = factsOf(results);
  const expected = isSelection ? read(EXPECTED) : {};
  if (update) {
    writeFileSync(EXPECTED, `${JSON.stringify({ ...expected, ...facts }, null, 2)}\n`);
    return tell(`wrote ${EXPECTED}`);
  }
  // If only a part was selected, the rest does not count as a difference.
  const asked = isSelection
    ? Object.fromEntries(Object.keys(facts).map((key) => [key, expected[key]]))
    : read(EXPECTED);
  const found = differences(asked, facts);
  for (const line of found) tell(`different: ${line}`);
  tell(found.length === 0 ? "requests and bytes are as expected" : "--update writes these as expected");
  if (found.length > 0) process.exitCode = 1;
}

function publish(results) {
  writeFileSync(PLOT, plot(results));
  writeFileSync(PAGE, withMarkers(readFileSync(PAGE, "utf8"), `${PICTURE}\n\n${report(results)}`));
  tell(`wrote ${PAGE} and ${PLOT}`);
}

const read = (file) => JSON.parse(readFileSync(file, "utf8"));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    stopAll();
    process.exit(130);
  });
}

main().catch((error) => {
  tell(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.stack);
  process.exitCode = 1;
});
