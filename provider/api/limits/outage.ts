import { outageWait } from "./backoff";
import type { Clock, Wait } from "./pace";
import { RETRY_LIMITS } from "./retry-rules";

const { total } = RETRY_LIMITS.outage;

/**
 * How long the service has failed without a success, over all calls of a run. If the service is down, the run ends
 * after three minutes, not after three minutes for each of a thousand triggers.
 */
export class Outage {
  #since = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly onWait: (wait: Wait) => void = () => undefined,
  ) {}

  /** Called when a call succeeds. */
  end(): void {
    this.#last = Number.NEGATIVE_INFINITY;
  }

  /**
   * Called when a call fails. Takes how often it was sent and the wait that the service requests, in milliseconds.
   * Returns the wait before the next try; undefined once the outage has lasted too long.
   */
  next(tries: number, asked?: number): number | undefined {
    const now = this.clock.now();
    const isNew = now - this.#last >= total;
    if (isNew) this.#since = now;
    this.#last = now;
    const wait = outageWait(tries, asked, this.clock.random);
    if (now + wait - this.#since >= total) return undefined;
    if (isNew) {
      const reason = `the API is unavailable; retrying for up to ${total / 1000} s`;
      this.onWait({ seconds: Math.ceil(wait / 1000), reason });
    }
    return wait;
  }
}
