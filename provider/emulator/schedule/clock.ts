/** Where the emulator takes its time from. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** True where time does not pass between moves: the emulator then sets no timer. */
  readonly manual?: boolean;
  /**
   * Jumps to a later instant (milliseconds since the epoch) without running anything; moving through the
   * runs in between is the emulator's `advance`. A clock without it cannot be moved.
   */
  moveTo?(ms: number): void;
}

/** A clock that only moves when it is advanced. */
export interface ManualClock extends Clock {
  readonly manual: true;
  moveTo(ms: number): void;
}

/** The instant a manual clock starts at when none is given: fixed, so that transcripts repeat. */
export const DEFAULT_START = "2026-10-05T12:00:00Z";

/**
 * A clock that does not move until the emulator advances it.
 * @param startIso the first instant, any ISO 8601 text that Date reads.
 *
 * @example
 * ```ts
 * import { manualClock } from "pulumi-mixpeek/emulator";
 *
 * export const clock = manualClock("2026-12-01T00:00:00Z");
 * ```
 *
 * @example
 * ```ts
 * import { type Emulator, manualClock, startEmulator } from "pulumi-mixpeek/emulator";
 *
 * export const emulator: Promise<Emulator> = startEmulator({ clock: manualClock() });
 * export const closed = emulator.then((started) => started.close());
 * ```
 *
 * @example
 * ```ts
 * import { manualClock } from "pulumi-mixpeek/emulator";
 *
 * const clock = manualClock("2026-12-01T00:00:00Z");
 * clock.moveTo(clock.now() + 3_600_000);
 * export const oneHourLater = new Date(clock.now()).toISOString();
 * ```
 */
export function manualClock(startIso: string = DEFAULT_START): ManualClock {
  let ms = Date.parse(startIso);
  if (Number.isNaN(ms)) throw new RangeError(`manualClock: "${startIso}" is not an ISO 8601 time`);
  return {
    manual: true,
    now: () => ms,
    moveTo(next) {
      ms = forward(ms, next);
    },
  };
}

/** The machine's time, which can be put ahead: it then runs on from there at its usual speed. */
export function systemClock(): Clock {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    moveTo(next) {
      aheadMs = forward(Date.now() + aheadMs, next) - Date.now();
    },
  };
}

function forward(from: number, to: number): number {
  // The service's time never runs backwards: history and rate windows rely on it.
  if (to < from) throw new RangeError("a clock cannot be moved backwards");
  return to;
}
