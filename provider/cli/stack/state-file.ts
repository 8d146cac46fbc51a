import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject } from "../../core/json/is-object";
import type { JsonObject } from "../../core/schema/model";
import { OWNER_NAME, OWNER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";

/** Most states are not packed. */
const zlib = () => require("node:zlib") as typeof import("node:zlib");

/** Where the engine saves a stack's state on a file backend: in one of these, as it packs it. Nowhere on another backend. */
export function stateFiles(backendUrl: string, project: string, stack: string): string[] {
  if (!backendUrl.startsWith("file:///")) return [];
  const file = join(fileURLToPath(backendUrl), ".pulumi", "stacks", project, `${stack}.json`);
  return [file, `${file}.gz`, `${file}${ZSTD}`];
}

/** Read by the engine alone: Node unpacks it only from 22.15 on. */
const ZSTD = ".zst";

/** What a run was at when its state was saved. */
export interface Operation {
  /** Such as `creating`. */
  type?: string;
  resource: { urn: string; type: string; id?: string; inputs?: unknown };
}

interface SavedResource {
  urn: string;
  type: string;
  id?: string;
  outputs?: unknown;
  /** It was replaced, and is still to be deleted. */
  delete?: boolean;
}

/** A state as the engine saves it. */
export interface SavedState {
  version?: unknown;
  checkpoint?: { latest?: { resources?: SavedResource[]; pending_operations?: Operation[] } | null };
}

/** A state on a file backend, as it is saved. */
export interface StateFile {
  /** JSON, unpacked. */
  bytes: Buffer;
  /** Throws a SyntaxError for a file that is cut off. */
  parsed(): SavedState;
  write(state: SavedState): void;
}

/** The state of a project's stack on a file backend, as text or gzip; undefined where none is saved there so. */
export function stateFile({ backend, name, stack }: Project): StateFile | undefined {
  for (const path of stateFiles(backend.url, name, stack)) {
    if (path.endsWith(ZSTD)) continue;
    const isPacked = path.endsWith(".gz");
    try {
      const saved = readFileSync(path);
      const bytes = isPacked ? zlib().gunzipSync(saved) : saved;
      return {
        bytes,
        parsed: () => JSON.parse(bytes.toString("utf8")) as SavedState,
        write(state) {
          const text = JSON.stringify(state);
          writeWhole(path, isPacked ? zlib().gzipSync(text) : text);
          // A checksum of what was there before.
          rmSync(`${path}.attrs`, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return undefined;
}

/** Whether a stack's state is there to be read on a file backend. */
export function isSavedWhole(project: Project): boolean {
  try {
    return stateFile(project)?.parsed() !== undefined;
  } catch {
    return false;
  }
}

/** Writes a file whole or not at all, whatever happens to this process, and even if others read or write the file at the same time. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const written = `${path}.${process.pid}.new`;
  writeFileSync(written, content);
  renameSync(written, path);
}

/** The URN of a resource that no component holds. */
export const urnOf = (
  { name, stack }: Pick<Project, "name" | "stack">,
  type: string,
  resource: string,
): string => `urn:pulumi:${stack}::${name}::${type}::${resource}`;

/** The URN of the record of a stack's owner. */
export const ownerUrn = (project: Pick<Project, "name" | "stack">): string =>
  urnOf(project, OWNER_TYPE, OWNER_NAME);

export const isOwner = ({ type }: { type?: unknown }): boolean => type === OWNER_TYPE;

/** What the resources of a state record of its owner; undefined: nothing. Not every SDK keeps both of a component's values. */
export function ownerRecordIn(
  resources: readonly Readonly<Record<string, unknown>>[],
): JsonObject | undefined {
  const { outputs, inputs } = resources.find(isOwner) ?? {};
  const isRecord = (values: unknown): boolean => isObject(values) && Object.keys(values).length > 0;
  return [outputs, inputs].find(isRecord) as JsonObject | undefined;
}
