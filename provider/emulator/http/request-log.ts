import { awareTime } from "../model/times";
import type { LoggedRequest } from "../model/types";

/** How many entries are kept. Older ones are dropped but still counted, so that memory stays bounded in a long run. */
const KEPT = 50_000;

/** The API requests, in the order of their responses. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private counted = 0;

  constructor(private readonly onRequest: ((request: LoggedRequest) => void) | undefined) {}

  /**
   * Records one request and its response.
   * @param arrivedAt milliseconds since the epoch
   * @returns the entry; its status changes if the response is later withheld from the client
   */
  add(arrivedAt: number, request: Omit<LoggedRequest, "n" | "at">): LoggedRequest {
    // A key pasted into a path by mistake must not appear in the log.
    const path = request.path.replace(/sk_[\w-]+/g, "sk_redacted");
    this.counted += 1;
    const entry = { n: this.counted, at: awareTime(arrivedAt), ...request, path };
    this.entries.push(entry);
    // Truncated only from time to time, because it copies all kept entries.
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
    this.onRequest?.({ ...entry });
    return entry;
  }

  /** How many requests there were since the start or the last clearing. */
  get count(): number {
    return this.counted;
  }

  /** The newest entries, oldest first. */
  list(): LoggedRequest[] {
    return this.entries.slice(-KEPT).map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.entries = [];
    this.counted = 0;
  }
}
