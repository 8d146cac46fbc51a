const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What to undo when Ctrl-C, a signal or `process.exit()` ends the process half way: a lock, a temporary folder, a
 * child process. The steps run newest first and synchronously, since nothing later would run.
 */
export class Interrupts {
  readonly #steps: (() => void)[] = [];
  #interrupted = false;

  /** True once a signal came that somebody else also listens to, so that the process went on. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Adds a step; the returned function takes it back. */
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
        // The other steps must still run, and there is no caller left to report to.
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
      // Raised again, so that the process ends as if there were no listener, with the status shells expect.
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
