import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObject } from "../validation/check";
import type { StoreState } from "./store";

/** Increased with every change of the file's format: a file of an unknown format is rejected, not misread. */
const FORMAT = 2;

/** A state and the time it was saved at, in milliseconds since the epoch on the emulator's clock. */
export interface SavedState {
  savedAt: number;
  state: StoreState;
}

/**
 * The file in the `stateFile` option of `startEmulator` is not a valid state. It is not changed. Its code is STATE_INVALID.
 *
 * @example
 * ```ts
 * import { StateFileError, startEmulator } from "pulumi-mixpeek/emulator";
 *
 * export const problem = startEmulator({ stateFile: "Pulumi.yaml" }).then(
 *   (emulator) => emulator.close(),
 *   (error: unknown) => (error instanceof StateFileError ? error.problem : undefined),
 * );
 * ```
 */
export class StateFileError extends Error {
  /** Always `StateFileError`. */
  override readonly name = "StateFileError";
  /** Always `STATE_INVALID`. */
  readonly code = "STATE_INVALID";
  /** The path of the file, and what is wrong with it. */
  readonly problem: string;

  constructor(path: string, problem: string) {
    const located = `state file ${path} ${problem}`;
    super(`cannot start: ${located}. Remove it to start from the seed, or use another file [STATE_INVALID].`);
    this.problem = located;
  }
}

/**
 * Reads a state file.
 * @returns undefined if there is none yet
 * @throws StateFileError if the file is something else, so that it is not overwritten
 */
export function loadState(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StateFileError(path, `cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const { format, savedAt, state } = isObject(read) ? read : {};
  if ((format !== FORMAT && format !== 1) || !isObject(state)) {
    throw new StateFileError(path, `is not an emulator state of format ${FORMAT}`);
  }
  const saved = state as unknown as StoreState;
  return { savedAt: Number(savedAt), state: format === 1 ? fromFormat1(saved) : saved };
}

/** Format 1 had neither a change feed nor alerts. */
function fromFormat1(state: StoreState): StoreState {
  const namespaces = state.namespaces.map((namespace) => ({
    ...namespace,
    resources: { ...namespace.resources, alerts: [] },
  }));
  return { ...state, events: [], lastEvent: 0, namespaces };
}

/**
 * Writes a state file atomically: to a second file, which then replaces the first. A crash leaves the old file or the
 * new one.
 */
export function saveState(path: string, saved: SavedState): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify({ format: FORMAT, ...saved })}\n`);
  renameSync(fresh, path);
}
