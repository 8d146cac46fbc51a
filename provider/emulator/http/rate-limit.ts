import type { Plan } from "../model/types";

/** The vendor's published limits, in requests per minute. */
const LIMITS: Record<Exclude<Plan, "none">, number> = { free: 10, pro: 60 };
const WINDOW_MS = 60_000;

/** The unit of `X-RateLimit-Reset`: the service sends epoch seconds; gateways in front of it send milliseconds. */
export type ResetUnit = "seconds" | "milliseconds";

/** A time (milliseconds since the epoch) in the unit of `X-RateLimit-Reset`, rounded up. */
export const resetTime = (ms: number, unit: ResetUnit): string =>
  String(unit === "seconds" ? Math.ceil(ms / 1000) : Math.ceil(ms));

/** A sliding window per key: at most `limit` accepted requests in any 60 seconds. Rejected requests do not count. */
export class RateLimiter {
  /** Requests per minute; null if the plan has no limit. */
  readonly limit: number | null;
  private readonly accepted = new Map<string, number[]>();

  constructor(
    plan: Plan,
    private readonly unit: ResetUnit,
  ) {
    this.limit = plan === "none" ? null : LIMITS[plan];
  }

  /**
   * Counts one request.
   * @param now milliseconds since the epoch, on the emulator's clock
   * @returns 0 if it is accepted, else the whole seconds until one will be
   */
  take(key: string, now: number): number {
    if (this.limit === null) return 0;
    const times = this.timesOf(key, now);
    const oldest = times[0];
    if (times.length >= this.limit && oldest !== undefined) {
      return Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000));
    }
    times.push(now);
    return 0;
  }

  /** The response headers for a key's limit; empty if the plan has none. */
  headers(key: string, now: number): Record<string, string> {
    if (this.limit === null) return {};
    const times = this.timesOf(key, now);
    return {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(Math.max(0, this.limit - times.length)),
      "x-ratelimit-reset": resetTime((times[0] ?? now) + WINDOW_MS, this.unit),
      "x-ratelimit-window": String(WINDOW_MS / 1000),
    };
  }

  private timesOf(key: string, now: number): number[] {
    const times = (this.accepted.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    this.accepted.set(key, times);
    return times;
  }
}
