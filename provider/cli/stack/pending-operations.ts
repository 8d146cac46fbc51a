import type { Stack } from "@pulumi/pulumi/automation";
import { type QuietPause, requestedPause } from "../../core/diff/status";
import { isObject } from "../../core/json/is-object";
import type { JsonObject } from "../../core/schema/model";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";
import { isFileBackend } from "../project/project";
import { nameIn } from "./engine-run";
import { whileLocked } from "./stack-lock";
import { type Operation, type SavedState, stateFile } from "./state-file";

/**
 * Takes what a killed run did not end out of the state. The engine cannot know what became of it, warns at each run and
 * asks a person; the provider looks at what is live: a create looks for its name first, a change for what differs.
 * It does so under the stack's own lock: an export and an import would leave room for another run in between, whose
 * work the import would undo. On file backends; nothing where somebody works on the stack. Out: the triggers' names.
 *
 * A pause for planned quiet that such a run asked for stays known: in the record of the trigger, or in the operation
 * itself while there is none, until `isPlanned`: a plan was made with it, and the next write records it.
 */
export function dropPending(project: Project, { isPlanned = false } = {}): string[] {
  return whileLocked(project, () => dropFrom(project, isPlanned)) ?? [];
}

/** What a killed run asked for, of the operations that it left. */
export interface RequestedPauses {
  /** Of a trigger that the state records. */
  of(recorded: { resource: string; triggerId: unknown; replaced: boolean }): QuietPause | undefined;
  /** By resource, of triggers that it was creating. */
  created: Map<string, QuietPause>;
}

export function requestedPausesIn(operations: readonly unknown[]): RequestedPauses {
  const [updated, created] = [new Map<string, QuietPause>(), new Map<string, QuietPause>()];
  for (const operation of operations as readonly Operation[]) {
    const pause = requestedIn(operation);
    if (!pause) continue;
    const { id, urn } = operation.resource;
    if (isCreate(operation)) {
      created.set(nameIn(urn), pause);
      continue;
    }
    updated.set(nameIn(urn), pause);
    // Of a trigger with a new key; the engine saves some operations without their id.
    if (id) updated.set(id, pause);
  }
  const of: RequestedPauses["of"] = ({ resource, triggerId, replaced }) =>
    updated.get(String(triggerId)) ?? (replaced ? undefined : updated.get(resource));
  return { of, created };
}

const requestedIn = ({ resource }: Operation): QuietPause | undefined =>
  resource.type === TRIGGER_TYPE && isObject(resource.inputs)
    ? requestedPause(resource.inputs as JsonObject)
    : undefined;

const isCreate = ({ type }: Operation): boolean => type === "creating";

/** Whether a run that was cut short left some; nothing is written. */
export function hasPending(project: Project): boolean {
  try {
    const file = stateFile(project);
    // The engine writes the key only where there are some, and parsing a large state takes as long as planning.
    return file?.bytes.includes('"pending_operations"') === true && oursIn(file.parsed()).length > 0;
  } catch {
    // What is wrong with the file, the engine reports.
    return false;
  }
}

/** The triggers that a killed run was working on. In: the stack by the engine, asked where the state is in no file. */
export async function pendingTriggers(
  project: Project,
  open: () => Promise<Pick<Stack, "exportStack"> | undefined>,
): Promise<string[]> {
  if (isFileBackend(project)) return namesOf(oursIn(stateFile(project)?.parsed()));
  const exported = await (await open())?.exportStack();
  return namesOf(oursIn({ checkpoint: { latest: exported?.deployment } }));
}

const oursIn = (state: SavedState | undefined): Operation[] =>
  (state?.checkpoint?.latest?.pending_operations ?? []).filter(
    ({ resource }) => resource.type === TRIGGER_TYPE,
  );

const namesOf = (operations: readonly Operation[]): string[] =>
  [...new Set(operations.map(({ resource }) => nameIn(resource.urn)))].sort();

function dropFrom(project: Project, isPlanned: boolean): string[] {
  const file = stateFile(project);
  const state = file?.parsed();
  const latest = state?.checkpoint?.latest;
  const pending = latest?.pending_operations ?? [];
  const ours = oursIn(state);
  if (!file || !state || !latest || ours.length === 0) return [];
  const requested = requestedPausesIn(ours);
  for (const { id, urn, type, outputs, delete: replaced } of latest.resources ?? []) {
    const recorded = { resource: nameIn(urn), triggerId: id, replaced: replaced === true };
    const pause = type === TRIGGER_TYPE ? requested.of(recorded) : undefined;
    if (pause && isObject(outputs)) Object.assign(outputs, { quiet_pause: pause });
  }
  const stays = (operation: Operation): boolean =>
    !ours.includes(operation) || (!isPlanned && isCreate(operation) && requestedIn(operation) !== undefined);
  latest.pending_operations = pending.filter(stays);
  if (latest.pending_operations.length < pending.length) file.write(state);
  return namesOf(ours);
}
