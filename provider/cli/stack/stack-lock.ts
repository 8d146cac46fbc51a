import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { isObject } from "../../core/json/is-object";
import type { Project } from "../project/project";
import { engineFailure } from "./engine-run";
import { type Lock, type LockHolder, lockHolder, lockHoldersIn } from "./lock-holder";
import { StackLocked } from "./stack-locked-error";
import { isFileBackend } from "./state-file";

/**
 * Removes the locks that killed runs on this machine left on the project's stack: no other process can release them.
 * Locks of running processes and of other machines stay; see {@link refuseLocked}. Returns notes to print. Only on file
 * backends.
 */
export function removeStaleLocks(project: Project): string[] {
  return fileHolders(project).flatMap(({ lock, user, pid, since, isAlive }) => {
    if (isAlive !== false) return [];
    removeLock(lock);
    return [
      `removed the lock of stack "${project.stack}", which a run of ${user} (pid ${pid}, since ${since}) left when it ended`,
    ];
  });
}

/**
 * Runs `work` under a lock like the engine's own, so that the engine refuses to run in the meantime. Returns undefined,
 * without running it, if another run uses the stack or if it is not on a file backend. If this process is killed, the
 * lock is removed like any other.
 */
export function whileLocked<T>(project: Project, work: () => T): T | undefined {
  if (!isFileBackend(project)) return undefined;
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
    // As in the engine: first creates a lock, then looks for others. If two runs start at once, at least one sees the
    // other.
    return locksOf(project).every((file) => file === own) ? work() : undefined;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Throws {@link StackLocked} if another run holds the stack's lock, as the engine would after its start. Only on file
 * backends: on others, only the engine can tell.
 */
export function refuseLocked(project: Project): void {
  const holders = fileHolders(project);
  if (holders.length > 0) throw new StackLocked(project, holders);
}

/**
 * The holders of a stack's lock. `open` opens the stack with the engine; called only if the stack is not on a file
 * backend. `scratch` opens a workspace to find the lock of a stack that does not exist; without it, such a lock is not
 * found.
 */
export async function lockHolders(
  project: Project,
  open: OpenStack,
  scratch?: OpenScratch,
): Promise<LockHolder[]> {
  if (isFileBackend(project)) return fileHolders(project);
  const stack = await open();
  if (!stack) return scratch ? holdersWithoutStack(project, await scratch()) : [];
  try {
    // No engine command only shows a lock. This one takes the lock, finds that the new name is taken, and releases it.
    await stack.rename({ stackName: project.stack });
  } catch (error) {
    const { message } = error as Error;
    const holders = lockHoldersIn(message);
    if (holders) return holders;
    if (!NAME_EXISTS.test(message)) throw engineFailure(project, error as Error);
  }
  return [];
}

/**
 * Removes the locks of these holders. `open` and `scratch`: see {@link lockHolders}. The engine removes all locks of
 * the stack.
 */
export async function removeLocks(
  project: Project,
  holders: readonly LockHolder[],
  open: OpenStack,
  scratch: OpenScratch,
): Promise<void> {
  if (isFileBackend(project)) {
    for (const { lock } of holders) removeLock(lock);
    return;
  }
  const stack = await open();
  if (stack) await stack.cancel();
  else await removeLocksWithoutStack(project, await scratch());
}

/**
 * A run that was killed while it created the stack leaves such a lock. The engine reports it only when the stack is
 * created.
 */
async function holdersWithoutStack(project: Project, workspace: LocalWorkspace): Promise<LockHolder[]> {
  try {
    await workspace.createStack(project.stack);
  } catch (error) {
    const holders = lockHoldersIn((error as Error).message);
    if (holders) return holders;
    // Another run has created the stack since, so there was no lock.
    if ((error as Error).name === "StackAlreadyExistsError") return [];
    throw engineFailure(project, error as Error);
  }
  await workspace.removeStack(project.stack);
  return [];
}

/**
 * The engine unlocks only existing stacks. So an empty stack is created under that name, which the lock does not
 * prevent, and then deleted.
 */
async function removeLocksWithoutStack(project: Project, workspace: LocalWorkspace): Promise<void> {
  const { Stack: EngineStack } = await import("@pulumi/pulumi/automation");
  const { name, stack } = project;
  try {
    const empty = await EngineStack.create(`${stack}-unlock-${process.pid}`, workspace);
    await empty.rename({ stackName: `organization/${name}/${stack}` });
    await (await EngineStack.select(stack, workspace)).cancel();
    await workspace.removeStack(stack);
  } catch (error) {
    throw engineFailure(project, error as Error);
  }
}

/** The parts of the engine's stack that are needed for locks. */
export type OpenStack = () => Promise<Pick<Stack, "rename" | "cancel"> | undefined>;

/** A workspace for temporary stacks. */
export type OpenScratch = () => Promise<LocalWorkspace>;

const NAME_EXISTS = /a stack named \S+ already exists/;

function removeLock(file: string): void {
  // The engine's storage keeps a second file for each.
  for (const each of [file, `${file}.attrs`]) rmSync(each, { force: true });
}

const fileHolders = (project: Project): LockHolder[] => locksOf(project).flatMap((file) => read(file) ?? []);

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user may have an id but no name.
    return "unknown";
  }
}

const lockFolder = ({ backend, name, stack }: Project): string =>
  join(fileURLToPath(backend.url), ".pulumi", "locks", "organization", name, stack);

function locksOf(project: Project): string[] {
  if (!isFileBackend(project)) return [];
  const folder = lockFolder(project);
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.map((file) => join(folder, file));
  } catch {
    // The stack was never locked.
    return [];
  }
}

/** undefined if it was released in the meantime. If a crash left it incomplete, only its time is known. */
function read(file: string): LockHolder | undefined {
  try {
    const since = statSync(file).mtime.toISOString();
    const lock = parsed(readFileSync(file, "utf8"));
    if (lock) return lockHolder(file, lock);
    return { lock: file, user: "unknown", host: "unknown", pid: 0, since, isAlive: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

function parsed(text: string): Lock | undefined {
  try {
    const lock: unknown = JSON.parse(text);
    return isObject(lock) && Number.isInteger(lock["pid"]) && Number(lock["pid"]) > 0
      ? (lock as unknown as Lock)
      : undefined;
  } catch {
    return undefined;
  }
}
