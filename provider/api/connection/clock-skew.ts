import { dateOf, type Headers } from "../limits/retry-after-headers";

/** The resolution of the `Date` header, in milliseconds. */
const RESOLUTION = 1000;

/**
 * How far the service's clock is ahead of this machine's, by the `Date` header of a response; 0 if the duration of the
 * request explains the difference; undefined without the header. All times are in milliseconds.
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
