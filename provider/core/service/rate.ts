/**
 * The rate that is assumed until the service reports the key's limits: that of the vendor's smallest plan. Source:
 * its limits and quota pages.
 */
export const SMALLEST_RATE = {
  perMinute: 10,
  /** Requests in progress at the same time. */
  atOnce: 5,
} as const;
