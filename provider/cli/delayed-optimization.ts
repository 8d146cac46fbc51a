import { setFlagsFromString } from "node:v8";

/**
 * Makes V8's optimizing compiler wait ten times as long before it takes a function. A command is done in a second or two:
 * of an `up` of 1,000 triggers without changes that compiler took a third of the CPU time, and its code gained nothing.
 * What runs for longer, as with 10,000 triggers or in the emulator, is optimized still.
 */
export function delayOptimization(versions: NodeJS.ProcessVersions): void {
  const flag = optimizationFlag(versions);
  if (flag !== undefined) setFlagsFromString(flag);
}

/** The flag of a release of Node; undefined where none is known: V8 prints an error for a flag that it does not have. */
export function optimizationFlag({ node, bun }: NodeJS.ProcessVersions): string | undefined {
  const major = Number.parseInt(node, 10);
  if (bun !== undefined || major < 20 || major > 24) return undefined;
  // Bytes of bytecode until 21, 67,584 by default; calls from 22 on, 3,000 by default.
  return major < 22 ? "--interrupt-budget=675840" : "--invocation-count-for-turbofan=30000";
}
