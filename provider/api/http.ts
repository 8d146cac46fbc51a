import type { Dispatcher } from "undici";
import type { Json, JsonObject } from "../core/model";
import { ApiError, errorFromAnswer, type Subject } from "./errors";

export interface HttpOptions {
  /** Origin of the API. https, or http for this machine only. */
  baseUrl: string;
  apiKey: string;
  /** Environment, for the usual proxy variables. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
  /** 0 ≤ x < 1. */
  random?: () => number;
  /** Told before a wait that a person would notice. */
  onWait?: (wait: { seconds: number; reason: string }) => void;
  /** Milliseconds. */
  deadlines?: Partial<Deadlines>;
}

export interface Deadlines {
  connect: number;
  headers: number;
  body: number;
  /** A call with its retries, waits for the rate limit aside. */
  total: number;
  /** How long a call waits for the rate limit in all. */
  rateLimit: number;
}

export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  namespace: string;
  body?: JsonObject;
  subject: Subject;
  /** May be sent again although it may have been handled. */
  idempotent: boolean;
}

const DEADLINES: Deadlines = { connect: 10_000, headers: 30_000, body: 30_000, total: 120_000, rateLimit: 15 * 60_000 };
const TRIES = 4;
const BACKOFF = { first: 500, most: 8_000 };
const LARGEST_ANSWER = 64 * 1024 * 1024;
const CONNECTIONS = 8;

/** The connection was never made: nothing can have been handled. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
const TIMEOUTS = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

/** JSON over one origin: deadlines, retries, the rate limit. Never follows a redirect: it would carry bodies elsewhere. */
export class HttpClient {
  readonly #key: string;
  readonly #origin: string;
  readonly #options: HttpOptions;
  readonly #deadlines: Deadlines;
  #dispatcher: Dispatcher | undefined;
  /** Nobody sends before this moment: the API said 429. */
  #heldUntil = 0;

  constructor(options: HttpOptions) {
    const { apiKey, ...rest } = options;
    this.#key = apiKey;
    this.#options = { ...rest, apiKey: "" };
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
    this.#origin = originOf(options.baseUrl);
  }

  /** One call; out: the answer's JSON, undefined for 204. Throws {@link ApiError}. */
  async request(call: Call): Promise<Json | undefined> {
    const started = this.#now();
    let waited = 0;
    for (let tries = 1; ; ) {
      waited += await this.#untilAllowed();
      const outcome = await this.#send(call);
      if ("answer" in outcome) return outcome.answer;
      const { error, retryAfter } = outcome;
      if (error.code === "RATE_LIMITED") {
        const wait = retryAfter ?? this.#backoff(tries);
        if (waited + wait > this.#deadlines.rateLimit) throw error;
        this.#heldUntil = Math.max(this.#heldUntil, this.#now() + wait);
        continue;
      }
      const wait = this.#backoff(tries);
      const late = this.#now() - started - waited + wait > this.#deadlines.total;
      if (!outcome.again || tries >= TRIES || late) throw error;
      tries += 1;
      await this.#sleep(wait);
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }

  async #send(call: Call): Promise<{ answer: Json | undefined } | { error: ApiError; again: boolean; retryAfter?: number }> {
    try {
      const { request } = await import("undici");
      const response = await request(this.#origin + call.path, {
        method: call.method,
        dispatcher: await this.#connection(),
        headersTimeout: this.#deadlines.headers,
        bodyTimeout: this.#deadlines.body,
        headers: {
          authorization: `Bearer ${this.#key}`,
          "x-namespace": call.namespace,
          accept: "application/json",
          "user-agent": "pulumi-mixpeek",
          ...(call.body ? { "content-type": "application/json" } : {}),
        },
        ...(call.body ? { body: JSON.stringify(call.body) } : {}),
      });
      return this.#read(call, response);
    } catch (error) {
      return this.#unanswered(call, error as Error & { code?: string });
    }
  }

