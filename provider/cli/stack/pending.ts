import type { Stack } from "@pulumi/pulumi/automation";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";
import { nameIn } from "./operation";
import { isFileBackend, whileLocked } from "./stack-lock";
import { type Operation, type SavedState, savedState } from "./state-file";

/**
 * Takes what a killed run did not end out of the state. The engine cannot know what became of it, warns at each run and
 * asks a person; the provider looks at what is live: a create looks for its name first, a change for what differs.
 * It does so under the stack's own lock: an export and an import would leave room for another run in between, whose
 * work the import would undo. On file backends; nothing where somebody works on the stack. Out: the triggers' names.
 */
export function dropPending(project: Project): string[] {
  return whileLocked(project, () => dropFrom(project)) ?? [];
}

/** Whether a run that was cut short left some; nothing is written. */
export function hasPending(project: Project): boolean {
  try {
    return oursIn(savedState(project)?.state).length > 0;
  } catch {
    // What is wrong with the file, the engine reports.
    return false;
  }
}

/** The triggers that a killed run was at work on. In: the stack by the engine, asked where the state is in no file. */
export async function pendingTriggers(
  project: Project,
  open: () => Promise<Pick<Stack, "exportStack"> | undefined>,
): Promise<string[]> {
  if (isFileBackend(project)) return namesOf(oursIn(savedState(project)?.state));
  const exported = await (await open())?.exportStack();
  return namesOf(oursIn({ checkpoint: { latest: exported?.deployment } }));
}

const oursIn = (state: SavedState | undefined): Operation[] =>
  (state?.checkpoint?.latest?.pending_operations ?? []).filter(
    ({ resource }) => resource.type === TRIGGER_TYPE,
  );

const namesOf = (operations: readonly Operation[]): string[] =>
  [...new Set(operations.map(({ resource }) => nameIn(resource.urn)))].sort();

function dropFrom(project: Project): string[] {
  const saved = savedState(project);
  const latest = saved?.state.checkpoint?.latest;
  const pending = latest?.pending_operations ?? [];
  const ours = oursIn(saved?.state);
  if (!saved || !latest || ours.length === 0) return [];
  latest.pending_operations = pending.filter((operation) => !ours.includes(operation));
  saved.write();
  return namesOf(ours);
}
