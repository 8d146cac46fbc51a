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

  /** Aborted when the emulator closes, which ends all waits of faults. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /**
   * Activates a fault or a list of faults.
   * @throws ApiError 422 if one is invalid; then none is added
   */
  add(given: unknown): FaultView[] {
    return this.arm(given).map((one) => one.view());
  }

  list(): FaultView[] {
    return this.armed.map((one) => one.view());
  }

  /** Removes all faults: held requests continue, and lists show everything. */
  async clear(): Promise<void> {
    const ended = this.armed;
    this.armed = [];
    this.service.lag.clear();
    await Promise.all(ended.map((one) => one.gate.release()));
  }

  /** Removes one fault; throws ApiError 404. */
  remove(id: number): Promise<void> {
    const ended = this.find(id);
    this.armed = this.armed.filter((one) => one !== ended);
    return ended.gate.release();
  }

  /** Holds the next matching request, before or after it is handled. */
  hold(selection: Selection & { at?: "before" | "after" }): Held {
    const [armed] = this.arm({ times: 1, ...selection, kind: "hold" } satisfies Fault);
    return armed!.gate;
  }

  /** Releases or drops all requests that a hold has stopped; throws ApiError 404. */
  settle(id: number, verdict: Verdict): Promise<void> {
    return this.find(id).gate[verdict]();
  }

  /** The faults' effect on one request. */
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
    // Creates a new list, because an exchange may be iterating over the old one.
    this.armed = [...this.armed, ...added];
    return added;
  }

  private find(id: number): ArmedFault {
    const found = this.armed.find((one) => one.id === id);
    if (!found) throw notFound("Fault", String(id));
    return found;
  }
}
