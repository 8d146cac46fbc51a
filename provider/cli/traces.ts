/**
 * The SDK takes four stack traces for every property of every resource, and the state keeps one of each resource. Those
 * of a command would show the same line of ours, in a folder of this machine, and take a fifth of the time and of the
 * state. Both of these leave them out; whatever fails meanwhile is told by the engine, without a trace anyway.
 */

/** While resources are declared, which is done at once. */
export function declareWithoutTraces(declare: () => void): void {
  const { prepareStackTrace } = Error;
  // The SDK lifts the limit for the trace that the state keeps.
  Error.prepareStackTrace = () => "";
  try {
    declare();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** While the engine runs. */
export async function runWithoutTraces<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
