/** The headers of a response, with names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const NUMBER = /^\d+(\.\d+)?$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** A longer reset is not trusted; if it is real, the next 429 requests it again. */
const LONGEST_RESET = 120_000;

/** Larger numbers are moments, not durations: in seconds (2001 or later) or in milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

const single = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header[0] : header)?.trim() ?? "";

// Date.parse alone accepts almost any text with a number in it.
const dateIn = (value: string): number => (HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN);

/** The `Date` header of a response, in milliseconds; NaN if there is none. */
export const dateOf = (headers: Headers): number => dateIn(single(headers["date"]));

/**
 * Retry-After in milliseconds from `now`, from seconds or an HTTP date; undefined if it is neither. `date`: the
 * response's `Date` header, in case this machine's clock is wrong.
 */
export function retryAfter(
  header: string | string[] | undefined,
  now: number,
  date?: string | string[],
): number | undefined {
  const value = single(header);
  if (NUMBER.test(value)) return Math.round(Number(value) * 1000);
  const moment = dateIn(value);
  if (Number.isNaN(moment)) return undefined;
  // HTTP dates have whole seconds; one more second is never too early.
  return (shortest([moment - now, moment - dateIn(single(date))]) ?? 0) + 1000;
}

/** The shortest wait above 0; 0 if there are only others; undefined for an empty list. */
export function shortest(waits: readonly (number | undefined)[]): number | undefined {
  const all = waits.filter((wait): wait is number => wait !== undefined && Number.isFinite(wait));
  const above = all.filter((wait) => wait > 0);
  if (above.length > 0) return Math.min(...above);
  return all.length > 0 ? 0 : undefined;
}

/** The number in the header `RateLimit-<name>` or `X-RateLimit-<name>`; NaN if there is none. */
export function rateHeader(headers: Headers, name: string): number {
  const value = single(headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`]);
  return NUMBER.test(value) ? Number(value) : Number.NaN;
}

/**
 * When the limit's window ends, in milliseconds from `now`: `RateLimit-Reset` in seconds (IETF draft);
 * `X-RateLimit-Reset` as a moment or a duration, in seconds or milliseconds. The shortest plausible reading counts,
 * since being too early costs only one request.
 */
export function resetIn(headers: Headers, now: number): number | undefined {
  const reset = rateHeader(headers, "reset");
  if (Number.isNaN(reset)) return undefined;
  const plausible = readings(headers, reset, now).filter((wait) => wait <= LONGEST_RESET);
  return Math.min(shortest(plausible) ?? LONGEST_RESET, windowIn(headers) ?? LONGEST_RESET);
}

/**
 * The limit's window in milliseconds. Common windows are 1, 10, 60, 3600 or 86400 s; multiples of 1000 are
 * milliseconds.
 */
export function windowIn(headers: Headers): number | undefined {
  const window = rateHeader(headers, "window");
  if (!(window > 0)) return undefined;
  return window % 1000 === 0 ? window : window * 1000;
}

function readings(headers: Headers, reset: number, now: number): number[] {
  const from = (moment: number): number[] => [moment - now, moment - dateOf(headers)];
  if (reset > EPOCH_MILLISECONDS) return from(reset).filter(Number.isFinite);
  if (reset > EPOCH_SECONDS) return from(reset * 1000).filter(Number.isFinite);
  // The header of the draft is in seconds; the older one has no specification.
  const isOld = headers["ratelimit-reset"] === undefined;
  return [isOld && reset * 1000 > LONGEST_RESET ? reset : reset * 1000];
}

/** The waits in the headers of an unsuccessful response, in milliseconds. */
export function headerWaits(headers: Headers, now: number): number[] {
  const waits = [retryAfter(headers["retry-after"], now, headers["date"]), resetIn(headers, now)];
  return waits.filter((wait) => wait !== undefined);
}

/**
 * How long nothing may be sent, according to the limit in a response's headers, in milliseconds. 0 if requests are left
 * or the headers contain no wait.
 */
export function usedUp(headers: Headers, now: number): number {
  return rateHeader(headers, "remaining") === 0 ? (resetIn(headers, now) ?? 0) : 0;
}
