/** A clock: the machine's, or a test's own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** The machine's clock. Its functions are looked up when a client is created. */
export const MACHINE_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

export interface Wait {
  seconds: number;
  reason: string;
}

const SPREAD = 250;
/** Pauses requested at the same moment differ by milliseconds; only a noticeable change is reported. */
const NEWS = 1_000;

/** What the service reports about a key's rate limit. */
export interface RateLimit {
  /** Requests per minute. */
  perMinute?: number;
  /** Requests left in the current window. */
  remaining?: number;
}

/** When requests may be sent, see {@link Pace}. */
export interface RequestPace {
  /** The limit in requests per minute; undefined until the service has reported it. */
  readonly perMinute: number | undefined;
  /** Milliseconds until the pause is over; 0 if there is none. */
  readonly left: number;
  /** Runs one request in its turn, first come, first served. */
  inTurn<T>(run: () => Promise<T>): Promise<T>;
  /** Records the limit that the service reported. */
  learn(limit: RateLimit): void;
  /**
   * From now on, spaces requests evenly over each minute, because the service rejects them without reporting how long
   * to wait.
   */
  spread(): void;
  /** Pauses all requests for this many milliseconds from now, because the API requested it. */
  holdBack(milliseconds: number): void;
  /**
   * Waits until there is no pause. `most`: the longest wait in milliseconds. Returns the milliseconds waited,
   * undefined if it would take longer.
   */
  pauseOver(most: number): Promise<number | undefined>;
}

/** According to the vendor's quotas, a plan with this limit allows 50 concurrent requests. */
const LARGE_LIMIT = 600;
/** More would not be faster: 600 requests per minute are 10 per second. */
export const MOST_AT_ONCE = 10;

/**
 * When requests may be sent: a few at a time, and none while the API rejects them because of the rate limit. Calls
 * queue here and not in the connection pool, so that none is sent while the limit is known to be reached.
 */
export class Pace implements RequestPace {
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #limit: RateLimit = {};
  #heldUntil = 0;
  #reportedUntil = 0;
  /** Milliseconds between two requests; 0 for no spacing. */
  #spacing = 0;
  #nextAt = 0;

  constructor(
    private readonly slots: number,
    private readonly clock: Clock,
    private readonly onWait: (wait: Wait) => void,
  ) {}

  get perMinute(): number | undefined {
    return this.#limit.perMinute;
  }

  async inTurn<T>(run: () => Promise<T>): Promise<T> {
    await new Promise<void>((turn) => {
      this.#queue.push(turn);
      this.#startNext();
    });
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  learn(limit: RateLimit): void {
    const { perMinute = this.#limit.perMinute } = limit;
    this.#limit = perMinute === undefined ? limit : { ...limit, perMinute };
    this.#startNext();
  }

  spread(): void {
    const { perMinute } = this.#limit;
    if (perMinute !== undefined) this.#spacing = Math.ceil(60_000 / perMinute);
  }

  holdBack(milliseconds: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.clock.now() + milliseconds);
  }

  get left(): number {
    return Math.max(0, this.#heldUntil - this.clock.now());
  }

  async pauseOver(most: number): Promise<number | undefined> {
    let waited = await this.#ownMoment();
    while (this.left > 0) {
      if (waited + this.left > most) return undefined;
      this.#tell();
      // Randomized, so that calls that wait for the same moment are not all sent at once.
      const wait = this.left + Math.round(this.clock.random() * SPREAD);
      await this.clock.sleep(wait);
      waited += wait;
      waited += await this.#ownMoment();
    }
    return waited;
  }

  /** If requests are spaced, waits for the next free slot. Returns the milliseconds waited. */
  async #ownMoment(): Promise<number> {
    if (this.#spacing === 0) return 0;
    const now = this.clock.now();
    const at = Math.max(now, this.#nextAt, this.#heldUntil);
    this.#nextAt = at + this.#spacing;
    if (at > now) await this.clock.sleep(at - now);
    return at - now;
  }

  /** Allows more than a few concurrent requests only if the reported limit is large, and never more than are left. */
  get #most(): number {
    const { perMinute = 0, remaining = Number.POSITIVE_INFINITY } = this.#limit;
    const slots = perMinute >= LARGE_LIMIT ? Math.max(this.slots, MOST_AT_ONCE) : this.slots;
    return Math.max(1, Math.min(slots, remaining));
  }

  #startNext(): void {
    while (this.#running < this.#most && this.#queue.length > 0) {
      this.#running += 1;
      this.#queue.shift()!();
    }
  }

  #tell(): void {
    if (this.#heldUntil < Math.max(this.#reportedUntil, this.clock.now()) + NEWS) return;
    this.#reportedUntil = this.#heldUntil;
    this.onWait({ seconds: Math.ceil(this.left / 1000), reason: "the API's rate limit is reached" });
  }
}
