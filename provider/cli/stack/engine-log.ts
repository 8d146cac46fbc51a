/**
 * What the SDK does for the author of a program, and what is not read where a command is the program: four stack traces for
 * every property of every resource, one of which the state keeps (the same line of ours, in a folder of this machine),
 * and three messages for each resource that the engine takes in to drop them. Together half of the time of a run.
 */

type Log = { debug: unknown };

/** Declares resources, which is done at once, without the traces that the state keeps. */
export function declareQuietly(declare: () => void): void {
  const { prepareStackTrace } = Error;
  // The SDK lifts the limit for these.
  Error.prepareStackTrace = () => "";
  try {
    declare();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Of runs side by side, the last one to end restores what the first one found. */
let running = 0;
let found: { stackTraceLimit: number; debug: unknown };

/** Runs the engine without the other traces, and without messages below `info`. In: the SDK's log. */
export async function runQuietly<T>(log: Log, run: () => Promise<T>): Promise<T> {
  if (running === 0) {
    found = { stackTraceLimit: Error.stackTraceLimit, debug: log.debug };
    Error.stackTraceLimit = 0;
    log.debug = async () => undefined;
  }
  running += 1;
  try {
    return await run();
  } finally {
    running -= 1;
    if (running === 0) {
      Error.stackTraceLimit = found.stackTraceLimit;
      log.debug = found.debug;
    }
  }
}
