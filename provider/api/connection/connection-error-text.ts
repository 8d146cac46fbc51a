/** Whether the error means that the peer's certificate was rejected. */
export const isCertificateError = (code: string): boolean =>
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/.test(code);

/** A server and a proxy fail in the same ways. Source: Node's system, TLS and parser errors, and connection.ts. */
const EFFECTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections",
  ECONNRESET: "reset the connection",
  ECONNABORTED: "closed the connection",
  EPIPE: "closed the connection",
  ERR_CONNECTION_CLOSED: "closed the connection",
  ENOTFOUND: "is not a known host name",
  EAI_AGAIN: "could not be looked up: DNS did not answer",
  ETIMEDOUT: "did not answer in time",
  HPE_HEADER_OVERFLOW: "answered with too many headers",
  EHOSTUNREACH: "cannot be reached over this network",
  ENETUNREACH: "cannot be reached over this network",
  EHOSTDOWN: "cannot be reached over this network",
  ENETDOWN: "cannot be reached over this network",
  CERT_HAS_EXPIRED: "has an expired certificate",
  CERT_NOT_YET_VALID: "has a certificate that is not valid yet",
  CERT_REVOKED: "has a revoked certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another host name",
  HOSTNAME_MISMATCH: "has a certificate for another host name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "has a certificate signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "has a certificate signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "has a certificate signed by an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "has a certificate signed by an unknown authority",
};

/**
 * Describes a connection error: `127.0.0.1:9 refuses connections (ECONNREFUSED)`. `code`: the error's code. `peer`: the
 * host and port.
 */
export function connectionErrorText(code: string, peer: string): string {
  return `${sentenceFor(code, peer)} (${code})`;
}

function sentenceFor(code: string, peer: string): string {
  if (Object.hasOwn(EFFECTS, code)) return `${peer} ${EFFECTS[code]}`;
  if (isCertificateError(code)) return `${peer} has a certificate that cannot be verified`;
  if (code.startsWith("HPE_")) return `${peer} answered with malformed HTTP`;
  return `${code.startsWith("ERR_SSL_") ? "TLS with" : "the connection to"} ${peer} failed`;
}
