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

/**
 * Reads a state file.
 * @returns undefined where there is none yet
 * @throws Error where the file is something else, so that it is not overwritten
 */
export function loadState(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`state file ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(read) || read["format"] !== FORMAT || !isObject(read["state"])) {
    throw new Error(
      `state file ${path} is not an emulator state of format ${FORMAT}; delete it to start anew`,
    );
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
