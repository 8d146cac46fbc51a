/**
 * Turns off what the SDK records for the author of a Pulumi program, because it is not used when the program is one of
 * these commands: four stack traces for every property of every resource, one of which is stored in the state (always
 * the same line of this package, in a folder of this machine), and three messages per resource that the engine receives
 * and drops. Together they take half of a run's time.
 */

type Log = { debug: unknown };

/** Declares resources, which is synchronous, without the stack traces that the state would store. */
export function declareQuietly(declare: () => void): void {
  const { prepareStackTrace } = Error;
  // The SDK raises the stack trace limit for these, so the limit cannot turn them off.
  Error.prepareStackTrace = () => "";
  try {
    declare();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** If runs overlap, the last one to end restores the settings that the first one found. */
let running = 0;
let found: { stackTraceLimit: number; debug: unknown };

/** Runs the engine without the other stack traces and without messages below `info`. `log`: the SDK's log. */
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
