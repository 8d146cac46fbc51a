/** How long a failed request is retried, in milliseconds. */
export const RETRY_LIMITS = {
  /** One request failed: few tries, so that a wrong address or a bug is reported within seconds. */
  short: { tries: 4, first: 500, most: 8_000 },
  /** The service restarts, which was observed to take about two minutes. Source: the vendor's own client, 1.3.783. */
  outage: { total: 180_000, first: 2_000, most: 30_000 },
  /** The quota of a minute is used up. The next minute has a new one, so even a large set is finished eventually. */
  "rate limit": { total: 15 * 60_000 },
} as const;

export interface RetryRule {
  /** The failure, as the documentation names it. */
  failure: string;
  /** Whether the service may have processed the request anyway. */
  handled: "no" | "maybe";
  /** Which of {@link RETRY_LIMITS} applies; "none": the request is not sent again unchanged. */
  waits: keyof typeof RETRY_LIMITS | "none";
  /** Why this is safe, for the documentation. */
  why: string;
}

/** The rules, in the order of the table in the documentation. */
export const RETRY_RULES = {
  refused: {
    failure: "3xx, 4xx other than 408 and 429",
    handled: "no",
    waits: "none",
    why: "A retry would get the same response.",
  },
  rateLimited: {
    failure: "429",
    handled: "no",
    waits: "rate limit",
    why: "A request over the limit is rejected before it is handled.",
  },
  writeRefused: {
    failure: "503 in the API's error form, with type `WriterReadOnlyError` or `retryable: true`",
    handled: "no",
    waits: "outage",
    why: "The API sends this only for requests that it did not store.",
  },
  unavailable: {
    failure: "502, 503, 504",
    handled: "maybe",
    waits: "outage",
    why: "A gateway may respond after the API has handled the request.",
  },
  retryable: {
    failure: "408 or 5xx with `retryable: true`",
    handled: "maybe",
    waits: "outage",
    why: "The API asks for a retry, but does not say that nothing was stored.",
  },
  failed: {
    failure: "408, 500",
    handled: "maybe",
    waits: "short",
    why: "The request may or may not have been stored.",
  },
  broken: {
    failure: "5xx other than 500, 502, 503, 504",
    handled: "maybe",
    waits: "none",
    why: "A retry would get the same response. A create may have been stored.",
  },
  refusedForGood: {
    failure: "429 with `retryable: false`",
    handled: "no",
    waits: "none",
    why: "The API says that a retry does not help.",
  },
  failedForGood: {
    failure: "408 or 5xx with `retryable: false`",
    handled: "maybe",
    waits: "none",
    why: "The API says that a retry does not help. A create may have been stored.",
  },
  unsent: {
    failure: "no connection (refused, name not found, timed out)",
    handled: "no",
    waits: "short",
    why: "Nothing was sent.",
  },
  misconfigured: {
    failure: "no connection (certificate, TLS, proxy)",
    handled: "no",
    waits: "none",
    why: "Nothing was sent, and a retry would fail in the same way.",
  },
  unanswered: {
    failure: "connection lost or timed out after the request was sent",
    handled: "maybe",
    waits: "short",
    why: "The request may have been handled.",
  },
  unreadable: {
    failure: "2xx that is not the API's response",
    handled: "maybe",
    waits: "none",
    why: "A retry would get the same response. A create may have been stored.",
  },
} as const satisfies Record<string, RetryRule>;

/** What is known about an unsuccessful response. */
export interface FailedResponse {
  status: number;
  /** Whether it has the API's own error format. */
  isEnvelope: boolean;
  type: string;
  retryable?: boolean | undefined;
}

const UNAVAILABLE: ReadonlySet<number> = new Set([502, 503, 504]);

/** The rule for an unsuccessful response. */
export function ruleFor({ status, isEnvelope, type, retryable }: FailedResponse): RetryRule {
  const isFailure = status === 408 || status >= 500;
  if (retryable === false && status === 429) return RETRY_RULES.refusedForGood;
  if (retryable === false && isFailure) return RETRY_RULES.failedForGood;
  if (status === 429) return RETRY_RULES.rateLimited;
  if (status === 503 && isEnvelope && (retryable || type === "WriterReadOnlyError"))
    return RETRY_RULES.writeRefused;
  if (UNAVAILABLE.has(status)) return RETRY_RULES.unavailable;
  if (isFailure && retryable && isEnvelope) return RETRY_RULES.retryable;
  if (status === 408 || status === 500) return RETRY_RULES.failed;
  return isFailure ? RETRY_RULES.broken : RETRY_RULES.refused;
}

/** Whether a request may be sent again unchanged. */
export const isRepeatable = (
  { handled, waits }: RetryRule,
  { idempotent }: { idempotent: boolean },
): boolean => waits !== "none" && (idempotent || handled === "no");

/** Whether sending it again could repeat its effect. */
export const isAmbiguous = ({ handled }: RetryRule, { idempotent }: { idempotent: boolean }): boolean =>
  handled === "maybe" && !idempotent;
