import { setFlagsFromString } from "node:v8";

/**
 * Delays V8's optimizing compiler: a function must run ten times as often before it is compiled. Most commands end
 * within two seconds. In an `up` of 1,000 triggers without changes, that compiler took a third of the CPU time, and
 * nothing ran faster. Longer runs, such as 10,000 triggers or the emulator, are still optimized.
 */
export function delayOptimization(versions: NodeJS.ProcessVersions): void {
  const flag = optimizationFlag(versions);
  if (flag !== undefined) setFlagsFromString(flag);
}

/** The flag for a Node release. undefined if none is known: V8 prints an error for an unknown flag. */
export function optimizationFlag({ node, bun }: NodeJS.ProcessVersions): string | undefined {
  const major = Number.parseInt(node, 10);
  if (bun !== undefined || major < 20 || major > 24) return undefined;
  // Up to Node 21: bytes of bytecode (default 67,584). From Node 22: calls (default 3,000).
  return major < 22 ? "--interrupt-budget=675840" : "--invocation-count-for-turbofan=30000";
}
