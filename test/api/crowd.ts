import { SMALLEST_RATE } from "../../provider/core/service/rate";
import { fakeClock } from "./server";

/** How many calls one client has in progress. */
const { atOnce: AT_ONCE } = SMALLEST_RATE;

/**
 * A clock for many calls at once. It jumps to the next wake-up time only when every call that may run is asleep, as in
 * real time: never while a response is on its way.
 */
export function crowdClock() {
  const start = fakeClock().options.now();
  let now = start;
  /** Calls without a response, by client. */
  let left: number[] = [];
  let asleep: { until: number; wake: () => void }[] = [];

  const atWork = () => left.reduce((sum, calls) => sum + Math.min(AT_ONCE, calls), 0);

  function jump(): void {
    if (asleep.length === 0 || asleep.length < atWork()) return;
    now = Math.min(...asleep.map(({ until }) => until));
    const due = asleep.filter(({ until }) => until <= now);
    asleep = asleep.filter(({ until }) => until > now);
    for (const { wake } of due) wake();
  }

  return {
    since: () => now - start,
    options: {
      now: () => now,
      random: () => 0.5,
      sleep: (milliseconds: number) =>
        new Promise<void>((wake) => {
          asleep.push({ until: now + milliseconds, wake });
          jump();
        }),
    },
    /** Starts `count` calls at once, distributed over this many clients. Out: their responses. */
    all<T>(count: number, call: (at: number) => Promise<T>, clients = 1): Promise<T[]> {
      left = Array.from({ length: clients }, (_, client) => Math.ceil((count - client) / clients));
      const settled = (at: number) => {
        left[at % clients]! -= 1;
        jump();
      };
      return Promise.all(Array.from({ length: count }, (_, at) => call(at).finally(() => settled(at))));
    },
  };
}
