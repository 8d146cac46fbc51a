import { Interruption, type StopSignal } from "../interruption";

/** How long a run that is stopped at once may take to report what it left, milliseconds. */
const LAST_WORDS = 5_000;

const STOPPING = "Finishing the calls in progress, then stopping. Press Ctrl-C again to stop at once.";

/**
 * Runs something that Ctrl-C and SIGTERM stop between two steps: the signal is then aborted, with an {@link Interruption}. A
 * second one stops it at once, and the process ends when what was left is reported; a third ends it there.
 */
export async function interruptible(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  let interruption: Interruption | undefined;
  const stop = (by: StopSignal): void => {
    if (interruption === undefined) {
      interruption = new Interruption(by);
      process.stderr.write(`${STOPPING}\n`);
      abort.abort(interruption);
      return;
    }
    const { exitCode, atOnce } = interruption;
    if (atOnce.aborted) process.exit(exitCode);
    setTimeout(() => process.exit(exitCode), LAST_WORDS).unref();
    interruption.endAtOnce();
  };
  // Not once: a listener that is gone before the others run lets the SDK's end the process in the middle of a write.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    const code = await run(abort.signal);
    // Requests that are no longer waited for would keep the process.
    if (interruption?.atOnce.aborted) process.stdout.write("", () => process.exit(code));
    return code;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
