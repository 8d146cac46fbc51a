// The cost of a state on a shared backend compared with a state in files: requests to the store, bytes and time.
// Run by `npm run bench:stores`, which starts the servers.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NAMESPACE, startEmulator } from "./emulated.mjs";
import { findEngine, machineFacts, ROOT, SCRATCH } from "./machine.mjs";
import { measure, stopAll } from "./measure.mjs";
import { yamlSession } from "./peers/ours-yaml.mjs";
import { startRelay } from "./relay.mjs";
import { publishStores } from "./report/stores-report.mjs";
import { bodies } from "./triggers.mjs";

const OPERATIONS = [
  { name: "up", stage: "first" },
  { name: "noop", stage: "first" },
  { name: "edit-one", stage: "one edited" },
];
const LATENCIES = [0, 30];
const TIMEOUT_MS = 600_000;

const FILES = { name: "file", label: "files", env: {} };

/** The servers that tools/backends.mjs started, each with its protocol. */
function stores() {
  const given = process.env.MIXPEEK_BACKENDS;
  if (given === undefined) throw new Error("no servers are running. Run this with npm run bench:stores");
  const protocols = { postgres: "postgres", azblob: "http", s3: "http" };
  return JSON.parse(given).map((store) => ({ ...store, protocol: protocols[store.name] }));
}

async function main() {
  const { values } = parseArgs({
    options: { n: { type: "string", default: "10,100,1000" }, out: { type: "string" } },
  });
  const engine = await findEngine();
  const found = stores();
  for (const { label, skipped } of found.filter((store) => store.skipped))
    process.stderr.write(`skipped: ${label}: ${skipped}\n`);
  const rows = [];
  for (const n of values.n.split(",").map(Number))
    for (const store of [FILES, ...found.filter(({ skipped }) => !skipped)])
      for (const latencyMs of store === FILES ? [0] : LATENCIES)
        rows.push(...(await measureStore({ store, n, latencyMs, engine })));
  const results = { run: new Date().toISOString(), machine: machineFacts(engine), rows };
  const out = values.out ?? join(ROOT, "bench/results/stores.json");
  writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
  if (values.out === undefined) publishStores(results);
}

/** Runs the operations in order, on a separate stack. */
async function measureStore({ store, n, latencyMs, engine }) {
  const folder = join(SCRATCH, `store-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const emulator = await startEmulator({ latency: 0, plan: "none" });
  const relay =
    store.protocol && (await startRelay({ ...addressOf(store.url), protocol: store.protocol, latencyMs }));
  try {
    const backend = relay ? { PULUMI_BACKEND_URL: through(store.url, relay.port) } : {};
    const env = { ...process.env, CI: "", ...emulator.env, ...store.env, ...backend };
    const session = yamlSession({ folder, env, namespace: NAMESPACE, engine });
    const rows = [];
    for (const { name, stage } of OPERATIONS) {
      session.write(bodies(n, stage));
      // Each set has its own project on the shared store.
      writeFileSync(
        join(session.repository, "Pulumi.yaml"),
        `name: bench-${n}-${latencyMs}\nruntime: nodejs\nmixpeek: { repository: bench/stores }\n`,
      );
      relay?.take();
      const { code, wallMs, tail } = await measure(session.command(name), TIMEOUT_MS);
      if (code !== 0) throw new Error(`${store.name} N=${n} ${name} ended with ${code}: ${tail}`);
      const counted = relay?.take() ?? { requests: 0, sent: 0, received: 0 };
      rows.push({ store: store.name, label: store.label, n, latencyMs, operation: name, wallMs, ...counted });
      process.stderr.write(
        `${store.name} N=${n} latency=${latencyMs} ${name}: ${(wallMs / 1000).toFixed(1)} s, ${counted.requests} requests\n`,
      );
    }
    return rows;
  } finally {
    await relay?.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ADDRESS = /127\.0\.0\.1:(\d+)/;

const addressOf = (url) => ({ host: "127.0.0.1", port: Number(ADDRESS.exec(url)[1]) });

const through = (url, port) => url.replace(ADDRESS, `127.0.0.1:${port}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    stopAll();
    process.exit(130);
  });
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
