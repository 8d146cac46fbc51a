import type { Clock, Wait } from "./pace";
import { RETRY_LIMITS } from "./retry-rules";

const { total, first, most } = RETRY_LIMITS.outage;

/** Half of a bound that doubles with each try, and up to the whole of it by chance. In: 1 for the first; out: milliseconds. */
export function outageBackoff(tries: number, random: () => number): number {
  const bound = Math.min(most, first * 2 ** (tries - 1));
  return Math.round((bound / 2) * (1 + random()));
}

/**
 * The time that the service fails without a success in between, over all calls of a run: a service that is down ends the
 * run after three minutes, not after three minutes for each of a thousand triggers.
 */
export class Outage {
  #since = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly onWait: (wait: Wait) => void = () => undefined,
  ) {}

  /** A call succeeded. */
  end(): void {
    this.#last = Number.NEGATIVE_INFINITY;
  }

  /**
   * A call failed. In: how often it was sent, and the wait that the service asks for, milliseconds. Out: the wait before
   * the next try; undefined once the outage has lasted too long.
   */
  next(tries: number, asked?: number): number | undefined {
    const now = this.clock.now();
    const isNew = now - this.#last >= total;
    if (isNew) this.#since = now;
    this.#last = now;
    const wait = this.#wait(tries, asked);
    if (now + wait - this.#since >= total) return undefined;
    if (isNew) {
      const reason = `the API is unavailable; retrying for up to ${total / 1000} s`;
      this.onWait({ seconds: Math.ceil(wait / 1000), reason });
    }
    return wait;
  }

  #wait(tries: number, asked: number | undefined): number {
    const own = outageBackoff(tries, this.clock.random);
    if (asked === undefined) return own;
    // One that asks for less than the first wait is believed once.
    return Math.min(most, asked < first && tries > 1 ? Math.max(asked, own) : asked);
  }
}
