/** The clock of an emulator. */
export interface Clock {
  /** Returns the time, in milliseconds since the Unix epoch. */
  now(): number;
  /** Whether the time changes only with `moveTo`. If true, the emulator sets no timers. */
  readonly manual?: boolean;
  /**
   * Sets the clock to a later time, in milliseconds since the Unix epoch. It runs nothing: use `advance` of the emulator
   * to also run what is due on the way. A clock without this method cannot be moved.
   */
  moveTo?(ms: number): void;
}

/** A clock that changes only when it is moved. See {@link manualClock}. */
export interface ManualClock extends Clock {
  /** Always true. */
  readonly manual: true;
  /**
   * Sets the clock to a later time, in milliseconds since the Unix epoch. It runs nothing: use `advance` of the emulator
   * to also run what is due on the way. Throws a RangeError for an earlier time.
   */
  moveTo(ms: number): void;
}

/** The default start of a manual clock. It is fixed, so that transcripts are repeatable. */
export const DEFAULT_START = "2026-10-05T12:00:00Z";

/**
 * Returns a clock that does not move until `advance` of the emulator or `moveTo` of the clock moves it.
 *
 * Throws a RangeError if the time is invalid.
 *
 * @param startIso The initial time in ISO 8601, such as `2026-12-01T00:00:00Z`. Default: `2026-10-05T12:00:00Z`.
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

/** The machine's time, which can be moved ahead. It then continues from there at normal speed. */
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
  // The service's time never goes backwards: history and rate limit windows rely on that.
  if (to < from) throw new RangeError("a clock cannot be moved backwards");
  return to;
}
