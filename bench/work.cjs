// Our own work on a set, without engine and service, in a process of its own: read and validate, resolve, diff. Prints
// the milliseconds of each.
const { loadSet } = require("../dist/files/load.js");
const { rootOf } = require("../dist/files/read.js");
const { resolveAll } = require("../dist/resolve.js");
const { planSet } = require("../dist/core/set-plan.js");
const { stateOf } = require("../dist/core/state.js");
const { Snapshot } = require("../dist/api/live.js");

const [, , folder, environment] = process.argv;

function timed(work) {
  const start = process.hrtime.bigint();
  const result = work();
  return { result, ms: Number(process.hrtime.bigint() - start) / 1e6 };
}

/** The trigger as the service would answer it. */
const liveOf = (desired, index) => ({
  trigger_id: `trg_${String(index).padStart(16, "0")}`,
  namespace_id: "ns_dev",
  ...desired,
  status: desired.status ?? "active",
  created_at: "2026-01-01T00:00:00.000Z",
  health: {},
});

(async () => {
  const loaded = timed(() => loadSet({ root: rootOf(folder), environment, env: {} }));
  const { declarations, issues } = loaded.result;
  if (issues.length > 0) throw new Error(issues[0].message);
  const found = { id: (kind) => `${kind}_1`, names: () => [] };
  const start = process.hrtime.bigint();
  const { triggers } = await resolveAll(declarations, () => ({ find: async () => found }), undefined);
  const resolveMs = Number(process.hrtime.bigint() - start) / 1e6;
  const live = triggers.map(liveOf);
  const remembered = triggers.map((each, index) => ({
    triggerId: live[index].trigger_id,
    state: stateOf(each, live[index]),
  }));
  const namespaces = new Map([["dev", new Snapshot(live, () => true)]]);
  const planned = timed(() => planSet(triggers, { namespaces, remembered, now: new Date() }));
  const changed = planned.result.triggers.filter(({ op }) => op !== "none").length;
  if (changed > 0 || planned.result.triggers.length === 0)
    throw new Error(`${changed} triggers differ from themselves`);
  process.stdout.write(
    JSON.stringify({ n: triggers.length, validate: loaded.ms, resolve: resolveMs, diff: planned.ms }),
  );
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
