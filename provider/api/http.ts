import type { Json } from "../core/schema/model";
import { normalizedBaseUrl } from "../core/service/base-url";
import { SMALLEST_RATE } from "../core/service/rate";
import { secondsText } from "../core/text/duration-text";
import { skewOf } from "./connection/clock-skew";
import { addressOf, Connections } from "./connection/connection";
import { failureOf } from "./connection/connection-failure";
import { HEADER_TEXT, requestUrl } from "./connection/request-url";
import { ApiError } from "./errors/api-error";
import type { Deadlines, HttpCall, HttpOptions } from "./http-call";
import { ShapeError } from "./json/wire";
import { rateLimitWait, shortWait } from "./limits/backoff";
import { Outage } from "./limits/outage";
import { type Clock, MACHINE_CLOCK, Pace, type RequestPace } from "./limits/pace";
import { limitFromHeaders, limitFromMe } from "./limits/rate-limits";
import { usedUp } from "./limits/retry-after-headers";
import { type Retries, RetryBudget } from "./limits/retry-budget";
import { isAmbiguous, isRepeatable, RETRY_LIMITS, RETRY_RULES } from "./limits/retry-rules";
import { RemoteLimits, type RequestLimits } from "./limits/shared-limits";
import { type CallResult, callResult, type Failed, undocumented } from "./response";

/** The tries of one call, and the milliseconds that it has used so far. */
interface Attempts {
  readonly url: URL;
  tries: number;
  /** Time spent in tries and in the waits between them. */
  spent: number;
  /** Time spent waiting for the rate limit. */
  waited: number;
  /** Consecutive responses with 429. */
  refusals: number;
}

const DEADLINES: Deadlines = {
  connect: 10_000,
  headers: 30_000,
  body: 30_000,
  total: RETRY_LIMITS.outage.total,
};
const LARGEST_RESPONSE = 64 * 1024 * 1024;

/**
 * A JSON client for one origin, with timeouts, retries and the rate limit. Follows no redirects: they would leak the
 * key.
 */
export class HttpClient {
  readonly #key: string;
  readonly #address: URL;
  readonly #clock: Clock;
  readonly #pace: RequestPace;
  readonly #budget: Retries;
  readonly #shared: RemoteLimits | undefined;
  readonly #outage: Outage;
  readonly #deadlines: Deadlines;
  readonly #patience: number;
  readonly #userAgent: string;
  readonly #connect: () => Connections;
  #connections: Connections | undefined;
  #askedLimit: Promise<void> | undefined;
  #isClosed = false;
  #clockSkew: number | undefined;

