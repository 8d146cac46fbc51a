/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  set(milliseconds: number): void;
}

export const realClock: Clock = { now: () => Date.now() };

/** A clock for tests; `start` is an ISO 8601 time. */
export function manualClock(start = "2026-11-24T12:00:00Z"): ManualClock {
  let at = Date.parse(start);
  return {
    now: () => at,
    set: (milliseconds) => {
      at = milliseconds;
    },
  };
}

export const isManual = (clock: Clock): clock is ManualClock => "set" in clock;

/** As the service writes a time it has just made: UTC without a zone, microseconds. */
export const naiveTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1)}417`;

/** As the service writes a time it has stored: the same moment with a zone, cut to milliseconds. */
export const storedTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace("Z", "+00:00");
