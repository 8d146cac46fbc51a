import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObject } from "./check";
import type { StoreState } from "./store";

/** Raised whenever the shape of the file changes: an older file is refused rather than misread. */
const FORMAT = 1;

/** A state and the time it was saved at, in milliseconds since the epoch on the emulator's clock. */
export interface SavedState {
  savedAt: number;
  state: StoreState;
}

/** A state file that cannot be used; it is left as it is. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
  readonly code = "STATE_INVALID";

  /** Which file, and what is wrong with it. */
  readonly problem: string;

  constructor(path: string, problem: string) {
    const told = `state file ${path} ${problem}`;
    super(`cannot start: ${told}. Take it away to start anew, or give another [STATE_INVALID].`);
    this.problem = told;
  }
}

/**
 * Reads a state file.
 * @returns undefined where there is none yet
 * @throws StateFileError where the file is something else, so that it is not overwritten
 */
export function loadState(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StateFileError(path, `cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(read) || read["format"] !== FORMAT || !isObject(read["state"])) {
    throw new StateFileError(path, `is not an emulator state of format ${FORMAT}`);
  }
  return { savedAt: Number(read["savedAt"]), state: read["state"] as unknown as StoreState };
}

/** Writes a state file whole: beside it first, then over it, so that a crash leaves the old or the new one. */
export function saveState(path: string, saved: SavedState): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify({ format: FORMAT, ...saved })}\n`);
  renameSync(fresh, path);
}
