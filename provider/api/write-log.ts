import { type ApiCode, ApiError } from "./errors/api-error";

/**
 * The state of one write. `refused`: it was rejected or could not be sent. `unclear`: it may have been processed
 * although no valid response came.
 */
export type WriteState = "waiting" | "sent" | "acknowledged" | "refused" | "unclear";

/** A write, by kind and trigger: the name for a create, the id otherwise. */
export interface LoggedWrite {
  op: "create" | "patch" | "pause" | "resume" | "delete";
  namespace: string;
  trigger: string;
}

/** The writes of a client, to report them if the run ends early. */
export class WriteLog {
  readonly #states = new Map<string, WriteState>();
  readonly #sent = new Set<Promise<unknown>>();

  /** Returns undefined if the write was never started. */
  stateOf(write: LoggedWrite): WriteState | undefined {
    return this.#states.get(keyOf(write));
  }

  /** Tracks a write. `make` sends it, and calls `onSend` just before the request is sent. */
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

  /** Resolves when every sent write has a response or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#sent);
  }
}

/** Codes of responses that say nothing about the write. */
const NO_ANSWERS: ReadonlySet<ApiCode> = new Set(["BAD_RESPONSE", "NOT_THE_API"]);

/** Whether a failed write may have been processed: there was no response, or none from the API. */
function isUnclear(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  const { ambiguous, status, code } = error;
  return ambiguous || status === undefined || status >= 500 || NO_ANSWERS.has(code);
}

const keyOf = ({ op, namespace, trigger }: LoggedWrite): string => JSON.stringify([op, namespace, trigger]);
