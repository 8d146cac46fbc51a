/** What happens to a held request: it continues, or its connection ends. */
export type Verdict = "release" | "drop";

/** A request that is being held. */
export interface HeldRequest {
  /** HTTP method, such as `POST`. */
  method: string;
  /** Path, such as `/v1/triggers`. */
  path: string;
  /** Name of its namespace. Null if the request names none that exists. */
  namespace: string | null;
}

/**
 * A hold, which stops a request before or after it is handled, so that a test can check the state or kill the client at
 * exactly that point. `release` and `drop` also end the hold: later requests are not held.
 */
export interface Held {
  /** Resolves when a request is held. */
  readonly reached: Promise<HeldRequest>;
  /** Continues the held request. Resolves when it is handled and its response is sent. */
  release(): Promise<void>;
  /**
   * Closes the connection of the held request. If it is held before handling, it is never handled. Resolves when the
   * connection is closed.
   */
  drop(): Promise<void>;
}

/** Holds requests until one verdict is given for all of them. */
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

  /** @param finished resolves when the held request is complete. */
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
