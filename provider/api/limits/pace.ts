/** Time as it is passed in: a test's own, or the machine's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** The machine's own; its parts are looked up when a client is made. */
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
/** Pauses asked for at the same moment differ by milliseconds; only what a person would notice is news. */
const NEWS = 1_000;

/** What the service says of a key's rate. */
export interface RateLimit {
  /** Requests a minute. */
  perMinute?: number;
  /** Requests left in the window. */
  remaining?: number;
}

/** When requests may go out, see {@link Pace}. */
export interface RequestPace {
  /** What is known of the limit, requests a minute; undefined until the service has said it. */
  readonly perMinute: number | undefined;
  /** Milliseconds until the pause is over; 0 when there is none. */
  readonly left: number;
  /** Runs one request in its turn, first come first served. */
  inTurn<T>(run: () => Promise<T>): Promise<T>;
  /** The service said what it allows. */
  learn(limit: RateLimit): void;
  /** From now on the requests of a minute are spread over it: the service refuses and does not say until when. */
  spread(): void;
  /** The API asked for a pause: everybody waits for the same moment. In: milliseconds from now. */
  holdBack(milliseconds: number): void;
  /** Waits until no pause is left. In: the most milliseconds to wait; out: those waited, undefined when too many. */
  pauseOver(most: number): Promise<number | undefined>;
}

/** By the vendor's quotas, such a limit is of a plan that allows 50 requests at once. */
const LARGE_LIMIT = 600;
/** More would not be faster: a key of 600 a minute gets 10 a second. */
export const MOST_AT_ONCE = 10;

/**
 * When requests may go out: a few at a time, and none while the API has refused one for the rate limit. Calls that
 * queue here, not in the connection pool, are not sent into a limit that is known to be reached.
 */
export class Pace implements RequestPace {
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #limit: RateLimit = {};
  #heldUntil = 0;
  #reportedUntil = 0;
  /** Milliseconds between two requests; 0: no spacing. */
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
      // Spread, so that those who waited for the same moment do not all send in it.
      const wait = this.left + Math.round(this.clock.random() * SPREAD);
      await this.clock.sleep(wait);
      waited += wait;
      waited += await this.#ownMoment();
    }
    return waited;
  }

  /** Waits for this request's moment where requests are spread. Out: milliseconds waited. */
  async #ownMoment(): Promise<number> {
    if (this.#spacing === 0) return 0;
    const now = this.clock.now();
    const at = Math.max(now, this.#nextAt, this.#heldUntil);
    this.#nextAt = at + this.#spacing;
    if (at > now) await this.clock.sleep(at - now);
    return at - now;
  }

  /** More than a few at once only by the service's word, and never more than it says are left. */
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
