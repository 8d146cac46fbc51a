import picomatch from "picomatch";
import type { Service } from "../service/service";
import type { Namespace } from "../service/store";
import type { Operation, ReadFault } from "./fault";
import { Gate } from "./held-requests";
import { Shift } from "./list-page";

/** What is known about a request when it arrives. */
export interface Arrival {
  method: string;
  path: string;
  /** Undefined if no API call has this method and path. */
  operation: Operation | undefined;
  /** Undefined if the request names no existing namespace. */
  namespace: Namespace | undefined;
  /** The path parameter, such as the trigger_id of a call on a trigger. */
  id: string | undefined;
}

/** An active fault, with its defaults filled in. */
export type FaultView = {
  /** Id of the fault, for `faults.remove`. */
  id: number;
  /** Number of requests that the fault matched. */
  matched: number;
  /** Number of requests that the fault was injected into. */
  injected: number;
} & ReadFault;

/** The active faults, and the service that they act on. */
export interface FaultsAtWork {
  readonly service: Service;
  /** Aborts all waits of faults. */
  readonly signal: AbortSignal;
  /** In the order they were added. */
  readonly all: readonly ArmedFault[];
}

/** An active fault. It counts the requests that it matches and decides which of them it is injected into. */
export class ArmedFault {
  /** Where `hold` makes requests wait. */
  readonly gate = new Gate();
  /** What `duplicate_ids` remembers of earlier pages. */
  readonly shift = new Shift();
  private matched = 0;
  private injected = 0;
  private readonly chance: () => number;
  private readonly fitsPath: (path: string) => boolean;

  constructor(
    readonly id: number,
    readonly fault: ReadFault,
  ) {
    this.chance = sequence(fault.seed);
    this.fitsPath = fault.path === undefined ? () => true : picomatch(fault.path, { dot: true });
  }

  /** Called once for each request that the fault could be injected into. Returns true if it must be injected. */
  strikes(arrival: Arrival): boolean {
    const { after, times, probability } = this.fault;
    if (this.gate.open || !this.selects(arrival)) return false;
    this.matched += 1;
    if (this.matched <= after || (times !== undefined && this.injected >= times)) return false;
    if (this.chance() >= probability) return false;
    this.injected += 1;
    return true;
  }

  /** A number from 0 up to a bound, from the fault's own random sequence. */
  upTo(bound: number): number {
    return bound === 0 ? 0 : this.chance() * bound;
  }

  view(): FaultView {
    return { id: this.id, ...this.fault, matched: this.matched, injected: this.injected };
  }

  private selects({ method, path, operation, namespace }: Arrival): boolean {
    const wanted = this.fault;
    if (wanted.method !== undefined && wanted.method !== method) return false;
    if (wanted.operation && !wanted.operation.some((one) => one === operation)) return false;
    const { namespace: space } = wanted;
    if (space !== undefined && space !== namespace?.name && space !== namespace?.id) return false;
    return this.fitsPath(path);
  }
}

/** Pseudo-random numbers from 0 to 1, repeatable by seed (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
