import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { visible } from "../../core/json/printed";

/** A run that holds the lock of a stack, as the engine records it. A lock has no field for the run of a pipeline. */
export interface LockHolder {
  /** The file or URL of its lock. */
  lock: string;
  user: string;
  host: string;
  /** Of the engine. */
  pid: number;
  /** An ISO 8601 time. */
  since: string;
  /** Whether the process lives; undefined: it is of another machine, which cannot be asked. */
  isAlive: boolean | undefined;
}

/** The engine's own words for a stack that somebody works on: of a file or object store, and of the hosted backend. */
const LOCKED = /the stack is currently locked by|\[409\] Conflict: Another update is currently in progress/;
/** A lock that was released between the engine's look for locks and its look into them. */
const RELEASED =
  /^(?!.*problem deleting).*(?:blob \(key "[^"]*\.pulumi\/locks\/[^"]*"\) \(code=NotFound\)|could not list bucket: blob \(code=NotFound\): sql: no rows)/m;
/** The engine overwrites a state in place: it read one in the middle of that, or one that a stopped machine left so. */
const HALF_READ =
  /failed to load checkpoint: (?:unexpected )?(?:EOF|end of JSON input)|^unexpected end of JSON input$|\(unexpected end of JSON input\)/m;
const HOLDER = /^\s*(\S+): created by (.+)@(\S+) \(pid (\d+)\) at (\S+)$/gm;

/** Who holds the lock, by what the engine says, empty where it does not name them; undefined: it says something else. */
export function lockHoldersIn(text: string): LockHolder[] | undefined {
  if (!LOCKED.test(text) && !RELEASED.test(text)) return undefined;
  const found = [...text.matchAll(HOLDER)].map(([, lock = "", user = "", host = "", pid, since = ""]) =>
    lockHolder(lock, { username: user, hostname: host, pid: Number(pid), timestamp: since }),
  );
  return [...new Map(found.map((holder) => [holder.lock, holder])).values()];
}

/** Whether the engine found only a part of the state. */
export const isTruncatedState = (text: string): boolean => HALF_READ.test(text);

/** What the engine writes into a lock. */
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
 * Whether no process will release a lock: all its holders had ended when it was looked at, and it was there `later`. A run
 * that ends well releases its lock first, but may do both between the engine's look at the lock and ours at the process.
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
    // Ended, but its parent has not asked what became of it: in a container without an init that stays so.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // Of another user, it may not be signalled, but it lives; and only Linux has /proc.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
