import type { ApiCode } from "../errors/api-error";
import { RETRY_RULES, type RetryRule } from "../limits/retry-rules";
import { connectionErrorText, isCertificateError } from "./connection-error-text";
import { ProxyError } from "./proxy";

/** Why there was no response, as far as the connection shows. */
export interface Failure {
  code: Extract<ApiCode, "NETWORK" | "CERTIFICATE" | "TIMEOUT" | "BAD_RESPONSE" | `PROXY_${string}`>;
  /** Contains the host and the system's error code, but nothing from the request. */
  reason: string;
  rule: RetryRule;
}

/** Codes of OpenSSL for a response that is not TLS: in Node 20 and 22, and in Node 24. */
const NO_TLS = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"]);
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);
const MISUSE = new Set(["ERR_INVALID_URL", "ERR_INVALID_CHAR", "ERR_UNESCAPED_CHARACTERS"]);

/** Takes the error of the connection, and the API's host. */
export function failureOf(thrown: unknown, host: string): Failure {
  if (thrown instanceof ProxyError) return { code: thrown.code, reason: thrown.message, rule: thrown.rule };
  const system = thrown as { code?: unknown; name?: unknown; syscall?: unknown };
  const code = typeof system.code === "string" ? system.code : String(system.name);
  if (code === "ERR_RESPONSE_TOO_LARGE") {
    const reason = `the response of ${host} is too large (${code})`;
    return { code: "BAD_RESPONSE", reason, rule: RETRY_RULES.unreadable };
  }
  // A certificate is rejected before anything is sent, and would be rejected again.
  const certificate = isCertificateError(code);
  const misconfigured = certificate || NO_TLS.has(code) || MISUSE.has(code);
  // EHOSTUNREACH and similar errors can also end an established connection; only the system call shows which it was.
  const connecting = system.syscall === "connect" || system.syscall === "getaddrinfo";
  return {
    code: code === "ETIMEDOUT" ? "TIMEOUT" : certificate ? "CERTIFICATE" : "NETWORK",
    reason: connectionErrorText(code, host),
    rule: misconfigured
      ? RETRY_RULES.misconfigured
      : connecting || UNSENT.has(code)
        ? RETRY_RULES.unsent
        : RETRY_RULES.unanswered,
  };
}
