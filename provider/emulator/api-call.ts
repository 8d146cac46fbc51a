import type { Operation } from "./faults/fault";
import type { Reply } from "./http";
import type { Namespace } from "./store";

/** An accepted API request that needs no namespace. */
export interface PlainCall {
  /** Decoded variable parts of the path. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The body's JSON, read on demand (a call without a body ignores one); throws ApiError 413 or 422. */
  json(): unknown;
}

/** An accepted API request in its namespace. */
export interface ApiCall extends PlainCall {
  namespace: Namespace;
}

/** Answers a call of the API; `scoped` ones are asked in a namespace. */
export type ApiHandler =
  | { operation: Operation; scoped: true; answer(call: ApiCall): Reply }
  | { operation: Operation; scoped: false; answer(call: PlainCall): Reply };
