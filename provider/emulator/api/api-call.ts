import type { Operation } from "../faults/fault";
import type { Reply } from "../http/http";
import type { Namespace } from "../service/store";

/** An accepted API request that needs no namespace. */
export interface PlainCall {
  /** The decoded path parameters. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The namespace in the X-Namespace header, whether or not it exists. */
  namespaceHeader: string | undefined;
  /** Parses the body as JSON on demand (a call without a body ignores one); throws ApiError 413 or 422. */
  json(): unknown;
}

/** An accepted API request in its namespace. */
export interface ApiCall extends PlainCall {
  namespace: Namespace;
}

/** Handles a call of the API. `scoped` calls have a namespace; `keyless` calls need no API key. */
export type ApiHandler =
  | { operation: Operation; scoped: true; answer(call: ApiCall): Reply }
  | { operation: Operation; scoped: false; keyless?: true; answer(call: PlainCall): Reply };
