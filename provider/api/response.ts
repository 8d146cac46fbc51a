import type { Json } from "../core/schema/model";
import type { HttpResponse } from "./connection/connection";
import { ApiError, type Context } from "./errors/api-error";
import { fromResponse } from "./errors/error-response";
import { boundedJson } from "./json/bounded-json";
import type { ShapeError } from "./json/wire";
import { headerWaits } from "./limits/retry-after-headers";
import { isAmbiguous, RETRY_RULES, type RetryRule, ruleFor } from "./limits/retry-rules";

/**
 * The result of one request: the JSON of the response, undefined for 204; or the error, with the rule for retrying it.
 */
export type CallResult = { answer: Json | undefined } | Failed;
export interface Failed {
  error: ApiError;
  rule: RetryRule;
}

type Repeatable = Context & { idempotent: boolean };

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Reads the response to a call. `address` and `key` are those of the request. Throws {@link ShapeError}. */
export function callResult(
  { statusCode: status, headers }: Pick<HttpResponse, "statusCode" | "headers">,
  text: string,
  call: Repeatable,
  { address, key, now }: { address: string; key: string; now: number },
): CallResult {
  if (status === 204) return { answer: undefined };
  if (status >= 200 && status < 300) {
    const isJson = JSON_TYPE.test(String(headers["content-type"] ?? ""));
    const answer = isJson ? boundedJson(text) : undefined;
    if (answer !== undefined) return { answer };
    const reason = `${address} answered ${status} with ${isJson ? "invalid JSON" : "a body that is not JSON"}`;
    const rule = RETRY_RULES.unreadable;
    const facts = { status, ambiguous: isAmbiguous(rule, call) };
    return { error: new ApiError(isJson ? "BAD_RESPONSE" : "NOT_THE_API", call, reason, facts), rule };
  }
  if (status >= 300 && status < 400) {
    const reason = `${address} answered ${status} with a redirect${hostOf(headers["location"])}, which is not followed because it would send the key to another host`;
    return { error: new ApiError("NOT_THE_API", call, reason, { status }), rule: RETRY_RULES.refused };
  }
  // A response may repeat the key of the request.
  const safe = text.replaceAll(key, "(the key)");
  const waits = status === 429 || status >= 500 ? headerWaits(headers, now) : [];
  const options = { address, idempotent: call.idempotent, waits };
  const error = fromResponse(status, safe, call, options);
  const { isEnvelope, type, retryable } = error;
  return { error, rule: ruleFor({ status, isEnvelope, type, retryable }) };
}

/** The error for a response that does not match the API's documentation. */
export const undocumented = (call: Repeatable, { message }: ShapeError): ApiError =>
  new ApiError("BAD_RESPONSE", call, `the API's response is not as documented: ${message}`, {
    ambiguous: isAmbiguous(RETRY_RULES.unreadable, call),
  });

/** Only the host of a redirect's target: its path and query may contain anything. */
function hostOf(location: string | readonly string[] | undefined): string {
  const url = typeof location === "string" && URL.canParse(location) ? new URL(location) : undefined;
  return url ? ` to ${url.host}` : "";
}
