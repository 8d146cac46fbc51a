import { notFound } from "../model/errors";
import type { Service } from "../service/service";
import { ArmedFault, type Arrival, type FaultsAtWork, type FaultView } from "./armed-fault";
import { Exchange } from "./exchange";
import { type Fault, readFaults, type Selection } from "./fault";
import type { Held, Verdict } from "./held-requests";

/** The active faults, in the order in which they were added. */
export class Faults implements FaultsAtWork {
  private armed: ArmedFault[] = [];
  private lastId = 0;
  private readonly stopping = new AbortController();

  constructor(readonly service: Service) {}

  /** Aborted when the emulator closes: a wait that a fault asked for ends with it. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /**
   * Puts a fault to work, or a list of them.
   * @throws ApiError 422 where one is not valid; then none of them is added
   */
  add(given: unknown): FaultView[] {
    return this.arm(given).map((one) => one.view());
  }

  list(): FaultView[] {
    return this.armed.map((one) => one.view());
  }

  /** Ends all faults: held requests go on, lists show everything. */
  async clear(): Promise<void> {
    const ended = this.armed;
    this.armed = [];
    this.service.lag.clear();
    await Promise.all(ended.map((one) => one.gate.release()));
  }

  /** Ends one fault; throws ApiError 404. */
  remove(id: number): Promise<void> {
    const ended = this.find(id);
    this.armed = this.armed.filter((one) => one !== ended);
    return ended.gate.release();
  }

  /** Holds the next request that fits, before or after it is handled. */
  hold(selection: Selection & { at?: "before" | "after" }): Held {
    const [armed] = this.arm({ times: 1, ...selection, kind: "hold" } satisfies Fault);
    return armed!.gate;
  }

  /** Gives its verdict to all that a hold has stopped; throws ApiError 404. */
  settle(id: number, verdict: Verdict): Promise<void> {
    return this.find(id).gate[verdict]();
  }

  /** What the faults do to one request. */
  exchange(arrival: Arrival): Exchange {
    return new Exchange(this, arrival);
  }

  get all(): readonly ArmedFault[] {
    return this.armed;
  }

  /** Ends all waits; held requests are dropped. */
  stop(): void {
    this.stopping.abort();
    for (const one of this.armed) void one.gate.drop();
  }

  private arm(given: unknown): ArmedFault[] {
    const added = readFaults(given).map((fault) => {
      this.lastId += 1;
      return new ArmedFault(this.lastId, fault);
    });
    // A new list each time, as an exchange may be going through the old one.
    this.armed = [...this.armed, ...added];
    return added;
  }

  private find(id: number): ArmedFault {
    const found = this.armed.find((one) => one.id === id);
    if (!found) throw notFound("Fault", String(id));
    return found;
  }
}
