import type { Project } from "../project/project";
import { LockWait, type LockWaitOptions } from "./lock-wait";
import { lockHolders } from "./stack-lock";
import { StackLocked } from "./stack-locked-error";
import { openExisting } from "./stack-state";
import { isFileBackend } from "./state-file";

/**
 * Makes an attempt. If another run holds the stack's lock, waits for it and makes a new attempt, which must read
 * everything again. Returns undefined if the wait was stopped. Throws {@link StackLocked}, and the errors of the
 * attempt.
 */
export async function whenUnlocked<T>(
  project: Project,
  options: LockWaitOptions,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  const wait = new LockWait(options);
  const look = async () => {
    const holders = await lockHolders(project, openExisting(project, options.note));
    // The next attempt removes a lock that a killed run left on this machine.
    return isFileBackend(project) ? holders.filter(({ isAlive }) => isAlive !== false) : holders;
  };
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StackLocked)) throw error;
      if (!(await wait.untilReleased(error, look))) return undefined;
    }
  }
}
