import type { JsonObject } from "../core/schema/model";
import type { Context } from "./errors/api-error";
import type { Clock, Wait } from "./limits/pace";

export interface HttpOptions extends Partial<Clock> {
  /** https, or http for this machine only. A path in it is kept as a prefix. */
  baseUrl: string;
  /** The setting that `baseUrl` is from, for errors. */
  baseUrlSetting?: string;
  apiKey: string;
  /** Plain http to other machines too: the key is sent unencrypted. */
  allowHttp?: boolean;
  userAgent?: string;
  /** Environment, for the usual proxy variables. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Called once when the rate limit makes all calls wait. */
  onWait?: (wait: Wait) => void;
  deadlines?: Partial<Deadlines>;
  /** How long one call waits for the rate limit in all, milliseconds. */
  rateLimitPatience?: number;
  /** Bytes. */
  largestAnswer?: number;
  /** The address of limits that another process serves: its requests and those of this client keep one pace. */
  sharedLimits?: string;
}

/** Milliseconds. */
export interface Deadlines {
  connect: number;
  /** From the start of a try to the answer's headers. */
  headers: number;
  /** From there to the end of the answer. */
  body: number;
  /** A call with its tries and the waits between them; those for the rate limit aside. */
  total: number;
}

export interface HttpCall extends Context {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Steps below the address, unencoded: an id can never become another path. */
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  /** Name or `ns_…` id. */
  namespace: string;
  body?: JsonObject;
  /** May be sent again although it may have been handled. */
  idempotent: boolean;
  /** Called when a request of it is about to leave. */
  onSend?: () => void;
}
