/** What becomes of a held request: it goes on, or its connection ends there. */
export type Verdict = "release" | "drop";

/** A request that a hold has stopped. */
export interface HeldRequest {
  method: string;
  path: string;
  /** Name of its namespace, null where it names none that exists. */
  namespace: string | null;
}

/**
 * A boundary that a test holds a request at, to look at the world or end the client exactly there.
 * Settling ends the hold: later requests pass.
 */
export interface Held {
  /** Resolves once a request is at the boundary. */
  readonly reached: Promise<HeldRequest>;
  /** Lets it go on; resolves when it is handled and its answer is given to the connection. */
  release(): Promise<void>;
  /** Ends its connection there: a request held before handling is never handled. Resolves when that is done. */
  drop(): Promise<void>;
}

/** Parks requests until one verdict is given for all of them. */
export class Gate implements Held {
  readonly reached: Promise<HeldRequest>;
  private arrived!: (request: HeldRequest) => void;
  private decide!: (verdict: Verdict) => void;
  private readonly verdict: Promise<Verdict>;
  private readonly finished: Promise<void>[] = [];
  private settled = false;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.arrived = resolve;
    });
    this.verdict = new Promise((resolve) => {
      this.decide = resolve;
    });
  }

  get open(): boolean {
    return this.settled;
  }

  /** @param finished resolves when the parked request is over. */
  park(request: HeldRequest, finished: Promise<void>): Promise<Verdict> {
    this.finished.push(finished);
    this.arrived(request);
    return this.verdict;
  }

  release(): Promise<void> {
    return this.settle("release");
  }

  drop(): Promise<void> {
    return this.settle("drop");
  }

  private async settle(verdict: Verdict): Promise<void> {
    this.settled = true;
    this.decide(verdict);
    await Promise.all(this.finished);
  }
}
