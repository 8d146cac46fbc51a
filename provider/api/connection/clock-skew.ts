import { dateOf, type Headers } from "../limits/retry-after-headers";

/** What the header rounds to, milliseconds. */
const RESOLUTION = 1000;

/**
 * How far the service's clock is ahead of this machine's by the `Date` of an answer, milliseconds; 0 where the time between
 * request and answer explains it. undefined: there is no such header. Times of this machine in milliseconds.
 */
export function skewOf(
  headers: Headers,
  { sentAt, answeredAt }: { sentAt: number; answeredAt: number },
): number | undefined {
  const at = dateOf(headers);
  if (Number.isNaN(at)) return undefined;
  if (at > answeredAt) return at - answeredAt;
  return Math.min(0, at + RESOLUTION - sentAt);
}
