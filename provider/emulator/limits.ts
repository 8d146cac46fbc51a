import type { Clock } from "./clock";

/** Requests a minute by plan. Source: Triggers API, rate limits. */
export const PLANS = { free: 10, pro: 60, none: undefined } as const;
export type Plan = keyof typeof PLANS;

const MINUTE = 60_000;

/** A sliding minute for each key. */
export class RateLimit {
  readonly #sent = new Map<string, number[]>();

  constructor(
    private readonly plan: Plan,
    private readonly clock: Clock,
  ) {}

  /** undefined: the request may pass, and is counted; else the seconds until one may. */
  take(key: string): number | undefined {
    const limit = PLANS[this.plan];
    if (limit === undefined) return undefined;
    const now = this.clock.now();
    const recent = (this.#sent.get(key) ?? []).filter((at) => at > now - MINUTE);
    this.#sent.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) return Math.max(1, Math.ceil((oldest + MINUTE - now) / 1000));
    recent.push(now);
    return undefined;
  }
}
