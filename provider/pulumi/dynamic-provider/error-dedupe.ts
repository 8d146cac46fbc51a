/** What stops every resource of a run alike: the key, the namespace, the way to the API. */
const SHARED = new Set([
  "API_KEY_MISSING",
  "BASE_URL_INVALID",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NAMESPACE_NOT_FOUND",
  "NOT_THE_API",
  "NETWORK",
  "CERTIFICATE",
  "PROXY_INVALID",
  "PROXY_UNREACHABLE",
  "PROXY_AUTH_REQUIRED",
  "PROXY_REFUSED",
  "TIMEOUT",
  "RATE_LIMITED",
  "UNAVAILABLE",
]);

/** An error that stops many resources is reported in full at the first of them, and in short at the others. */
export class ErrorDedupe {
  readonly #first = new Map<unknown, string>();

  /** In: what happened to which trigger. Out: the error to show for it. */
  once(error: Error & { code?: string }, trigger: string): Error {
    // One failed list comes to every resource as the same object.
    const same = error.code !== undefined && SHARED.has(error.code) ? error.code : error;
    const first = this.#first.get(same);
    if (first === undefined) this.#first.set(same, trigger);
    if (first === undefined || first === trigger) return error;
    const short = `trigger "${trigger}": stopped by the error that is reported for trigger "${first}" [${error.code ?? "INTERNAL"}].`;
    return Object.assign(new Error(short), error.code === undefined ? {} : { code: error.code });
  }
}
