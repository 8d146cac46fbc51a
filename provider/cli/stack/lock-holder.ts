import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { visible } from "../../core/json/safe-text";

/** A run that holds a stack's lock, as the engine records it. A lock has no field for a pipeline run. */
export interface LockHolder {
  /** The lock's file or URL. */
  lock: string;
  user: string;
  host: string;
  /** The engine's process id. */
  pid: number;
  /** When the lock was taken, in ISO 8601. */
  since: string;
  /** Whether the process is running; undefined if it is on another machine, which cannot be checked. */
  isAlive: boolean | undefined;
}

/** The engine's messages for a locked stack: on a file or object store, and on the hosted backend. */
const LOCKED = /the stack is currently locked by|\[409\] Conflict: Another update is currently in progress/;
/** A lock that was released after the engine listed it and before the engine read it. */
const RELEASED =
  /^(?!.*problem deleting).*(?:blob \(key "[^"]*\.pulumi\/locks\/[^"]*"\) \(code=NotFound\)|could not list bucket: blob \(code=NotFound\): sql: no rows)/m;
/**
 * Messages for an incomplete state. The engine overwrites the file in place, so another run can read it half-written,
 * and a crash can leave it incomplete.
 */
const HALF_READ =
  /failed to load checkpoint: (?:unexpected )?(?:EOF|end of JSON input)|^unexpected end of JSON input$|\(unexpected end of JSON input\)/m;
const HOLDER = /^\s*(\S+): created by (.+)@(\S+) \(pid (\d+)\) at (\S+)$/gm;

/** The lock holders in the engine's message; empty if it names none; undefined if it is another message. */
export function lockHoldersIn(text: string): LockHolder[] | undefined {
  if (!LOCKED.test(text) && !RELEASED.test(text)) return undefined;
  const found = [...text.matchAll(HOLDER)].map(([, lock = "", user = "", host = "", pid, since = ""]) =>
    lockHolder(lock, { username: user, hostname: host, pid: Number(pid), timestamp: since }),
  );
  return [...new Map(found.map((holder) => [holder.lock, holder])).values()];
}

/** Whether the engine found an incomplete state. */
export const isTruncatedState = (text: string): boolean => HALF_READ.test(text);

/** The JSON that the engine writes into a lock file. */
export interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

export const lockHolder = (lock: string, content: Lock): LockHolder => ({
  lock,
  user: visible(String(content.username)),
  host: visible(String(content.hostname)),
  pid: content.pid,
  since: visible(String(content.timestamp)),
  isAlive: content.hostname === hostname() ? isAlive(content.pid) : undefined,
});

/**
 * Whether no process will release a lock: all its holders had ended at the first look, and the lock still existed at
 * the later one. One look is not enough: a run releases its lock and then ends, and both may happen between the look at
 * the lock and the look at the process.
 */
export const isAbandoned = (holders: readonly LockHolder[], later: readonly LockHolder[]): boolean =>
  later.length > 0 &&
  later.every(({ lock }) => holders.some((holder) => holder.lock === lock && holder.isAlive === false));

/** Whether two looks found the same locks. */
export const areSameLocks = (one: readonly LockHolder[], other: readonly LockHolder[]): boolean =>
  one.length === other.length && one.every(({ lock }) => other.some((holder) => holder.lock === lock));

/** `a run of ann@build-7 (pid 4711), since 2026-11-28T10:00:00Z`. */
export const holdersText = (holders: readonly LockHolder[]): string =>
  holders.length === 0
    ? "another run"
    : holders
        .map(({ user, host, pid, since }) => `a run of ${user}@${host} (pid ${pid}, since ${since})`)
        .join(" and ");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie: it has ended, but its parent has not collected its status. In a container without an init process, it
    // stays like that.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // The process of another user cannot be signalled, but it is running. Only Linux has /proc.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
