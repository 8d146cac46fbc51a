/** What is counted on until the service says what a key may do: the smallest of the vendor's plans. Source: its limits and quota pages. */
export const SMALLEST_RATE = {
  perMinute: 10,
  /** Requests in progress at the same time. */
  atOnce: 5,
} as const;
