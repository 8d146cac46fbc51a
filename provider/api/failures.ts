import type { ApiCode } from "./errors";
import { ProxyError } from "./proxy";
import { RETRY_RULES, type RetryRule } from "./retry-rules";

/** Why no answer came, as far as the connection tells. */
export interface Failure {
  code: Extract<ApiCode, "NETWORK" | "CERTIFICATE" | "TIMEOUT" | "BAD_RESPONSE" | `PROXY_${string}`>;
  /** Names the host and the system's error code; nothing of the request. */
  reason: string;
  rule: RetryRule;
}

/** Checks of the other side fail before anything is sent, and again the next time. */
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;
const NO_TLS = "ERR_SSL_WRONG_VERSION_NUMBER";
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);
const MISUSE = new Set(["ERR_INVALID_URL", "UND_ERR_INVALID_ARG"]);

/** In: what undici threw, and the API's host. */
export function failureOf(thrown: unknown, host: string): Failure {
  if (thrown instanceof ProxyError) return { code: thrown.code, reason: thrown.message, rule: thrown.rule };
  const system = thrown as { code?: unknown; name?: unknown; syscall?: unknown };
  const code = typeof system.code === "string" ? system.code : String(system.name);
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    const reason = `the answer of ${host} is too large (${code})`;
    return { code: "BAD_RESPONSE", reason, rule: RETRY_RULES.unreadable };
  }
  const certificate = CERTIFICATE.test(code);
  const misconfigured = certificate || code === NO_TLS || MISUSE.has(code);
  // EHOSTUNREACH and the like also end established connections: only the system call tells.
  const connecting = system.syscall === "connect" || system.syscall === "getaddrinfo";
  const late = code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT";
  return {
    code: late ? "TIMEOUT" : certificate ? "CERTIFICATE" : "NETWORK",
    reason: `${sentence(code, host)} (${code})`,
    rule: misconfigured
      ? RETRY_RULES.misconfigured
      : connecting || UNSENT.has(code)
        ? RETRY_RULES.unsent
        : RETRY_RULES.unanswered,
  };
}

function sentence(code: string, host: string): string {
  if (code.startsWith("ERR_SSL_")) return `TLS with ${host} failed`;
  if (CERTIFICATE.test(code)) return `${host} cannot be trusted over TLS`;
  switch (code) {
    case "ECONNREFUSED":
      return `${host} refuses connections`;
    case "ENOTFOUND":
      return `${host} is not a known name`;
    case "EAI_AGAIN":
      return `the name ${host} could not be looked up`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return `${host} did not answer in time`;
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return `${host} broke off the connection`;
    default:
      return `the connection to ${host} failed`;
  }
}
