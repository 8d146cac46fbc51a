import { constants } from "node:os";

/** The exit codes of all commands, unless a signal stops one. */
export const EXIT = {
  /** Success, or nothing to do. */
  ok: 0,
  failed: 1,
  /** For commands that compare: there are changes, drift or differences. */
  differs: 2,
} as const;

/** The exit code of a command that compares. */
export const comparedCode = (differs: boolean): 0 | 2 => (differs ? EXIT.differs : EXIT.ok);

/** The exit code for several environments: an error takes precedence over a difference. */
export const exitCodeOfAll = (codes: readonly number[]): number =>
  codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes);

/** The exit code of a command that a signal stopped: 130 or 143, as in shells. */
export const signalCode = (signal: "SIGINT" | "SIGTERM"): number => 128 + constants.signals[signal];

export const isSignalCode = (code: number): boolean =>
  code === signalCode("SIGINT") || code === signalCode("SIGTERM");
