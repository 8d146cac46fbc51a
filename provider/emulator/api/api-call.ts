import type { Operation } from "../faults/fault";
import type { Reply } from "../http/http";
import type { Namespace } from "../service/store";

/** An accepted API request that needs no namespace. */
export interface PlainCall {
  /** Decoded variable parts of the path. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The namespace that the X-Namespace header names, be it there or not. */
  namespaceHeader: string | undefined;
  /** The body's JSON, read on demand (a call without a body ignores one); throws ApiError 413 or 422. */
  json(): unknown;
}

/** An accepted API request in its namespace. */
export interface ApiCall extends PlainCall {
  namespace: Namespace;
}

/** Answers a call of the API; `scoped` ones are asked in a namespace, `keyless` ones need no API key. */
export type ApiHandler =
  | { operation: Operation; scoped: true; answer(call: ApiCall): Reply }
  | { operation: Operation; scoped: false; keyless?: true; answer(call: PlainCall): Reply };
