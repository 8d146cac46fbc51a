import { durationText } from "../../core/text/duration-text";
import { isHosted, type Project } from "../project/project";
import { holdersText, type LockHolder } from "./lock-holder";

/** Another run holds the lock of the stack: nothing was written. */
export class StackLocked extends Error {
  readonly code = "STACK_LOCKED";

  /**
   * `holders`: empty if unknown. `waited`: how long this run waited, in milliseconds. `isAbandoned`: the holders have
   * ended, so the lock is never released.
   */
  constructor(
    readonly project: Project,
    readonly holders: readonly LockHolder[],
    found: { waited?: number | undefined; isAbandoned?: boolean } = {},
  ) {
    super(lockedText(project, holders, found));
  }
}

function lockedText(
  project: Project,
  holders: readonly LockHolder[],
  { waited, isAbandoned }: { waited?: number | undefined; isAbandoned?: boolean },
): string {
  const unlock = unlockCommand(project);
  const time = waited === undefined ? "" : ` This run waited ${durationText(waited)} for the lock.`;
  if (isAbandoned)
    return `the stack is locked by ${holdersText(holders)}, which has ended.${time} Run \`${unlock}\`, then run again [STACK_LOCKED].`;
  const wait = waited === undefined ? ", or add --lock-timeout 10m to wait" : "";
  return `the stack is locked by ${holdersText(holders)}.${time} Wait until that run has ended, then run again${wait}; if it has already ended, run \`${unlock}\` first [STACK_LOCKED].`;
}

/** The command that removes a stack's lock, with the necessary options. */
const unlockCommand = (project: Project): string =>
  isHosted(project)
    ? `pulumi cancel ${project.name}/${project.stack}`
    : `mixpeek-triggers unlock ${project.selectedBy}`;
