/** Milliseconds. Clocks that are set over the network differ by less. */
const MOST = 60_000;

/**
 * A warning if planned quiet would begin and end at the wrong time; undefined if the clocks agree. `skew`: how far
 * the service's clock is ahead of this machine's, in milliseconds.
 */
export function clockSkewText(skew: number): string | undefined {
  if (Math.abs(skew) <= MOST) return undefined;
  const seconds = Math.round(Math.abs(skew) / 1000);
  const way = skew > 0 ? "behind" : "ahead of";
  return `This machine's clock is ${seconds} s ${way} the API's, so planned quiet begins and ends at the wrong time. Correct this machine's clock [CLOCK_SKEW].`;
}
