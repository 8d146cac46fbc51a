import { type ApiCode, ApiError } from "./errors/api-error";

/**
 * What is known of one write: it waits for its turn, is sent, is acknowledged by the API, is refused or could not be sent, or
 * may have been handled though no good answer came.
 */
export type WriteState = "waiting" | "sent" | "acknowledged" | "refused" | "unclear";

/** A write by its kind and its trigger: the name of one that is created, the id of another. */
export interface LoggedWrite {
  op: "create" | "patch" | "pause" | "resume" | "delete";
  namespace: string;
  trigger: string;
}

/** The writes that a client made, for who has to report them when the run ends before its time. */
export class WriteLog {
  readonly #states = new Map<string, WriteState>();
  readonly #sent = new Set<Promise<unknown>>();

  /** undefined: the write was never begun. */
  stateOf(write: LoggedWrite): WriteState | undefined {
    return this.#states.get(keyOf(write));
  }

  /** Follows a write. In: what makes it, given what to call when the request is about to leave. */
  async follow<T>(write: LoggedWrite, make: (onSend: () => void) => Promise<T>): Promise<T> {
    const key = keyOf(write);
    this.#states.set(key, "waiting");
    let made: Promise<T> | undefined;
    const onSend = (): void => {
      this.#states.set(key, "sent");
      if (made) this.#sent.add(made);
    };
    try {
      made = make(onSend);
      const answer = await made;
      this.#states.set(key, "acknowledged");
      return answer;
    } catch (error) {
      const isSent = this.#states.get(key) === "sent";
      this.#states.set(key, isSent && isUnclear(error) ? "unclear" : "refused");
      throw error;
    } finally {
      if (made) this.#sent.delete(made);
    }
  }

  /** Resolves once what was sent is answered or given up. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#sent);
  }
}

/** Of answers that say nothing about the write. */
const NO_ANSWERS: ReadonlySet<ApiCode> = new Set(["BAD_RESPONSE", "NOT_THE_API"]);

/** Whether a write that failed so may have been handled: no answer came, or none that says otherwise. */
function isUnclear(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  const { ambiguous, status, code } = error;
  return ambiguous || status === undefined || status >= 500 || NO_ANSWERS.has(code);
}

const keyOf = ({ op, namespace, trigger }: LoggedWrite): string => JSON.stringify([op, namespace, trigger]);
