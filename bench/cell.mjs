// One cell of the benchmark: a number of triggers and a kind of service. All peers run each operation before the next
// one starts, so that compared values are measured minutes apart, not hours.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NAMESPACE, startEmulator } from "./emulated.mjs";
import { SCRATCH } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { matches, OPERATIONS } from "./operations.mjs";
import { PEERS } from "./peers.mjs";
import { stateSize } from "./state.mjs";
import { bodies, DRIFTED, isEdited, nameOf, STAGES } from "./triggers.mjs";

/** If creating a set timed out, it is created again with these settings, so that the rest can be measured. */
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const SLOWEST_SETUP_MS = 30 * 60_000;

/**
 * Calls `onRow` with each measured operation. In: `{count, latency, plan, peers, operations, repeat, includes,
 * together, timeoutMs, engine}`; `together`: run all peers in parallel, for runs in which only counts matter.
 */
export async function runCell(cell, onRow) {
  const folder = join(SCRATCH, `run-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  const contestants = [];
  try {
    for (const peer of cell.peers)
      contestants.push(await Contestant.open(peer, cell, join(folder, peer.name)));
    for (const operation of OPERATIONS) {
      // The set has to be created even if that operation was not selected.
      const isWanted = cell.operations?.includes(operation.name) ?? true;
      if (!isWanted && operation.name !== "up") continue;
      const able = contestants.filter(
        ({ peer }) =>
          peer.operations.includes(operation.name) && cell.includes(peer.name, cell.count, operation.name),
      );
      const rounds = operation.repeatable ? cell.repeat : 1;
      const measured = new Map(able.map((contestant) => [contestant, []]));
      const run = async (contestant) => {
        measured.get(contestant).push(await contestant.run(operation));
      };
      for (let round = 0; round < rounds; round++) {
        if (cell.together) await Promise.all(able.map(run));
        else for (const contestant of able) await run(contestant);
      }
      for (const [contestant, runs] of measured)
        if (isWanted) onRow({ ...contestant.about, ...combined(runs) });
    }
  } finally {
    for (const { emulator } of contestants) await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of several runs, the one with the median time. */
function combined(runs) {
  const broken = runs.find(({ outcome }) => outcome !== "done");
  if (broken || runs.length === 1) return broken ?? runs[0];
  const inOrder = [...runs].sort((a, b) => a.wallMs - b.wallMs);
  return { ...inOrder[Math.floor((inOrder.length - 1) / 2)], wallsMs: runs.map(({ wallMs }) => wallMs) };
}

class Contestant {
  #stage = "first";
  #drifted = false;
  /** Why the remaining operations cannot be measured. */
  #out;

  static async open(peer, cell, folder) {
    const count = peer.name === "empty" ? 0 : cell.count;
    mkdirSync(folder, { recursive: true });
    const emulator = await startEmulator(cell);
    return new Contestant(peer, cell, folder, emulator, count);
  }

  constructor(peer, cell, folder, emulator, count) {
    Object.assign(this, { peer, cell, folder, emulator, count });
    this.about = { peer: peer.name, n: count, latencyMs: cell.latency, plan: cell.plan };
    this.#open();
  }

  #open() {
    this.session = PEERS[this.peer.name].open({
      folder: this.folder,
      env: { ...process.env, CI: "", ...this.emulator.env },
      namespace: NAMESPACE,
      engine: this.cell.engine,
      plan: this.cell.plan,
      found: this.peer.found,
    });
  }

  async run(operation) {
    const { name } = operation;
    if (this.#out) return { operation: name, outcome: "not run", why: this.#out };
    this.#stage = operation.stage ?? this.#stage;
    if (operation.drifts && !this.#drifted && this.peer.calls) {
      await this.emulator.edit(nameOf(0), { schedule_config: DRIFTED });
    }
    this.#drifted ||= operation.drifts === true;
    const definitions = bodies(this.count, this.#stage);
    this.session.write(definitions, this.#revisions());
    await this.emulator.forgetRequests();
    this.#tell(`${name} …`);
    const ran = await measure(this.session.command(name), this.cell.timeoutMs);
    const row = await this.#rowOf(operation, ran, definitions);
    this.#tell(
      `${name}: ${row.outcome}${row.why ? ` (${row.why})` : ""} ${seconds(row)}, ${row.requests?.total} requests`,
    );
    if (row.outcome === "stopped" && name === "up") await this.#makeAgain(definitions);
    else if (row.outcome !== "done") this.#out = `${name} was ${row.outcome}`;
    return row;
  }

  async #rowOf(operation, ran, definitions) {
    const { wallMs, cpuMs, memory } = ran;
    const requests = await this.emulator.requests();
    const { outcome, why, tail, finds } = await this.#judge(operation, ran, requests, definitions);
    const state =
      outcome === "done" && operation.name === "up" ? stateSize(this.session.state, this.count) : undefined;
    return {
      operation: operation.name,
      outcome,
      ...(why === undefined ? {} : { why }),
      ...(tail === undefined ? {} : { tail }),
      ...{ wallMs, cpuMs, memory, requests },
      ...(state ? { state } : {}),
      ...(finds === undefined ? {} : { finds }),
    };
  }

  /** A command can exit successfully without having done its work: the live triggers are checked. */
  async #judge(operation, ran, requests, definitions) {
    const { accepts = (_, code) => code === 0, finds } = this.session;
    const { plan } = this.cell;
    if (ran.stopped) return { outcome: "stopped", why: `after ${this.cell.timeoutMs / 1000} s` };
    if (!accepts(operation.name, ran.code)) {
      if (plan !== "none" && requests.refused > 0)
        return { outcome: "refused", why: `rate limit, after ${requests.total - requests.refused} requests` };
      return { outcome: "failed", why: `ended with ${ran.code}`, tail: ran.tail };
    }
    if (!this.peer.calls) return { outcome: "done" };
    const live = await this.emulator.live();
    if (operation.holds && !operation.holds(live, this.count, definitions))
      return { outcome: "failed", why: "the live triggers are not as declared", tail: ran.tail };
    if (!operation.finds) return { outcome: "done" };
    // An `up` must not only find the drift, but also fix it.
    const found = finds(ran) && (operation.name !== "drift-up" || matches(live, this.count, definitions));
    if (!found && this.peer.findsDrift)
      return { outcome: "failed", why: "the drift was not found", tail: ran.tail };
    return { outcome: "done", finds: found };
  }

  async #makeAgain(definitions) {
    this.#tell("making the set again without checkpoints, unmeasured");
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    this.emulator = await startEmulator(this.cell);
    this.#open();
    this.session.write(definitions, this.#revisions());
    const command = this.session.command("up");
    const env = { ...command.env, ...WITHOUT_CHECKPOINTS };
    const ran = await measure({ ...command, env }, SLOWEST_SETUP_MS);
    if (ran.code !== 0) this.#out = "the set could not be made";
  }

  /** The floor program's resources have revisions instead of definitions. */
  #revisions() {
    return Array.from({ length: this.count }, (_, index) => {
      const edited = isEdited(index, this.#stage) ? STAGES[this.#stage].minute : 0;
      const drifted = this.#drifted && index === 0 ? 1 : 0;
      return { name: nameOf(index), revision: this.#stage === "paused" ? 40 : edited || drifted };
    });
  }

  #tell(line) {
    const { count, cell } = this;
    process.stderr.write(`${this.peer.name} N=${count} latency=${cell.latency} plan=${cell.plan} ${line}\n`);
  }
}

const seconds = ({ wallMs }) => `${((wallMs ?? 0) / 1000).toFixed(2)} s`;
