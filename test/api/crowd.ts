import { SMALLEST_RATE } from "../../provider/core/service/rate";
import { fakeClock } from "./server";

/** Calls that one client has under way. */
const { atOnce: AT_ONCE } = SMALLEST_RATE;

/**
 * A clock for many calls at once. It jumps to the next waking only when every call that has its turn is asleep, as real
 * time would: never while an answer is on its way.
 */
export function crowdClock() {
  const start = fakeClock().options.now();
  let now = start;
  /** Calls not yet answered, by client. */
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
    /** Starts `count` calls at once, by turns of so many clients; out: their answers. */
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
