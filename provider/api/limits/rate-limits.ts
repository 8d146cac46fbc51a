import type { Json } from "../../core/schema/model";
import { asRecord } from "../json/wire";
import type { RateLimit } from "./pace";
import { type Headers, rateHeader, windowIn } from "./retry-after-headers";

const MINUTE = 60_000;

/**
 * The limit in the headers of a response: `X-RateLimit-Limit` per window, which is a minute without a `-Window` header,
 * and `-Remaining`. undefined if there are no such headers.
 */
export function limitFromHeaders(headers: Headers): RateLimit | undefined {
  const limit = rateHeader(headers, "limit");
  const remaining = rateHeader(headers, "remaining");
  const perMinute = (limit * MINUTE) / (windowIn(headers) ?? MINUTE);
  if (!(perMinute > 0) && Number.isNaN(remaining)) return undefined;
  return {
    ...(perMinute > 0 ? { perMinute } : {}),
    ...(Number.isNaN(remaining) ? {} : { remaining }),
  };
}

/** The category of triggers, which count as configuration. Source: client 1.3.783, BaseRateLimits. */
const CATEGORY = "metadata";

/**
 * The limit of a key in the response to `GET /v1/me`: `rate_limits` by category, in requests per minute. Triggers are
 * in the category `metadata`; without it, the smallest limit counts. undefined for any other response.
 */
export function limitFromMe(answer: Json | undefined): RateLimit | undefined {
  const limits = asRecord(asRecord(answer)?.["rate_limits"]);
  if (!limits) return undefined;
  const positive = (value: Json | undefined): value is number => typeof value === "number" && value > 0;
  const own = limits[CATEGORY];
  if (positive(own)) return { perMinute: own };
  const others = Object.values(limits).filter(positive);
  return others.length > 0 ? { perMinute: Math.min(...others) } : undefined;
}
