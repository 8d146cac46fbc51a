/** Runs something that Ctrl-C and SIGTERM stop between two steps; the second Ctrl-C ends the process at once. */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  // Not once: a listener that is gone before the others run lets the SDK's end the process in the middle of a write.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await run(abort.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
