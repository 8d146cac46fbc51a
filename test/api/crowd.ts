import { fakeClock } from "./server";

const AT_ONCE = 8;

/**
 * A clock for many calls at once. It jumps to the next waking only when every call that has its turn is asleep, as real
 * time would: never while an answer is on its way.
 */
export function crowdClock() {
  const start = fakeClock().options.now();
  let now = start;
  let left = 0;
  let asleep: { until: number; wake: () => void }[] = [];

  function jump(): void {
    if (asleep.length === 0 || asleep.length < Math.min(AT_ONCE, left)) return;
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
    /** Starts `count` calls at once; out: their answers. */
    all<T>(count: number, call: () => Promise<T>): Promise<T[]> {
      left = count;
      const settled = () => {
        left -= 1;
        jump();
      };
      return Promise.all(Array.from({ length: count }, () => call().finally(settled)));
    },
  };
}
