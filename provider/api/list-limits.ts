import { ApiError, type Context } from "./errors/api-error";
import { weightOf } from "./json/bounded-json";

/** The largest list that is accepted. `bytes` is the approximate size in memory. */
export interface ListLimits {
  pages: number;
  triggers: number;
  bytes: number;
}

export const LIST_LIMITS: ListLimits = { pages: 1_000, triggers: 100_000, bytes: 256 * 1024 * 1024 };

/** Checks the size of a list while it is read: an endless one would fill the memory before any error. */
export class ListSize {
  #pages = 0;
  #bytes = 0;

  constructor(
    private readonly namespace: string,
    private readonly limits: ListLimits,
  ) {}

  /** Throws {@link ApiError} BAD_RESPONSE over a limit. */
  add({ results, total }: { results: readonly unknown[]; total: number }): void {
    this.#pages += 1;
    this.#bytes += weightOf(results);
    const { pages, bytes } = this.limits;
    const triggers = Math.max(total, results.length);
    if (triggers > this.limits.triggers)
      throw this.#error(`the list has ${triggers} triggers; at most ${this.limits.triggers} are read`);
    if (this.#pages > pages) throw this.#error(`the list does not end after ${pages} pages`);
    if (this.#bytes > bytes) throw this.#error(`the list is larger than ${bytes} bytes`);
  }

  #error(reason: string): ApiError {
    const context: Context = {
      action: "list triggers",
      target: `in namespace "${this.namespace}"`,
      kind: "list",
    };
    return new ApiError("BAD_RESPONSE", context, reason);
  }
}
