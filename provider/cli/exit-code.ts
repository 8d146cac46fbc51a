import { constants } from "node:os";

/** What every command exits with, unless a signal stopped it. */
export const EXIT = {
  /** Done, or nothing to do. */
  ok: 0,
  failed: 1,
  /** Commands that compare: there are changes, drift or differences. */
  differs: 2,
} as const;

/** Of a command that compares. */
export const comparedCode = (differs: boolean): 0 | 2 => (differs ? EXIT.differs : EXIT.ok);

/** Over several environments: one that failed counts more than one that differs. */
export const exitCodeOfAll = (codes: readonly number[]): number =>
  codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes);

/** Of a command that a signal stopped: 130 or 143, as shells have it. */
export const signalCode = (signal: "SIGINT" | "SIGTERM"): number => 128 + constants.signals[signal];

export const isSignalCode = (code: number): boolean =>
  code === signalCode("SIGINT") || code === signalCode("SIGTERM");
