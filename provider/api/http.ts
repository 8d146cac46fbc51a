import type { Dispatcher } from "undici";
import type { Json, JsonObject } from "../core/model";
import { boundedJson } from "./bounded-json";
import { addressOf, connect } from "./connection";
import { fromResponse } from "./error-answer";
import { ApiError, type Context, seconds } from "./errors";
import { failureOf } from "./failures";
import { backoff, type Clock, Pace, retryAfter, usedUp, type Wait } from "./pace";
import { RetryBudget } from "./retry-budget";
import { ShapeError } from "./wire";

export interface HttpOptions extends Partial<Clock> {
  /** https, or http for this machine only. A path in it is kept as a prefix. */
  baseUrl: string;
  apiKey: string;
  /** Plain http to other machines too: the key travels in clear. */
  allowHttp?: boolean;
  userAgent?: string;
  /** Environment, for the usual proxy variables. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Told once when the rate limit makes everybody wait. */
  onWait?: (wait: Wait) => void;
  deadlines?: Partial<Deadlines>;
  /** How long one call waits for the rate limit in all, milliseconds. */
  rateLimitPatience?: number;
  /** Bytes. */
  largestAnswer?: number;
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

export interface Call extends Context {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Steps below the address, unencoded: an id can never become another path. */
  path: readonly string[];
  query?: Readonly<Record<string, string | number>>;
  /** Name or `ns_…` id. */
  namespace: string;
  body?: JsonObject;
  /** May be sent again although it may have been handled. */
  idempotent: boolean;
}

type Outcome = { answer: Json | undefined } | Failed;
interface Failed {
  error: ApiError;
  again: boolean;
  /** What Retry-After asks for, milliseconds. */
  wait?: number | undefined;
}

const DEADLINES: Deadlines = { connect: 10_000, headers: 30_000, body: 30_000, total: 120_000 };
const PATIENCE = 15 * 60_000;
const LARGEST_ANSWER = 64 * 1024 * 1024;
const TRIES = 4;
const AT_ONCE = 8;
const PASSING = new Set([408, 500, 502, 503, 504]);
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const VISIBLE = /^[\x21-\x7e]+$/;

/** JSON over one origin: deadlines, retries, rate limit. Never follows a redirect: it would carry the key elsewhere. */
export class HttpClient {
  readonly #key: string;
  readonly #address: URL;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #budget = new RetryBudget();
  readonly #deadlines: Deadlines;
  readonly #patience: number;
  readonly #userAgent: string;
  readonly #connect: () => Promise<Dispatcher>;
  #connection: Promise<Dispatcher> | undefined;

  /** Throws {@link ApiError} BASE_URL_INVALID, or UNAUTHORIZED for a key that no header can carry. */
  constructor(options: HttpOptions) {
    this.#address = addressOf(options.baseUrl, options.allowHttp ?? false);
    if (!VISIBLE.test(options.apiKey)) {
      const context = { action: "reach", target: this.#address.host };
      throw new ApiError(
        "UNAUTHORIZED",
        context,
        "the API key is empty or holds a blank or a special character",
      );
    }
    this.#key = options.apiKey;
    this.#clock = {
      now: options.now ?? Date.now,
      sleep: options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
      random: options.random ?? Math.random,
    };
    this.#pace = new Pace(AT_ONCE, this.#clock, options.onWait ?? (() => undefined));
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
    this.#patience = options.rateLimitPatience ?? PATIENCE;
    this.#userAgent = options.userAgent ?? "pulumi-mixpeek";
    const { env = {}, largestAnswer = LARGEST_ANSWER } = options;
    this.#connect = () => connect(this.#address, { connect: this.#deadlines.connect, env, largestAnswer });
  }

  /**
   * One call with its retries. Out: the answer's JSON, undefined for 204. Throws {@link ApiError}.
   * Not idempotent: sent again only when it cannot have been handled (no connection, 429).
   */
  async request(call: Call): Promise<Json | undefined> {
    const url = this.#urlOf(call);
    let spent = 0;
    let waited = 0;
    let refusals = 0;
    for (let tries = 1; ; ) {
      const outcome = await this.#pace.inTurn(async () => {
        waited += await this.#untilAllowed(call, waited);
        const began = this.#clock.now();
        const result = await this.#attempt(call, url, this.#deadlines.total - spent);
        spent += this.#clock.now() - began;
        if ("error" in result && result.error.code === "RATE_LIMITED") {
          refusals += 1;
          // Before the next in the queue gets its turn.
          this.#pace.holdBack(this.#refusalWait(refusals, result.wait));
        }
        return result;
      });
      if ("answer" in outcome) {
        this.#budget.earn();
        return outcome.answer;
      }
      if (outcome.error.code === "RATE_LIMITED") continue;
      const wait = Math.max(backoff(tries, this.#clock.random), outcome.wait ?? 0);
      if (!outcome.again || tries >= TRIES || spent + wait >= this.#deadlines.total || !this.#budget.take())
        throw tries > 1 ? outcome.error.after(tries, spent) : outcome.error;
      tries += 1;
      await this.#clock.sleep(wait);
      spent += wait;
    }
  }

  /**
   * As {@link request}, with the answer read. In: what reads it. Out: what that made of it. Throws {@link ApiError}:
   * BAD_RESPONSE for an answer that `read` finds not to be as documented (it throws ShapeError).
   */
  async read<T>(call: Call, read: (answer: Json | undefined) => T): Promise<T> {
    const answer = await this.request(call);
    try {
      return read(answer);
    } catch (error) {
      throw error instanceof ShapeError ? undocumented(call, error) : error;
    }
  }

  /** Lets time pass by the client's clock, milliseconds; none for 0. */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await this.#clock.sleep(milliseconds);
  }

