import type { Plan } from "./types";

/** The vendor's published limits, in requests a minute. */
const LIMITS: Record<Exclude<Plan, "none">, number> = { free: 10, pro: 60 };
const WINDOW_MS = 60_000;

/** A sliding window per key: at most `limit` accepted requests in any 60 seconds; refused ones do not count. */
export class RateLimiter {
  /** Requests a minute, or null where the plan has no limit. */
  readonly limit: number | null;
  private readonly accepted = new Map<string, number[]>();

  constructor(plan: Plan) {
    this.limit = plan === "none" ? null : LIMITS[plan];
  }

  /**
   * Asks for one request.
   * @param now milliseconds since the epoch, on the emulator's clock
   * @returns 0 when it is accepted, else whole seconds until one will be
   */
  take(key: string, now: number): number {
    if (this.limit === null) return 0;
    const times = (this.accepted.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    this.accepted.set(key, times);
    const oldest = times[0];
    if (times.length >= this.limit && oldest !== undefined) {
      return Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000));
    }
    times.push(now);
    return 0;
  }
}
