import type { System } from "./system";

export type Say = (line: string) => void;

const BEAT_MS = 20_000;

/** Runs `work`, and reports every 20 s how long it has been running. */
export async function withHeartbeat<T>(
  system: System,
  say: Say,
  what: () => string,
  work: () => Promise<T>,
): Promise<T> {
  const start = system.now();
  const stop = system.every(BEAT_MS, () => say(`${what()} (${duration(system.now() - start)} so far)`));
  try {
    return await work();
  } finally {
    stop();
  }
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
