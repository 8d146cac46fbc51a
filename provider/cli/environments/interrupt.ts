import { Interruption, type StopSignal } from "../interruption";

/** After an immediate stop: how long the run may take to report unfinished work, in milliseconds. */
const LAST_WORDS = 5_000;

const STOPPING = "Finishing the calls in progress, then stopping. Press Ctrl-C again to stop at once.";

/**
 * Runs something that Ctrl-C and SIGTERM stop between two steps: the signal is aborted with an {@link Interruption}. A
 * second Ctrl-C stops it at once, and the process ends as soon as the run has reported unfinished work. A third ends
 * the process immediately.
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
  // `on`, not `once`: if this listener is removed before the others run, the SDK's listener ends the process in the
  // middle of a write.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    const code = await run(abort.signal);
    // Requests that nothing waits for any more would keep the process running.
    if (interruption?.atOnce.aborted) process.stdout.write("", () => process.exit(code));
    return code;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
