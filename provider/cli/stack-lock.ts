import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Project } from "./project";

/** What the engine writes into a lock of a file backend. */
interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** The engine's own words for a stack that somebody works on. */
const LOCKED = /the stack is currently locked by/;
const HOLDER = /^\s*(\S+): created by (\S+) \(pid (\d+)\) at (\S+)$/m;

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

/** Whether it is sure that nobody works on the stack: only a file backend shows that. */
export const isFree = (project: Project): boolean => isLocal(project) && locksOf(project).length === 0;

/** What the engine says of a locked stack, as who, since when and what to do; undefined where it says something else. */
export function lockedText(text: string): string | undefined {
  if (!LOCKED.test(text)) return undefined;
  const [, file, who, pid, since] = HOLDER.exec(text) ?? [];
  const holder = file === undefined ? "another run" : `a run of ${who} (pid ${pid}), since ${since},`;
  const left = file?.startsWith("file://")
    ? `delete ${file.replace(/^file:\/\/|\?.*$/g, "")}`
    : "run `pulumi cancel`";
  return `the stack is locked: ${holder} works on it. Wait until it is done, then run again; if it no longer lives, ${left} first [STACK_LOCKED].`;
}

const isLocal = ({ backend }: Project): boolean => backend.url.startsWith("file:///");

function locksOf(project: Project): string[] {
  if (!isLocal(project)) return [];
  const { backend, name, stack } = project;
  const folder = join(fileURLToPath(backend.url), ".pulumi", "locks", "organization", name, stack);
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
