import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Project } from "../project/project";

/** What the engine writes into a lock of a file backend. */
interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** The engine's own words for a stack that somebody works on. */
const LOCKED = /the stack is currently locked by/;
const HOLDER = /^\s*(\S+): created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)$/m;
/** Where a backend keeps a lock: below the stack's full name, which `pulumi cancel` takes in any folder. */
const LOCK_PATH = /\/\.pulumi\/locks\/([^?]+)\/[^/?]+\.json/;

/**
 * Removes the locks that killed runs of this machine left on the project's stack: nobody else can give them back. Those
 * of a living process or another machine stay, and the engine then refuses to run, see {@link lockedText}.
 * Out: what to tell. Works on file backends; others have nothing here to look at.
 */
export function removeLeftLocks(project: Project): string[] {
  return locksOf(project).flatMap((file) => {
    const lock = read(file);
    if (!lock || lock.hostname !== hostname() || isAlive(lock.pid)) return [];
    // The engine's storage keeps a second file beside each.
    for (const each of [file, `${file}.attrs`]) rmSync(each, { force: true });
    return [
      `the lock of stack "${project.stack}" was left by a run of ${lock.username} (pid ${lock.pid}, since ${lock.timestamp}) that no longer lives, and is removed`,
    ];
  });
}

/**
 * Does `work` under a lock as the engine's own, which refuses to run meanwhile. undefined where somebody else works on
 * the stack, or its backend is not one of files: nothing was done. One that a kill leaves is removed as any other.
 */
export function whileLocked<T>(project: Project, work: () => T): T | undefined {
  if (!isLocal(project)) return undefined;
  const folder = lockFolder(project);
  mkdirSync(folder, { recursive: true });
  const own = join(folder, `${randomUUID()}.json`);
  const lock: Lock = {
    pid: process.pid,
    username: user(),
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  writeFileSync(own, JSON.stringify(lock), { flag: "wx" });
  try {
    // Ours first, then a look for others', as the engine does it: of two at once, one at least sees the other.
    return locksOf(project).every((file) => file === own) ? work() : undefined;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether a run is at work on the stack; on backends that are no files that is the engine's to say. */
export const isLocked = (project: Project): boolean => locksOf(project).length > 0;

/**
 * What the engine says of a locked stack, as who, since when and what to do; undefined where it says something else.
 * A lock of this machine whose process has ended is one that a killed run left.
 */
export function lockedText(text: string): string | undefined {
  if (!LOCKED.test(text)) return undefined;
  const [, url, who, host, pid, since] = HOLDER.exec(text) ?? [];
  const remove = removalOf(url);
  if (host === hostname() && !isAlive(Number(pid)))
    return `the stack is locked by a run of ${who}@${host} (pid ${pid}), since ${since}, that no longer lives. ${capitalized(remove)}, then run again [STACK_LOCKED].`;
  const holder = url === undefined ? "another run" : `a run of ${who}@${host} (pid ${pid}), since ${since},`;
  return `the stack is locked: ${holder} works on it. Wait until it is done, then run again; if it no longer lives, ${remove} first [STACK_LOCKED].`;
}

/** How to remove the lock at a URL that the engine printed. */
function removalOf(url: string | undefined): string {
  if (url?.startsWith("file://")) return `delete ${url.replace(/^file:\/\/|\?.*$/g, "")}`;
  const [, stack] = LOCK_PATH.exec(url ?? "") ?? [];
  return stack === undefined
    ? "run `pulumi cancel`"
    : `run \`pulumi cancel ${stack} --yes\` with the same PULUMI_BACKEND_URL`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have a number and no name.
    return "unknown";
  }
}

const isLocal = ({ backend }: Project): boolean => backend.url.startsWith("file:///");

const lockFolder = ({ backend, name, stack }: Project): string =>
  join(fileURLToPath(backend.url), ".pulumi", "locks", "organization", name, stack);

function locksOf(project: Project): string[] {
  if (!isLocal(project)) return [];
  const folder = lockFolder(project);
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.map((file) => join(folder, file));
  } catch {
    // Nobody ever locked this stack.
    return [];
  }
}

/** undefined: given back meanwhile, or half written, by a run that lives. */
function read(file: string): Lock | undefined {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    return Number.isInteger(lock.pid) && lock.pid > 0 ? lock : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Ended, but nobody has asked what became of it: in a container without an init that stays so.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // Of another user, it may not be signalled, but it lives; and only Linux has /proc.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
