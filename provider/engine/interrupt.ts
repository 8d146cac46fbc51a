const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What to undo if Ctrl-C, a signal or `process.exit()` ends the process early: a lock, a temporary folder, a child
 * process. The steps run synchronously, newest first, since the process does not wait for asynchronous work.
 */
export class Interrupts {
  readonly #steps: (() => void)[] = [];
  #interrupted = false;

  /** Whether a signal came but another listener kept the process running. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Adds a step. The returned function removes it. */
  add(step: () => void): () => void {
    this.#steps.push(step);
    return () => {
      const at = this.#steps.indexOf(step);
      if (at >= 0) this.#steps.splice(at, 1);
    };
  }

  undo(): void {
    this.#interrupted = true;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        step();
      } catch {
        // The remaining steps must still run, and no caller is left to report to.
      }
    }
  }

  /** Runs `work` with the process's signals attached. */
  static async during<T>(work: (interrupts: Interrupts) => Promise<T>): Promise<T> {
    const interrupts = new Interrupts();
    const onExit = () => interrupts.undo();
    const onSignal = (signal: NodeJS.Signals) => {
      interrupts.undo();
      detach();
      // Sent again, so that the process ends as it would without a listener, with the exit status that shells expect.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const detach = () => {
      process.off("exit", onExit);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
    process.on("exit", onExit);
    for (const signal of SIGNALS) process.on(signal, onSignal);
    try {
      return await work(interrupts);
    } finally {
      detach();
    }
  }
}
