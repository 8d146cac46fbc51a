import { awareTime } from "./times";
import type { LoggedRequest } from "./types";

/** What was asked of the API, in the order it was answered. */
export class RequestLog {
  private entries: LoggedRequest[] = [];

  constructor(private readonly onRequest: ((request: LoggedRequest) => void) | undefined) {}

  /**
   * Notes one answered request.
   * @param arrivedAt milliseconds since the epoch
   */
  add(arrivedAt: number, request: Omit<LoggedRequest, "n" | "at">): void {
    // A key pasted into a path by mistake must not surface here either.
    const path = request.path.replace(/sk_[\w-]+/g, "sk_redacted");
    const entry = { n: this.entries.length + 1, at: awareTime(arrivedAt), ...request, path };
    this.entries.push(entry);
    this.onRequest?.({ ...entry });
  }

  list(): LoggedRequest[] {
    return this.entries.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.entries = [];
  }
}
