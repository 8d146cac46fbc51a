import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject } from "../../core/json/is-object";
import type { JsonObject } from "../../core/schema/model";
import { OWNER_NAME, OWNER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";

/** Loaded on demand: most states are not compressed. */
const zlib = () => require("node:zlib") as typeof import("node:zlib");

/**
 * Whether a backend stores the state in files on this machine, in a layout that is known here. The engine alone reads
 * other layouts, as it reads other backends.
 */
export const isFileBackend = ({ backend }: Pick<Project, "backend">): boolean =>
  storeOf(backend.url) !== undefined;

/**
 * The files in which the engine may save a stack's state on a file backend, by compression. Empty for other backends.
 */
export function stateFiles(backendUrl: string, project: string, stack: string): string[] {
  const store = storeOf(backendUrl);
  if (store === undefined) return [];
  const file = join(store, "stacks", project, `${stack}.json`);
  return [file, `${file}.gz`, `${file}${ZSTD}`];
}

/** The engine's folder on a file backend, if it has one folder per project. */
function storeOf(backendUrl: string): string | undefined {
  if (!backendUrl.startsWith("file:///")) return undefined;
  const store = join(fileURLToPath(backendUrl), ".pulumi");
  const meta = join(store, "meta.yaml");
  try {
    const isKnown = existsSync(meta)
      ? /^version: 1\s*$/m.test(readFileSync(meta, "utf8"))
      : !hasStacksWithoutProject(join(store, "stacks"));
    return isKnown ? store : undefined;
  } catch {
    // The engine reports what it cannot read.
    return undefined;
  }
}

/** Pulumi before 3.61 had no folder per project, and wrote no meta.yaml. The engine keeps such a store as it is. */
const hasStacksWithoutProject = (stacks: string): boolean =>
  existsSync(stacks) && readdirSync(stacks).some((file) => /\.json(\.gz|\.zst)?$/.test(file));

/** Only the engine reads these: Node can decompress zstd only from 22.15. */
const ZSTD = ".zst";

/** An operation that was in progress when the state was saved. */
export interface Operation {
  /** Its type, such as `creating`. */
  type?: string;
  resource: { urn: string; type: string; id?: string; inputs?: unknown };
}

interface SavedResource {
  urn: string;
  type: string;
  id?: string;
  outputs?: unknown;
  /** It was replaced and is not deleted yet. */
  delete?: boolean;
}

/** A state as the engine saves it. */
export interface SavedState {
  version?: unknown;
  checkpoint?: { latest?: { resources?: SavedResource[]; pending_operations?: Operation[] } | null };
}

/** A state on a file backend, as it is saved. */
export interface StateFile {
  /** The JSON, decompressed. */
  bytes: Buffer;
  /** Throws a SyntaxError for a truncated file. */
  parsed(): SavedState;
  write(state: SavedState): void;
}

/** The state of a project's stack on a file backend, as text or gzip; undefined if there is none in these formats. */
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
          // The checksum of the previous content.
          rmSync(`${path}.attrs`, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return undefined;
}

/** Whether a stack's state can be read completely from a file backend. */
export function isSavedWhole(project: Project): boolean {
  try {
    return stateFile(project)?.parsed() !== undefined;
  } catch {
    return false;
  }
}

/** Writes a file atomically, even if this process is killed or others read or write the file at the same time. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const written = `${path}.${process.pid}.new`;
  writeFileSync(written, content);
  renameSync(written, path);
}

/** The URN of a resource without a parent component. */
export const urnOf = (
  { name, stack }: Pick<Project, "name" | "stack">,
  type: string,
  resource: string,
): string => `urn:pulumi:${stack}::${name}::${type}::${resource}`;

/** The URN of the stack's owner record. */
export const ownerUrn = (project: Pick<Project, "name" | "stack">): string =>
  urnOf(project, OWNER_TYPE, OWNER_NAME);

export const isOwner = ({ type }: { type?: unknown }): boolean => type === OWNER_TYPE;

/**
 * The owner record among the resources of a state; undefined if there is none. Some SDKs keep only a component's inputs
 * or only its outputs.
 */
export function ownerRecordIn(
  resources: readonly Readonly<Record<string, unknown>>[],
): JsonObject | undefined {
  const { outputs, inputs } = resources.find(isOwner) ?? {};
  const isRecord = (values: unknown): boolean => isObject(values) && Object.keys(values).length > 0;
  return [outputs, inputs].find(isRecord) as JsonObject | undefined;
}
