import { ApiError, type Context } from "../errors/api-error";

/** Text that is valid in a header. */
export const HEADER_TEXT = /^[\x21-\x7e]+$/;

interface Request extends Context {
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  namespace: string;
}

/** The URL of a call. Takes the API's address and unencoded path segments below it. Throws {@link ApiError}. */
export function requestUrl(address: URL, call: Request): URL {
  if (call.namespace === "") throw new ApiError("NAMESPACE_NOT_FOUND", call, "the namespace's name is empty");
  // URL parsers resolve ".." even if it is percent-encoded.
  if (call.path.some((step) => ["", ".", ".."].includes(step))) {
    throw new ApiError("BAD_REQUEST", call, "the id is empty or consists of dots");
  }
  const url = new URL(address);
  url.pathname = [url.pathname.replace(/\/$/, ""), ...call.path.map(encodeURIComponent)].join("/");
  // A name that is not valid in a header is sent in the query, which the API reads if there is no header.
  if (!HEADER_TEXT.test(call.namespace)) url.searchParams.set("namespace", call.namespace);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, String(value));
  return url;
}
