import type { StackOwner } from "../../core/stack/stack-owner";
import type { Project } from "../project/project";
import { declareQuietly } from "../stack/engine-log";
import { engineFailure, operate } from "../stack/engine-run";
import { StackLocked } from "../stack/stack-locked-error";
import { ownerUrn } from "../stack/state-file";
import { openedStack } from "./opened-stack";

/**
 * Records the owner of a stack, and where the stack moved to. It uses an engine operation, which changes nothing else
 * and takes the stack's lock on every backend, so no other run is active. Throws {@link StackLocked} and ENGINE.
 */
export async function recordMove(
  project: Project,
  owner: StackOwner,
  note: (line: string) => void,
): Promise<void> {
  const program = async (): Promise<void> => {
    const { recordOwner } = await import("../../pulumi/resource/owner-resource");
    await recordOwner(owner, declareQuietly);
  };
  const opened = await openedStack(project, { note, program: program as () => Promise<never> });
  const outcome = await operate(opened!.stack, "up", { target: [ownerUrn(project)] });
  if (outcome.lockedBy) throw new StackLocked(project, outcome.lockedBy);
  const { ok, ended, errors } = outcome;
  const death = ended?.kind === "died" ? [`the Pulumi engine ${ended.how}`] : [];
  if (!ok) throw engineFailure(project, new Error([...death, ...errors].join("\n")));
}
