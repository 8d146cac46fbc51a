import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { TRIGGER_TYPE } from "../pulumi/shim";
import { nameIn } from "./operation";
import type { Project } from "./project";
import { whileLocked } from "./stack-lock";
import { stateFiles } from "./state-file";

interface Operation {
  resource: { urn: string; type: string };
}

/**
 * Takes what a killed run did not end out of the state. The engine cannot know what became of it, warns at each run and
 * asks a person; the provider looks at what is live: a create looks for its name first, a change for what differs.
 * It does so under the stack's own lock: an export and an import would leave room for another run in between, whose
 * work the import would undo. On file backends; nothing where somebody works on the stack. Out: the triggers' names.
 */
export function dropPending(project: Project): string[] {
  return whileLocked(project, () => dropFrom(project)) ?? [];
}

function dropFrom({ backend, name, stack }: Project): string[] {
  const saved = read(stateFiles(backend.url, name, stack));
  const latest = saved?.state.checkpoint?.latest;
  const pending = latest?.pending_operations ?? [];
  const ours = pending.filter(({ resource }) => resource.type === TRIGGER_TYPE);
  if (!saved || !latest || ours.length === 0) return [];
  latest.pending_operations = pending.filter((operation) => !ours.includes(operation));
  saved.write();
  return [...new Set(ours.map(({ resource }) => nameIn(resource.urn)))].sort();
}

interface Saved {
  state: { checkpoint?: { latest?: { pending_operations?: Operation[] } } };
  write(): void;
}

/** As the engine saves it, packed or not; undefined where it has saved none. */
function read(files: readonly string[]): Saved | undefined {
  for (const path of files) {
    const isPacked = path.endsWith(".gz");
    try {
      const bytes = readFileSync(path);
      const state = JSON.parse((isPacked ? gunzipSync(bytes) : bytes).toString("utf8")) as Saved["state"];
      return {
        state,
        write() {
          // Whole or not at all, whatever happens to this process meanwhile.
          const text = JSON.stringify(state);
          writeFileSync(`${path}.new`, isPacked ? gzipSync(text) : text);
          renameSync(`${path}.new`, path);
          // A checksum of what stood there before.
          rmSync(`${path}.attrs`, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return undefined;
}
