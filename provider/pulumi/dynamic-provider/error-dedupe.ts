/** Errors that stop every resource of a run: those of the key, the namespace and the connection to the API. */
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

/** Reports an error that stops many resources in full for the first of them, and briefly for the others. */
export class ErrorDedupe {
  readonly #first = new Map<unknown, string>();

  /** Returns the error to show. `trigger`: the name of the trigger that it stops. */
  once(error: Error & { code?: string }, trigger: string): Error {
    // One failed list reaches every resource as the same object.
    const same = error.code !== undefined && SHARED.has(error.code) ? error.code : error;
    const first = this.#first.get(same);
    if (first === undefined) this.#first.set(same, trigger);
    if (first === undefined || first === trigger) return error;
    const short = `trigger "${trigger}": stopped by the error that is reported for trigger "${first}" [${error.code ?? "INTERNAL"}].`;
    return Object.assign(new Error(short), error.code === undefined ? {} : { code: error.code });
  }
}