  /** Ends the connections; calls under way are finished first. */
  async close(): Promise<void> {
    await (await this.#connection)?.close();
  }

  async #untilAllowed(call: Call, waited: number): Promise<number> {
    const wait = await this.#pace.pauseOver(this.#patience - waited);
    if (wait !== undefined) return wait;
    const [left, most] = [this.#pace.left, this.#patience].map((milliseconds) =>
      Math.ceil(milliseconds / 1000),
    );
    const reason = `the API's rate limit is reached and lasts ${left} s more; a call waits ${most} s in all`;
    throw new ApiError("RATE_LIMITED", call, reason, { status: 429 });
  }

  /** A limit that says "now" again and again is not believed twice. */
  #refusalWait(refusals: number, asked: number | undefined): number {
    if (asked !== undefined && refusals === 1) return asked;
    return Math.max(asked ?? 0, backoff(refusals, this.#clock.random));
  }

  async #attempt(call: Call, url: URL, remaining: number): Promise<Outcome> {
    const abort = new AbortController();
    const within = (milliseconds: number) =>
      setTimeout(() => abort.abort(), Math.min(milliseconds, remaining));
    const began = performance.now();
    let timer = within(this.#deadlines.headers);
    try {
      const { request } = await import("undici");
      this.#connection ??= this.#connect();
      const response = await request(url, {
        method: call.method,
        dispatcher: await this.#connection,
        signal: abort.signal,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(VISIBLE.test(call.namespace) ? { "x-namespace": call.namespace } : {}),
          accept: "application/json",
          "user-agent": this.#userAgent,
          ...(call.body ? { "content-type": "application/json" } : {}),
        },
        ...(call.body ? { body: JSON.stringify(call.body) } : {}),
      });
      this.#pace.holdBack(usedUp(response.headers, this.#clock.now()));
      clearTimeout(timer);
      timer = within(Math.min(this.#deadlines.body, remaining - (performance.now() - began)));
      return this.#read(call, response, await response.body.text());
    } catch (thrown) {
      if (thrown instanceof ShapeError) return { error: undocumented(call, thrown), again: false };
      if (!abort.signal.aborted) return this.#unanswered(call, thrown);
      return this.#late(call, performance.now() - began);
    } finally {
      clearTimeout(timer);
    }
  }

  #read(call: Call, { statusCode: status, headers }: Dispatcher.ResponseData, text: string): Outcome {
    if (status === 204) return { answer: undefined };
    const ambiguous = !call.idempotent;
    if (status >= 200 && status < 300) {
      const isJson = JSON_TYPE.test(String(headers["content-type"] ?? ""));
      const answer = isJson ? boundedJson(text) : undefined;
      if (answer !== undefined) return { answer };
      const reason = `${this.#address.href} answered ${status} with ${isJson ? "broken JSON" : "something that is not JSON"}`;
      const code = isJson ? "BAD_RESPONSE" : "NOT_THE_API";
      return { error: new ApiError(code, call, reason, { status, ambiguous }), again: false };
    }
    if (status >= 300 && status < 400) {
      const reason = `${this.#address.href} answered ${status} and redirects${hostOf(headers["location"])}, which is not followed, since it would carry the key elsewhere`;
      return { error: new ApiError("NOT_THE_API", call, reason, { status }), again: false };
    }
    const passing = PASSING.has(status);
    // An answer may repeat the key it was sent.
    const safe = text.replaceAll(this.#key, "(the key)");
    return {
      error: fromResponse(status, safe, call, {
        address: this.#address.href,
        ambiguous: ambiguous && (passing || status >= 500),
      }),
      again: call.idempotent && passing,
      wait:
        status === 429 || status === 503 ? retryAfter(headers["retry-after"], this.#clock.now()) : undefined,
    };
  }

  #late(call: Call, milliseconds: number): Failed {
    const reason = `${this.#address.host} did not answer within ${seconds(milliseconds)}`;
    return {
      error: new ApiError("TIMEOUT", call, reason, { ambiguous: !call.idempotent }),
      again: call.idempotent,
    };
  }

  #unanswered(call: Call, thrown: unknown): Failed {
    const { code, reason, unsent, hopeless } = failureOf(thrown, this.#address.host);
    return {
      error: new ApiError(code, call, reason, { ambiguous: !unsent && !call.idempotent }),
      again: !hopeless && (unsent || call.idempotent),
    };
  }

  #urlOf(call: Call): URL {
    if (call.namespace === "")
      throw new ApiError("NAMESPACE_NOT_FOUND", call, "the namespace's name is empty");
    // URL parsing takes ".." for a step up, also when it is percent-encoded.
    if (call.path.some((step) => ["", ".", ".."].includes(step))) {
      throw new ApiError("BAD_REQUEST", call, "the id is empty or made of dots");
    }
    const url = new URL(this.#address);
    url.pathname = [url.pathname.replace(/\/$/, ""), ...call.path.map(encodeURIComponent)].join("/");
    // What no header can carry goes where the API looks next.
    if (!VISIBLE.test(call.namespace)) url.searchParams.set("namespace", call.namespace);
    for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, String(value));
    return url;
  }
}

const undocumented = (call: Call, { message }: ShapeError): ApiError =>
  new ApiError("BAD_RESPONSE", call, `the API's answer is not as documented: ${message}`, {
    ambiguous: !call.idempotent,
  });

/** Of a redirect, the host alone: its path and query may hold anything. */
function hostOf(location: string | string[] | undefined): string {
  const url = typeof location === "string" && URL.canParse(location) ? new URL(location) : undefined;
  return url ? ` to ${url.host}` : "";
}
