import { availableParallelism, homedir, hostname } from "node:os";
import { RELEASES, type Release } from "./release";
import { type Env, type Run, run } from "./run";

/** The parts of the machine that this folder uses, except files, so that a test can replace them. */
export interface System {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly home: string;
  readonly host: string;
  readonly pid: number;
  readonly cores: number;
  readonly run: Run;
  now(): number;
  /** Calls `tick` repeatedly; the returned function stops it. */
  every(ms: number, tick: () => void): () => void;
  isAlive(pid: number): boolean;
  /** The user id of this process; undefined on Windows. */
  readonly uid: number | undefined;
  /** By `platform-arch`. */
  readonly releases: Readonly<Record<string, Release>>;
}

export function realSystem(env: Env): System {
  return {
    env,
    platform: process.platform,
    arch: process.arch,
    home: homedir(),
    host: hostname(),
    pid: process.pid,
    cores: availableParallelism(),
    run,
    now: Date.now,
    every(ms, tick) {
      const timer = setInterval(tick, ms);
      return () => clearInterval(timer);
    },
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        // No permission to signal it: the process runs, as another user.
        return (error as NodeJS.ErrnoException).code === "EPERM";
      }
    },
    uid: process.getuid?.(),
    releases: RELEASES,
  };
}

export function sleep(system: System, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = system.every(ms, () => {
      stop();
      resolve();
    });
  });
}
