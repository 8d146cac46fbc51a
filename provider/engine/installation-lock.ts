import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { interrupted } from "./errors";
import type { Interrupts } from "./interrupt";
import { type Say, withHeartbeat } from "./progress";
import { type System, sleep } from "./system";

interface Holder {
  pid: number;
  host: string;
  started: number;
  token: string;
}

const POLL_MS = 500;
/** Much longer than a build takes on one core. */
const STALE_MS = 60 * 60_000;
/** A lock that stays empty for longer than this belongs to a writer that died after creating it. */
const TORN_MS = 10_000;

/**
 * Tokens of this process's own locks. A lock with our pid but another token is from a dead process with the same pid.
 */
const held = new Set<string>();

/**
 * Runs `work` while no other run, in any process, holds the lock file. Waits for the lock, and reports that it waits.
 */
export async function withLock<T>(
  file: string,
  { system, say, interrupts }: { system: System; say: Say; interrupts: Interrupts },
  work: () => Promise<T>,
): Promise<T> {
  const mine: Holder = { pid: system.pid, host: system.host, started: system.now(), token: randomUUID() };
  held.add(mine.token);
  const release = () => {
    held.delete(mine.token);
    if (read(file)?.token === mine.token) rmSync(file, { force: true });
  };
  const forget = interrupts.add(release);
  try {
    if (!take(file, mine)) await wait(file, mine, { system, say, interrupts });
    return await work();
  } finally {
    forget();
    release();
  }
}

async function wait(
  file: string,
  mine: Holder,
  { system, say, interrupts }: { system: System; say: Say; interrupts: Interrupts },
): Promise<void> {
  let reported = "";
  const who = () => {
    const holder = read(file);
    const where = holder && holder.host !== system.host ? ` on ${holder.host}` : "";
    return `another run is installing the engine (pid ${holder?.pid ?? "unknown"}${where}), waiting`;
  };
  await withHeartbeat(system, say, who, async () => {
    while (!take(file, mine)) {
      if (interrupts.interrupted) throw interrupted();
      if (isStale(file, system) && removeStale(file, system)) continue;
      const holder = read(file);
      if (holder && holder.token !== reported) {
        reported = holder.token;
        say(who());
      }
      await sleep(system, POLL_MS);
    }
  });
}

function take(file: string, mine: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(mine), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isStale(file: string, system: System): boolean {
  const holder = read(file);
  if (!holder) return ageMs(file, system) > TORN_MS;
  if (system.now() - holder.started > STALE_MS) return true;
  if (holder.host !== system.host) return false;
  return holder.pid === system.pid ? !held.has(holder.token) : !system.isAlive(holder.pid);
}

/** Only one run at a time may check and remove a stale lock: otherwise a slow one could remove the next holder's. */
function removeStale(file: string, system: System): boolean {
  const guard = `${file}.takeover`;
  try {
    writeFileSync(guard, "", { flag: "wx" });
  } catch {
    if (ageMs(guard, system) > TORN_MS) rmSync(guard, { force: true });
    return false;
  }
  try {
    const stale = isStale(file, system);
    if (stale) rmSync(file, { force: true });
    return stale;
  } finally {
    rmSync(guard, { force: true });
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function ageMs(file: string, system: System): number {
  try {
    return system.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
