// Measurements without peers: the command's start-up time, and this package's own work on a set, without the engine and
// the service.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NAMESPACE, startEmulator } from "./emulated.mjs";
import { ROOT, SCRATCH } from "./machine.mjs";
import { writeRepository, yamlSession } from "./peers/ours-yaml.mjs";
import { bodies } from "./triggers.mjs";

const COLD_RUNS = 15;
const COLD_TRIGGERS = 10;
const WORK_RUNS = 3;
const WORK_COUNTS = [1000, 10_000];

const MAIN = join(ROOT, "dist/cli/main.js");

/** Runs are interleaved, so that a slowdown of the machine affects all alike. Medians, and ratios to `node -e 0`. */
export async function measureCold(engine) {
  const folder = join(SCRATCH, `cold-${process.pid}`);
  const emulator = await startEmulator({ latency: 0, plan: "none" });
  try {
    const session = yamlSession({
      folder,
      env: { ...process.env, CI: "", ...emulator.env },
      namespace: NAMESPACE,
      engine,
    });
    const { cwd, env, args: up } = session.command("up");
    // One trigger per file.
    for (const body of bodies(COLD_TRIGGERS, "first")) writeRepository(cwd, [body], NAMESPACE, body.name);
    timed(up, { cwd, env });
    const commands = {
      "node -e 0": ["-e", "0"],
      "mixpeek-triggers --help": [MAIN, "--help"],
      "mixpeek-triggers validate, 10 files": [MAIN, "validate"],
      "mixpeek-triggers preview, 10 files": session.command("preview").args,
    };
    const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
    for (let run = 0; run <= COLD_RUNS; run++) {
      for (const [name, args] of Object.entries(commands)) {
        const ms = timed(args, { cwd, env });
        // The first run only fills the disk cache.
        if (run > 0) times[name].push(ms);
      }
      process.stderr.write(`cold ${run}/${COLD_RUNS}\n`);
    }
    const base = median(times["node -e 0"]);
    return Object.entries(times).map(([command, all]) => {
      const wallMs = median(all);
      return { command, runs: all.length, wallMs: round(wallMs), ratio: round(wallMs / base) };
    });
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(args, where) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...where, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Milliseconds per trigger. If the work were more than linear, each trigger of the larger set would cost more. */
export function measureWork() {
  return WORK_COUNTS.map((count) => {
    const [few, repository] = ["few", "work"].map((name) => join(SCRATCH, `${name}-${process.pid}`));
    try {
      for (const [folder, size] of [
        [few, COLD_TRIGGERS],
        [repository, count],
      ]) {
        writeRepository(folder, bodies(size, "first"), "dev");
        nameResources(folder);
      }
      const runs = Array.from({ length: WORK_RUNS }, () => workOf(few, repository));
      process.stderr.write(`work N=${count}\n`);
      const each = (part) => round(median(runs.map((run) => run[part])) / count);
      const [read, validate, resolve, diff] = ["read", "validate", "resolve", "diff"].map(each);
      const all = round(validate + resolve + diff);
      return { n: count, runs: WORK_RUNS, msEach: { read, validate, resolve, diff, all } };
    } finally {
      for (const folder of [few, repository]) rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Replaces ids with names. Otherwise there would be nothing to resolve. */
function nameResources(repository) {
  const folder = join(repository, "triggers");
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(
      join(folder, file),
      text.replaceAll(/"(clust|ret|tax|col)_dev_(\w+)"/g, (_, kind, name) => {
        return `"\${${KINDS[kind]}:${name.replaceAll("_", "-")}}"`;
      }),
    );
  }
}

const KINDS = { clust: "cluster", ret: "retriever", tax: "taxonomy", col: "collection" };

function workOf(few, repository) {
  const args = [join(ROOT, "bench/work.cjs"), few, repository, "environments/prod.yaml"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`bench/work.cjs ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function median(values) {
  const inOrder = [...values].sort((a, b) => a - b);
  return inOrder[Math.floor(inOrder.length / 2)];
}

const round = (value) => Math.round(value * 1000) / 1000;
