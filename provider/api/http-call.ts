import type { JsonObject } from "../core/schema/model";
import type { Context } from "./errors/api-error";
import type { Clock, Wait } from "./limits/pace";

export interface HttpOptions extends Partial<Clock> {
  /** https, or http for this machine only. A path is kept as a prefix. */
  baseUrl: string;
  /** The name of the setting that `baseUrl` comes from, for errors. */
  baseUrlSetting?: string;
  apiKey: string;
  /** Allows plain http to other machines: the key is then sent unencrypted. */
  allowHttp?: boolean;
  userAgent?: string;
  /** The environment, for the usual proxy variables. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Called once each time the rate limit makes all calls wait. */
  onWait?: (wait: Wait) => void;
  deadlines?: Partial<Deadlines>;
  /** The longest total time that one call waits for the rate limit, in milliseconds. */
  rateLimitPatience?: number;
  /** The largest response body, in bytes. */
  largestResponse?: number;
  /** The address of limits that another process serves, so that both clients together stay within one rate. */
  sharedLimits?: string;
}

/** Timeouts in milliseconds. */
export interface Deadlines {
  connect: number;
  /** From the start of a try to the response headers. */
  headers: number;
  /** From the headers to the end of the response. */
  body: number;
  /** The whole call, with its retries and the waits between them, but without waits for the rate limit. */
  total: number;
}

export interface HttpCall extends Context {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Unencoded path segments below the address. They are encoded, so that an id can never change the path. */
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  /** A namespace name or `ns_…` id. */
  namespace: string;
  body?: JsonObject;
  /** May be sent again even if the API may have processed it. */
  idempotent: boolean;
  /** Called just before a request of the call is sent. */
  onSend?: () => void;
}
