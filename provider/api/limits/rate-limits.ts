import type { Json } from "../../core/schema/model";
import { asRecord } from "../json/wire";
import type { RateLimit } from "./pace";
import { type Headers, rateHeader, windowIn } from "./retry-after-headers";

const MINUTE = 60_000;

/**
 * What an answer's headers say of the limit: `X-RateLimit-Limit` per window, a minute where no `-Window` is given, and
 * `-Remaining`. undefined where they say nothing.
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

/** Triggers count as configuration. Source: client 1.3.783, BaseRateLimits. */
const CATEGORY = "metadata";

/**
 * The limit of a key, as `GET /v1/me` answers it: `rate_limits` by category, requests a minute. Triggers are of the
 * category `metadata`; without it the smallest counts. undefined for any other answer.
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
