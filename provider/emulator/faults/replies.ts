import type { Encoded, Reply } from "../http/http";
import { resetTime } from "../http/rate-limit";
import { type ApiError, gatewayError, serviceError, tooManyRequests } from "../model/errors";
import type { FaultOf } from "./fault";

const PAGE =
  "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>" +
  "<body><h1>Sign in to the network</h1></body></html>\n";

/** What a gateway between client and service sends instead of the service's response, as JSON. */
export function gatewayReply(fault: FaultOf<"status" | "rate_limit" | "redirect">, now: number): Reply {
  switch (fault.kind) {
    case "status":
      return statusError(fault);
    case "redirect":
      return { status: fault.status, headers: { location: fault.location } };
    case "rate_limit": {
      const { status, body } = tooManyRequests(60, fault.seconds);
      return { status, body, headers: { ...retryAfter(fault, now), ...rateLimitReset(fault, now) } };
    }
  }
}

/**
 * An error of the service or of a gateway. After the service has done what was requested, it can only be the gateway's,
 * because the service's errors mean that nothing was done.
 */
function statusError({ at, status, retryable, retry_after_seconds }: FaultOf<"status">): ApiError {
  return at === "after" || status === 502 || status === 504
    ? gatewayError(status)
    : serviceError(status, { retryable, retryAfter: retry_after_seconds });
}

function rateLimitReset({ reset, seconds }: FaultOf<"rate_limit">, now: number): Record<string, string> {
  return reset === "none" ? {} : { "x-ratelimit-reset": resetTime(now + seconds * 1000, reset) };
}

function retryAfter(fault: FaultOf<"rate_limit">, now: number): Record<string, string> {
  switch (fault.retry_after) {
    case "seconds":
      return { "retry-after": String(fault.seconds) };
    case "date":
      return { "retry-after": new Date(now + fault.seconds * 1000).toUTCString() };
    case "garbage":
      return { "retry-after": "in a while" };
    case "none":
      return {};
  }
}

/** The page that a captive portal or a proxy sends instead of a response. */
export function htmlPage(status: number): Encoded {
  return withText({ status, headers: { "content-type": "text/html; charset=utf-8" }, text: "" }, PAGE);
}

/** The same response with another text and a matching content-length. */
export function withText(encoded: Encoded, text: string): Encoded {
  return { ...encoded, headers: { ...encoded.headers, "content-length": Buffer.byteLength(text) }, text };
}
