import { awareTime } from "../model/times";
import type { LoggedRequest } from "../model/types";

/** Entries kept; older ones are forgotten but stay counted, so that a long run costs no memory. */
const KEPT = 50_000;

/** What was asked of the API, in the order it was answered. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private counted = 0;

  constructor(private readonly onRequest: ((request: LoggedRequest) => void) | undefined) {}

  /**
   * Notes one answered request.
   * @param arrivedAt milliseconds since the epoch
   * @returns the entry, whose status changes where the answer is then kept from the client
   */
  add(arrivedAt: number, request: Omit<LoggedRequest, "n" | "at">): LoggedRequest {
    // A key pasted into a path by mistake must not surface here either.
    const path = request.path.replace(/sk_[\w-]+/g, "sk_redacted");
    this.counted += 1;
    const entry = { n: this.counted, at: awareTime(arrivedAt), ...request, path };
    this.entries.push(entry);
    // Only every so often, as each time moves all that is kept.
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
    this.onRequest?.({ ...entry });
    return entry;
  }

  /** How many there were since the start or the last clearing. */
  get count(): number {
    return this.counted;
  }

  /** The newest of them, oldest first. */
  list(): LoggedRequest[] {
    return this.entries.slice(-KEPT).map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.entries = [];
    this.counted = 0;
  }
}
