// Looks up the rows of a run by peer, cell and operation.
import { PEERS } from "../peers.mjs";

/** The operation to compare with if the do-nothing provider does not have this one. */
const BASE = { plan: "preview" };

export class Rows {
  #rows;

  constructor(rows) {
    this.#rows = rows;
  }

  get counts() {
    const counts = this.#rows.filter(({ peer }) => peer !== "empty").map(({ n }) => n);
    return [...new Set(counts)].sort((a, b) => a - b);
  }

  get plans() {
    return [...new Set(this.#rows.map(({ plan }) => plan))];
  }

  latenciesOf(n, plan) {
    const latencies = this.#rows
      .filter((row) => row.n === n && row.plan === plan)
      .map(({ latencyMs }) => latencyMs);
    return [...new Set(latencies)].sort((a, b) => a - b);
  }

  peersAt({ n, plan, latencyMs }) {
    return Object.keys(PEERS).filter((peer) =>
      this.#rows.some(
        (row) => row.peer === peer && row.n === n && row.plan === plan && row.latencyMs === latencyMs,
      ),
    );
  }

  get(wanted) {
    return this.#rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === value));
  }

  all(wanted) {
    return this.#rows.filter(wanted);
  }

  /** The do-nothing provider's row of the same run: different runs are not comparable. */
  baseOf({ run, n, latencyMs, plan, operation }) {
    const base = this.get({
      peer: "floor",
      run,
      n,
      latencyMs,
      plan,
      operation: BASE[operation] ?? operation,
    });
    return base?.outcome === "done" || base?.outcome === "stopped" ? base : undefined;
  }
}
