import type { Stack } from "@pulumi/pulumi/automation";
import { type QuietPause, requestedPause } from "../../core/diff/status";
import { isObject } from "../../core/json/is-object";
import type { JsonObject } from "../../core/schema/model";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import type { Project } from "../project/project";
import { nameIn } from "./engine-run";
import { whileLocked } from "./stack-lock";
import { isFileBackend, type Operation, type SavedState, stateFile } from "./state-file";

/**
 * Removes a killed run's pending operations from the state. The engine does not know how they ended: it warns at each
 * run and asks a person. The provider checks what is live instead: a create looks for its name first, an update for
 * differences. The removal is done under the stack's own lock: with an export and an import, another run could work in
 * between, and the import would undo it. Only on file backends, and not while another run uses the stack. Returns the
 * names of the triggers.
 *
 * A pause for planned quiet that the killed run requested stays recorded: in the trigger's record, or in the pending
 * operation until there is one. `isPlanned`: a plan has used it, and the next write records it.
 */
export function dropPending(project: Project, { isPlanned = false } = {}): string[] {
  return whileLocked(project, () => dropFrom(project, isPlanned)) ?? [];
}

/** The pauses that a killed run requested, from its pending operations. */
export interface RequestedPauses {
  /** The pause of a trigger that the state records. */
  of(recorded: { resource: string; triggerId: unknown; replaced: boolean }): QuietPause | undefined;
  /** By resource: the pauses of triggers that it was creating. */
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
    // For a trigger with a new key. The engine saves some operations without their id.
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

/** Whether a killed run left pending operations. Nothing is written. */
export function hasPending(project: Project): boolean {
  try {
    const file = stateFile(project);
    // The engine writes this key only if there are some. Parsing a large state would take as long as planning.
    return file?.bytes.includes('"pending_operations"') === true && oursIn(file.parsed()).length > 0;
  } catch {
    // The engine reports what is wrong with the file.
    return false;
  }
}

/**
 * The triggers that a killed run was changing. `open` opens the stack with the engine; called only if the state is not
 * in a file.
 */
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