  /** Throws {@link ApiError} BASE_URL_INVALID, or UNAUTHORIZED for a key that is not valid in a header. */
  constructor(options: HttpOptions) {
    const { baseUrl, baseUrlSetting = "baseUrl", allowHttp = false } = options;
    this.#address = addressOf(normalizedBaseUrl(baseUrl), allowHttp, baseUrlSetting);
    if (!HEADER_TEXT.test(options.apiKey)) {
      const context = { action: "send requests to", target: this.#address.host };
      throw new ApiError(
        "UNAUTHORIZED",
        context,
        "the API key is empty or contains a space, a control character or a non-ASCII character",
      );
    }
    this.#key = options.apiKey;
    const { now, sleep, random } = { ...MACHINE_CLOCK, ...options };
    this.#clock = { now, sleep, random };
    const pace = new Pace(SMALLEST_RATE.atOnce, this.#clock, options.onWait ?? (() => undefined));
    const own = { pace, budget: new RetryBudget() };
    const { sharedLimits } = options;
    const shared = sharedLimits === undefined ? undefined : new RemoteLimits(sharedLimits, own);
    this.#shared = shared;
    this.#pace = shared ?? own.pace;
    this.#budget = shared ?? own.budget;
    this.#outage = new Outage(this.#clock, options.onWait);
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
    this.#patience = options.rateLimitPatience ?? RETRY_LIMITS["rate limit"].total;
    this.#userAgent = options.userAgent ?? "pulumi-mixpeek";
    const { env = {}, largestResponse = LARGEST_RESPONSE } = options;
    this.#connect = () =>
      new Connections(this.#address, { connect: this.#deadlines.connect, env, largestResponse });
  }

  /**
   * One call with its retries, according to retry-rules.ts. Returns the JSON of the response, undefined for 204. Throws
   * {@link ApiError}.
   */
  async request(call: HttpCall): Promise<Json | undefined> {
    const attempts = { url: requestUrl(this.#address, call), tries: 1, spent: 0, waited: 0, refusals: 0 };
    for (;;) {
      const outcome = await this.#pace.inTurn(() => this.#inTurn(call, attempts));
      if ("answer" in outcome) {
        this.#budget.earn();
        this.#outage.end();
        return outcome.answer;
      }
      const { error, rule } = outcome;
      if (rule.waits === "rate limit") continue;
      const wait = shortWait(attempts.tries, this.#clock.random);
      const isLast =
        rule.waits !== "short" ||
        !isRepeatable(rule, call) ||
        attempts.tries >= RETRY_LIMITS.short.tries ||
        attempts.spent + wait >= this.#deadlines.total;
      if (isLast || !(await this.#budget.take()))
        throw attempts.tries > 1 ? error.after(attempts.tries, attempts.spent) : error;
      await this.#pass(wait, attempts);
    }
  }

  /** The key's rate limit in requests per minute, once the service has reported it. */
  get perMinute(): number | undefined {
    return this.#pace.perMinute;
  }

  /** How far the service's clock is ahead of this machine's, in milliseconds; undefined if no response had a date. */
  get clockSkew(): number | undefined {
    return this.#clockSkew;
  }

  /** The limits of this client, for {@link serveLimits}. */
  get limits(): RequestLimits {
    return { pace: this.#pace, budget: this.#budget };
  }

  /** Tracks the outage of one kind of call with the client's clock. */
  outage(): Outage {
    return new Outage(this.#clock);
  }

  /**
   * As {@link request}, but returns what `read` makes of the response. Throws {@link ApiError}: BAD_RESPONSE if `read`
   * throws ShapeError.
   */
  async read<T>(call: HttpCall, read: (answer: Json | undefined) => T): Promise<T> {
    const answer = await this.request(call);
    try {
      return read(answer);
    } catch (error) {
      throw error instanceof ShapeError ? undocumented(call, error) : error;
    }
  }

  /** Waits by the client's clock, in milliseconds; not at all for 0. */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await this.#clock.sleep(milliseconds);
  }

  /** Closes the connections after calls in progress have finished. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connections?.close();
    this.#shared?.close();
  }

  async #untilAllowed(call: HttpCall, waited: number): Promise<number> {
    const wait = await this.#pace.pauseOver(this.#patience - waited);
    if (this.#isClosed) throw new ApiError("NETWORK", call, "the run ended before the request was sent");
    if (wait !== undefined) return wait;
    const [left, most] = [this.#pace.left, this.#patience].map((milliseconds) =>
      Math.ceil(milliseconds / 1000),
    );
    const reason = `the API's rate limit does not reset for another ${left} s; a call waits at most ${most} s in total`;
    throw new ApiError("RATE_LIMITED", call, reason, { status: 429 });
  }

  /** Sends one request, and again during an outage. It keeps its turn, so that queued calls are not sent meanwhile. */
  async #inTurn(call: HttpCall, attempts: Attempts): Promise<CallResult> {
    for (;;) {
      attempts.waited += await this.#untilAllowed(call, attempts.waited);
      const began = this.#clock.now();
      const outcome = await this.#attempt(call, attempts.url, this.#deadlines.total - attempts.spent);
      attempts.spent += this.#clock.now() - began;
      if ("answer" in outcome) return outcome;
      const { error, rule } = outcome;
      // Must happen before the next call in the queue gets its turn.
      if (rule.waits === "rate limit") await this.#holdBack(call, attempts, error.retryAfter);
      if (rule.waits !== "outage" || !isRepeatable(rule, call)) return outcome;
      const wait = this.#outage.next(attempts.tries, error.retryAfter);
      if (wait === undefined || attempts.spent + wait >= this.#deadlines.total) return outcome;
      await this.#pass(wait, attempts);
    }
  }

  async #pass(wait: number, attempts: Attempts): Promise<void> {
    attempts.tries += 1;
    await this.#clock.sleep(wait);
    attempts.spent += wait;
  }

  async #holdBack(call: HttpCall, attempts: Attempts, asked: number | undefined): Promise<void> {
    attempts.refusals += 1;
    this.#pace.holdBack(rateLimitWait(attempts.refusals, asked, this.#clock.random));
    if (asked !== undefined) return;
    this.#askedLimit ??= this.#askLimit(call);
    await this.#askedLimit;
    this.#pace.spread();
  }

  /** GET /v1/me, once, if a 429 does not contain the limit. If that fails, the client continues without a limit. */
  async #askLimit({ namespace }: HttpCall): Promise<void> {
    if (this.#pace.perMinute !== undefined) return;
    const call: HttpCall = {
      action: "read the limits",
      target: "of the API key",
      method: "GET",
      path: ["v1", "me"],
      namespace,
      idempotent: true,
    };
    const outcome = await this.#attempt(call, requestUrl(this.#address, call), this.#deadlines.total);
    const limit = "answer" in outcome ? limitFromMe(outcome.answer) : undefined;
    if (limit) this.#pace.learn(limit);
  }

  async #attempt(call: HttpCall, url: URL, remaining: number): Promise<CallResult> {
    const abort = new AbortController();
    const within = (milliseconds: number) =>
      setTimeout(() => abort.abort(), Math.min(milliseconds, remaining));
    const began = performance.now();
    let timer = within(this.#deadlines.headers);
    const sentAt = this.#clock.now();
    try {
      this.#connections ??= this.#connect();
      call.onSend?.();
      const response = await this.#connections.send({
        url,
        method: call.method,
        signal: abort.signal,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(HEADER_TEXT.test(call.namespace) ? { "x-namespace": call.namespace } : {}),
          accept: "application/json",
          "user-agent": this.#userAgent,
          ...(call.body ? { "content-type": "application/json" } : {}),
        },
        ...(call.body ? { body: JSON.stringify(call.body) } : {}),
      });
      const now = this.#clock.now();
      this.#clockSkew = skewOf(response.headers, { sentAt, answeredAt: now }) ?? this.#clockSkew;
      const limit = limitFromHeaders(response.headers);
      if (limit) this.#pace.learn(limit);
      // After a 429, the wait that it requests is more precise.
      if (response.statusCode !== 429) this.#pace.holdBack(usedUp(response.headers, now));
      clearTimeout(timer);
      timer = within(Math.min(this.#deadlines.body, remaining - (performance.now() - began)));
      const text = await response.text();
      return callResult(response, text, call, { address: this.#address.href, key: this.#key, now });
    } catch (thrown) {
      if (thrown instanceof ShapeError)
        return { error: undocumented(call, thrown), rule: RETRY_RULES.unreadable };
      if (!abort.signal.aborted) return this.#unanswered(call, thrown);
      return this.#late(call, performance.now() - began);
    } finally {
      clearTimeout(timer);
    }
  }

  #late(call: HttpCall, milliseconds: number): Failed {
    const reason = `${this.#address.host} did not answer within ${secondsText(milliseconds)}`;
    const rule = RETRY_RULES.unanswered;
    return { error: new ApiError("TIMEOUT", call, reason, { ambiguous: isAmbiguous(rule, call) }), rule };
  }

  #unanswered(call: HttpCall, thrown: unknown): Failed {
    const { code, reason, rule } = failureOf(thrown, this.#address.host);
    return { error: new ApiError(code, call, reason, { ambiguous: isAmbiguous(rule, call) }), rule };
  }
}
