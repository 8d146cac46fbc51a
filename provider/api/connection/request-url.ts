import { ApiError, type Context } from "../errors/api-error";

/** What a header can carry. */
export const HEADER_TEXT = /^[\x21-\x7e]+$/;

interface Request extends Context {
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  namespace: string;
}

/** The URL of a call. In: the API's address, steps below it, unencoded. Throws {@link ApiError}. */
export function requestUrl(address: URL, call: Request): URL {
  if (call.namespace === "") throw new ApiError("NAMESPACE_NOT_FOUND", call, "the namespace's name is empty");
  // URL parsing takes ".." for a step up, also when it is percent-encoded.
  if (call.path.some((step) => ["", ".", ".."].includes(step))) {
    throw new ApiError("BAD_REQUEST", call, "the id is empty or consists of dots");
  }
  const url = new URL(address);
  url.pathname = [url.pathname.replace(/\/$/, ""), ...call.path.map(encodeURIComponent)].join("/");
  // What no header can carry goes where the API looks next.
  if (!HEADER_TEXT.test(call.namespace)) url.searchParams.set("namespace", call.namespace);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, String(value));
  return url;
}
