import { RETRY_LIMITS } from "./retry-rules";

// How long the client waits before it sends a call again. Tries and refusals count from 1; milliseconds.

const SHORT = { first: 500, most: 8_000 };
const { first, most } = RETRY_LIMITS.outage;

/** After a failure that is soon over. Full jitter: anything up to a bound that doubles with each try. */
export function shortWait(tries: number, random: () => number): number {
  return Math.round(random() * Math.min(SHORT.most, SHORT.first * 2 ** (tries - 1)));
}

/** Half of a bound that doubles with each try, and up to the whole of it by chance. */
export function longWait(tries: number, random: () => number): number {
  const bound = Math.min(most, first * 2 ** (tries - 1));
  return Math.round((bound / 2) * (1 + random()));
}

/** After a 5xx. `asked`: the wait that the service asks for. One that asks for less than the first wait is believed once. */
export function outageWait(tries: number, asked: number | undefined, random: () => number): number {
  const own = longWait(tries, random);
  if (asked === undefined) return own;
  return Math.min(most, asked < first && tries > 1 ? Math.max(asked, own) : asked);
}

/** After a 429. A limit that says "now" again and again is not believed twice. */
export function rateLimitWait(refusals: number, asked: number | undefined, random: () => number): number {
  const own = longWait(refusals, random);
  return asked !== undefined && refusals === 1 ? asked : Math.max(asked ?? 0, own);
}