  async #read(
    call: Call,
    response: Dispatcher.ResponseData,
  ): Promise<{ answer: Json | undefined } | { error: ApiError; again: boolean; retryAfter?: number }> {
    const { statusCode: status } = response;
    const text = await response.body.text();
    const body = parse(text);
    if (status >= 200 && status < 300) {
      if (status === 204) return { answer: undefined };
      if (body === undefined) {
        const reason = `the API answered ${status} with something that is not JSON`;
        return { error: new ApiError("BAD_RESPONSE", call.subject, reason, { status, ambiguous: !call.idempotent }), again: call.idempotent };
      }
      return { answer: body };
    }
    if (status >= 300 && status < 400) {
      const reason = `the API answered ${status}, a redirect, which is not followed`;
      return { error: new ApiError("BAD_RESPONSE", call.subject, reason, { status }), again: false };
    }
    const error = errorFromAnswer(status, body, call.subject, !call.idempotent);
    if (status === 429) return { error, again: true, ...retryAfter(response.headers["retry-after"], this.#now()) };
    return { error, again: call.idempotent && (status >= 500 || status === 408) };
  }

  #unanswered(call: Call, cause: Error & { code?: string }): { error: ApiError; again: boolean } {
    const causeCode = cause.code ?? (cause.cause as { code?: string } | undefined)?.code ?? cause.name;
    const unsent = UNSENT.has(causeCode);
    const code = TIMEOUTS.has(causeCode) ? "TIMEOUT" : "NETWORK";
    const host = new URL(this.#origin).host;
    const reason = `${host} ${unsent ? "cannot be reached" : "broke off"} (${causeCode})`;
    const error = new ApiError(code, call.subject, reason, { ambiguous: !unsent && !call.idempotent });
    return { error, again: unsent || call.idempotent };
  }

  /** Waits while a 429 holds everybody back; out: milliseconds waited. */
  async #untilAllowed(): Promise<number> {
    let waited = 0;
    for (let left = this.#heldUntil - this.#now(); left > 0; left = this.#heldUntil - this.#now()) {
      // Spread, so that those who waited for the same moment do not all send in the same one.
      const wait = left + this.#random() * 250;
      this.#options.onWait?.({ seconds: Math.ceil(wait / 1000), reason: "the API's rate limit is reached" });
      await this.#sleep(wait);
      waited += wait;
    }
    return waited;
  }

  /** Full jitter: anything up to a bound that doubles with each try. */
  #backoff(tries: number): number {
    return Math.round(this.#random() * Math.min(BACKOFF.most, BACKOFF.first * 2 ** (tries - 1)));
  }

  async #connection(): Promise<Dispatcher> {
    if (!this.#dispatcher) {
      const { Agent, EnvHttpProxyAgent } = await import("undici");
      const pool = { connections: CONNECTIONS, maxResponseSize: LARGEST_ANSWER, connect: { timeout: this.#deadlines.connect } };
      const env = this.#options.env ?? {};
      const httpProxy = env["http_proxy"] ?? env["HTTP_PROXY"];
      const httpsProxy = env["https_proxy"] ?? env["HTTPS_PROXY"];
      const noProxy = env["no_proxy"] ?? env["NO_PROXY"];
      const local = LOOPBACK.has(new URL(this.#origin).hostname);
      this.#dispatcher ??=
        (httpProxy || httpsProxy) && !local
          ? new EnvHttpProxyAgent({
              ...pool,
              ...(httpProxy ? { httpProxy } : {}),
              ...(httpsProxy ? { httpsProxy } : {}),
              ...(noProxy ? { noProxy } : {}),
            })
          : new Agent(pool);
    }
    return this.#dispatcher;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  #sleep(milliseconds: number): Promise<void> {
    return this.#options.sleep?.(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

function originOf(baseUrl: string): string {
  const subject = { action: "use the API address", target: "of mixpeek:baseUrl" };
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new ApiError("BASE_URL_INVALID", subject, "it is not a URL");
  }
  if (url.username || url.password) throw new ApiError("BASE_URL_INVALID", subject, "it holds a user name or password");
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!allowed) throw new ApiError("BASE_URL_INVALID", subject, `${url.protocol}//${url.host} would send the key in clear`);
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Retry-After in milliseconds, from seconds or a date; nothing when it is neither. */
function retryAfter(header: string | string[] | undefined, now: number): { retryAfter?: number } {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return {};
  if (/^\d+(\.\d+)?$/.test(value.trim())) return { retryAfter: Number(value) * 1000 };
  const date = Date.parse(value);
  // A date has whole seconds: one more is never too early.
  return Number.isNaN(date) ? {} : { retryAfter: Math.max(0, date - now) + 1000 };
}
