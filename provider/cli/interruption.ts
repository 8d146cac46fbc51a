import { signalCode } from "./exit-code";

export type StopSignal = "SIGINT" | "SIGTERM";

/** Why a command stops: the reason of its AbortSignal. */
export class Interruption extends Error {
  override readonly name = "AbortError";
  readonly #atOnce = new AbortController();

  constructor(readonly by: StopSignal) {
    super(`stopped by ${by}`);
  }

  /** Aborted by a second signal: do not wait for the calls in progress. */
  get atOnce(): AbortSignal {
    return this.#atOnce.signal;
  }

  get exitCode(): number {
    return signalCode(this.by);
  }

  endAtOnce(): void {
    this.#atOnce.abort(this);
  }
}

/** What stopped a command; undefined while it is running. */
export function interruptionOf({ aborted, reason }: AbortSignal): Interruption | undefined {
  if (!aborted) return undefined;
  return reason instanceof Interruption ? reason : new Interruption("SIGINT");
}

/** Aborted when the work that `signal` stops must end at once. */
export function atOnceOf(signal: AbortSignal): AbortSignal {
  const atOnce = new AbortController();
  const follow = (): void => {
    const second = interruptionOf(signal)!.atOnce;
    if (second.aborted) atOnce.abort(second.reason);
    else second.addEventListener("abort", () => atOnce.abort(second.reason), { once: true });
  };
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow, { once: true });
  return atOnce.signal;
}
