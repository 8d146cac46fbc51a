/** Time as it is passed in: a test's own, or the machine's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

export interface Wait {
  seconds: number;
  reason: string;
}

const BACKOFF = { first: 500, most: 8_000 };
const SPREAD = 250;
/** Pauses asked for at the same moment differ by milliseconds; only what a person would notice is news. */
const NEWS = 1_000;

/** Full jitter: anything up to a bound that doubles with each try. In: 1 for the first; out: milliseconds. */
export function backoff(tries: number, random: () => number): number {
  return Math.round(random() * Math.min(BACKOFF.most, BACKOFF.first * 2 ** (tries - 1)));
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Retry-After in milliseconds from `now`, out of seconds or an HTTP date; undefined when it is neither. */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  // Date.parse alone would read almost any text that has a number in it.
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  // A date has whole seconds: one more is never too early.
  return Number.isNaN(date) ? undefined : Math.max(0, date - now) + 1000;
}

/**
 * How long nothing may be sent any more, milliseconds, by what an answer's headers say of the limit: those of the IETF
 * draft (`RateLimit-Remaining`, `RateLimit-Reset` in seconds) and their `X-` forms, whose reset may be a moment. 0 where
 * something is left, or nothing is said. The vendor documents none; a gateway may set them.
 */
export function usedUp(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number {
  const number = (name: string): number => {
    const value = headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`];
    return typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
  };
  const reset = number("reset");
  if (number("remaining") !== 0 || Number.isNaN(reset)) return 0;
  // A count of seconds is never that long: it is a moment, in seconds since the epoch.
  const wait = reset > 1e9 ? reset * 1000 - now : reset * 1000;
  return Math.min(Math.max(0, wait), LONGEST_RESET);
}

/** A header that says more is not believed: a refusal would tell. */
const LONGEST_RESET = 120_000;

/**
 * When requests may go out: a few at a time, and none while the API has refused one for the rate limit. Calls that
 * queue here, not in the connection pool, are not sent into a limit that is known to be reached.
 */
export class Pace {
  readonly #queue: (() => void)[] = [];
  #free: number;
  #heldUntil = 0;
  #toldUntil = 0;

  constructor(
    slots: number,
    private readonly clock: Clock,
    private readonly onWait: (wait: Wait) => void,
  ) {
    this.#free = slots;
  }

  /** Runs one request in its turn, first come first served. */
  async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((turn) => this.#queue.push(turn));
    try {
      return await run();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  /** The API asked for a pause: everybody waits for the same moment. In: milliseconds from now. */
  holdBack(milliseconds: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.clock.now() + milliseconds);
  }

  /** Milliseconds until the pause is over; 0 when there is none. */
  get left(): number {
    return Math.max(0, this.#heldUntil - this.clock.now());
  }

  /** Waits until no pause is left. In: the most milliseconds to wait; out: those waited, undefined when too many. */
  async pauseOver(most: number): Promise<number | undefined> {
    let waited = 0;
    while (this.left > 0) {
      if (waited + this.left > most) return undefined;
      this.#tell();
      // Spread, so that those who waited for the same moment do not all send in it.
      const wait = this.left + Math.round(this.clock.random() * SPREAD);
      await this.clock.sleep(wait);
      waited += wait;
    }
    return waited;
  }

  #tell(): void {
    if (this.#heldUntil < Math.max(this.#toldUntil, this.clock.now()) + NEWS) return;
    this.#toldUntil = this.#heldUntil;
    this.onWait({ seconds: Math.ceil(this.left / 1000), reason: "the API's rate limit is reached" });
  }
}
