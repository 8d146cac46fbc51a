// This package's own work on a set, without the engine and the service, in a separate process: read, validate, resolve,
// diff. Prints the milliseconds of each step. A set of ten runs first, so that one-time loading does not count.
const { desiredSet } = require("../dist/core/definitions/desired-set.js");
const { loadDefinitions, loadEnvironment } = require("../dist/files/load.js");
const { rootOf } = require("../dist/files/read.js");
const { resolveAll } = require("../dist/resolve.js");
const { planSet } = require("../dist/core/plan/set-plan.js");
const { stateOf } = require("../dist/core/diff/trigger-state.js");
const { Snapshot } = require("../dist/api/snapshot.js");

const [, , first, folder, environment] = process.argv;

function timed(work) {
  const start = process.hrtime.bigint();
  const result = work();
  return { result, ms: Number(process.hrtime.bigint() - start) / 1e6 };
}

/** The trigger as the service would return it. */
const liveOf = (desired, index) => ({
  trigger_id: `trg_${String(index).padStart(16, "0")}`,
  namespace_id: "ns_dev",
  ...desired,
  status: desired.status ?? "active",
  created_at: "2026-01-01T00:00:00.000Z",
  health: {},
});

async function workOn(folder) {
  const options = { root: rootOf(folder), env: {} };
  const read = timed(() => [loadDefinitions(options), loadEnvironment(environment, options)]);
  const validated = timed(() => desiredSet(...read.result));
  const { declarations, issues } = validated.result;
  if (issues.length > 0) throw new Error(issues[0].message);
  const found = { id: (kind) => `${kind}_1`, names: () => [] };
  const start = process.hrtime.bigint();
  const { triggers } = await resolveAll(declarations, () => ({ find: async () => found }), undefined);
  const resolveMs = Number(process.hrtime.bigint() - start) / 1e6;
  const live = triggers.map(liveOf);
  const remembered = triggers.map((each, index) => ({
    resource: each.name,
    triggerId: live[index].trigger_id,
    state: stateOf(each, live[index]),
  }));
  const namespaces = new Map([["dev", new Snapshot(live, () => true)]]);
  const planned = timed(() => planSet(triggers, { namespaces, remembered, now: new Date() }));
  const changed = planned.result.triggers.filter(({ op }) => op !== "none").length;
  if (changed > 0 || planned.result.triggers.length === 0)
    throw new Error(`${changed} triggers differ from themselves`);
  return { read: read.ms, validate: validated.ms, resolve: resolveMs, diff: planned.ms };
}

(async () => {
  await workOn(first);
  process.stdout.write(JSON.stringify(await workOn(folder)));
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
