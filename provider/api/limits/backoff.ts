import { RETRY_LIMITS } from "./retry-rules";

// How long the client waits before it sends a call again, in milliseconds. Tries and 429 responses count from 1.

const { short: SHORT } = RETRY_LIMITS;
const { first, most } = RETRY_LIMITS.outage;

/** For a short failure. Full jitter: random, up to a bound that doubles with each try. */
export function shortWait(tries: number, random: () => number): number {
  return Math.round(random() * Math.min(SHORT.most, SHORT.first * 2 ** (tries - 1)));
}

/** Random, between half and all of a bound that doubles with each try. */
export function longWait(tries: number, random: () => number): number {
  const bound = Math.min(most, first * 2 ** (tries - 1));
  return Math.round((bound / 2) * (1 + random()));
}

/** For a 5xx. `asked`: the wait that the service requests. If it is shorter than our first wait, it counts only once. */
export function outageWait(tries: number, asked: number | undefined, random: () => number): number {
  const own = longWait(tries, random);
  if (asked === undefined) return own;
  return Math.min(most, asked < first && tries > 1 ? Math.max(asked, own) : asked);
}

/** For a 429. A requested wait is followed exactly only once, since a service may keep requesting 0. */
export function rateLimitWait(refusals: number, asked: number | undefined, random: () => number): number {
  const own = longWait(refusals, random);
  return asked !== undefined && refusals === 1 ? asked : Math.max(asked ?? 0, own);
}
