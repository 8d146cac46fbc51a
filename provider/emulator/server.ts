import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { ApiHandler } from "./api/api-call";
import type { ControlHandler } from "./control/control-routes";
import type { Arrival } from "./faults/armed-fault";
import { cutOff, deliver } from "./faults/delivery";
import type { ExchangeResult } from "./faults/exchange";
import type { Faults } from "./faults/faults";
import { checkSender } from "./http/host-and-origin";
import { encode, jsonOf, type RawBody, type Reply, receive, replyOf, send } from "./http/http";
import type { RateLimiter } from "./http/rate-limit";
import type { RequestLog } from "./http/request-log";
import { type Match, match, type Route } from "./http/router";
import { badRequest, internalError, tooManyRequests, unauthorized } from "./model/errors";
import type { ApiVersion } from "./model/types";
import type { Clock } from "./schedule/clock";
import type { Namespace, Store } from "./service/store";

/** The parts that the server needs to handle requests. */
export interface ServerParts {
  api: ApiVersion;
  apiRoutes: Route<ApiHandler>[];
  controlRoutes: Route<ControlHandler>[];
  store: Store;
  clock: Clock;
  log: RequestLog;
  limiter: RateLimiter;
  faults: Faults;
  /** The accepted keys; undefined accepts any key that starts with `sk_`. */
  keys: readonly string[] | undefined;
  /** Host names of this server in addition to the loopback names and its addresses. */
  hosts: readonly string[];
  /** How long every API request waits before it is handled, in milliseconds. */
  latencyMs: number;
}

/** The HTTP server, not yet listening. */
export function createEmulatorServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch(() => response.destroy());
  });
}

/** What the API and the control plane need from a request. */
interface Asked {
  method: string;
  url: URL;
  body: RawBody;
  headers: IncomingHttpHeaders;
  /** Milliseconds since the epoch, on the emulator's clock. */
  arrivedAt: number;
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedAt = parts.clock.now();
  const body = await receive(request);
  const { method = "GET", headers } = request;
  const asked = { method, url: urlOf(request), body, headers, arrivedAt };
  // The vendor's client has the version in its base URL, so control calls may have it, too.
  asked.url.pathname = asked.url.pathname.replace(/^\/v1(?=\/_emulator(\/|$))/, "");
  const { pathname } = asked.url;
  const refusal = refusalOf(parts, request);
  if (refusal) return send(response, encode(refusal));
  if (pathname === "/_emulator" || pathname.startsWith("/_emulator/")) {
    return send(response, encode(control(parts, asked)));
  }
  if (parts.latencyMs > 0) await delay(parts.latencyMs);
  await exchange(parts, asked, response);
}

function refusalOf({ hosts, api }: ServerParts, { headers, socket }: IncomingMessage): Reply | undefined {
  const { localAddress, localPort } = socket;
  try {
    checkSender({ host: headers.host, origin: headers.origin, localAddress, localPort }, hosts);
    return undefined;
  } catch (error) {
    return replyOf(error, api, internalError);
  }
}

function control(parts: ServerParts, { method, url, body }: Asked): Reply {
  try {
    const { handle, params } = match(parts.controlRoutes, method, url.pathname);
    return handle.answer({ params, query: url.searchParams, json: () => jsonOf(body) });
  } catch (error) {
    return replyOf(error, parts.api, internalError);
  }
}

/** One API request: the faults before handling, the handling, and the faults on the response. */
async function exchange(parts: ServerParts, asked: Asked, response: ServerResponse): Promise<void> {
  const arrival = arrivalOf(parts, asked);
  const faulty = parts.faults.exchange(arrival);
  try {
    let outcome = await faulty.arrive();
    let answered: Answered = { handled: false, namespace: arrival.namespace };
    if (!outcome) {
      const { reply, ...rest } = answerApi(parts, asked);
      answered = rest;
      // A rejected request (key, rate limit, route) did nothing, so losing its response would not matter.
      outcome = rest.handled ? faulty.leave(reply) : { encoded: encode(reply), delivery: null };
    }
    const entry = parts.log.add(asked.arrivedAt, {
      method: asked.method,
      path: asked.url.pathname,
      namespace: answered.namespace?.name ?? null,
      status: statusOf(outcome),
      ...faulty.note(answered.handled),
    });
    if (await faulty.goesOn()) await give(parts, outcome, response);
    else {
      entry.status = 0;
      cutOff(response);
    }
  } finally {
    faulty.finish();
  }
}

/** What is known about a request before any check. */
function arrivalOf(parts: ServerParts, { method, url, headers }: Asked): Arrival {
  let found: Match<ApiHandler> | undefined;
  try {
    found = match(parts.apiRoutes, method, url.pathname);
  } catch {
    // The handling responds with 404 or 405.
  }
  const reference = namespaceReference(headers, url);
  return {
    method,
    path: url.pathname,
    operation: found?.handle.operation,
    namespace: reference ? parts.store.findNamespace(reference) : undefined,
    id: found?.params["id"],
  };
}

function statusOf({ encoded, delivery }: ExchangeResult): number {
  const unheard = delivery?.kind === "reset" || delivery?.kind === "silence";
  return encoded && !unheard ? encoded.status : 0;
}

async function give(parts: ServerParts, outcome: ExchangeResult, response: ServerResponse): Promise<void> {
  const { encoded, delivery } = outcome;
  if (delivery) await deliver(response, encoded, delivery, parts.faults.signal);
  else if (encoded) send(response, encoded);
}

interface Answered {
  /** Whether the request reached its handler. */
  handled: boolean;
  namespace: Namespace | undefined;
}

function answerApi(parts: ServerParts, { method, url, body, headers }: Asked): Answered & { reply: Reply } {
  const answered: Answered = { handled: false, namespace: undefined };
  let key = "";
  // Only an accepted key has a limit to report.
  const limited = (reply: Reply): Reply => {
    const now = parts.clock.now();
    const limits = key === "" ? {} : parts.limiter.headers(key, now);
    return { ...reply, headers: { date: new Date(now).toUTCString(), ...limits, ...reply.headers } };
  };
  try {
    const { handle, params } = match(parts.apiRoutes, method, url.pathname);
    if (handle.scoped || !handle.keyless) {
      key = authenticate(parts.keys, headers.authorization);
      limit(parts, key);
    }
    const call = {
      params,
      query: url.searchParams,
      namespaceHeader: namespaceHeader(headers),
      json: () => jsonOf(body),
    };
    if (!handle.scoped) {
      answered.handled = true;
      return { ...answered, reply: limited(handle.answer(call)) };
    }
    const namespace = namespaceOf(parts.store, headers, url);
    answered.namespace = namespace;
    answered.handled = true;
    return { ...answered, reply: limited(handle.answer({ ...call, namespace })) };
  } catch (error) {
    return { ...answered, reply: limited(withoutKey(replyOf(error, parts.api, internalError), key)) };
  }
}

function authenticate(keys: readonly string[] | undefined, header: string | undefined): string {
  // The characters of a bearer token (RFC 6750). JSON escapes none of them: see withoutKey.
  const key = /^Bearer +([\w.~+/=-]+)$/i.exec(header ?? "")?.[1];
  if (key === undefined) throw unauthorized("Missing API key: send it as Authorization: Bearer sk_…");
  const accepted = keys === undefined ? key.startsWith("sk_") : keys.includes(key);
  if (!accepted) throw unauthorized("Invalid API key");
  return key;
}

function limit(parts: ServerParts, key: string): void {
  const seconds = parts.limiter.take(key, parts.clock.now());
  if (seconds > 0) throw tooManyRequests(parts.limiter.limit ?? 0, seconds);
}

function namespaceOf(store: Store, headers: IncomingHttpHeaders, url: URL): Namespace {
  const reference = namespaceReference(headers, url);
  if (!reference) {
    throw badRequest("Missing namespace: send its name or id in the X-Namespace header");
  }
  return store.namespace(reference);
}

function namespaceReference(headers: IncomingHttpHeaders, url: URL): string | null {
  return namespaceHeader(headers) ?? url.searchParams.get("namespace");
}

function namespaceHeader(headers: IncomingHttpHeaders): string | undefined {
  const header = headers["x-namespace"];
  return (Array.isArray(header) ? header[0] : header) || undefined;
}

/** An error may quote the request: a key sent in the wrong place must not be returned. */
function withoutKey(reply: Reply, key: string): Reply {
  if (key === "") return reply;
  return { ...reply, body: JSON.parse(JSON.stringify(reply.body).replaceAll(key, "sk_redacted")) };
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? "/", "http://emulator");
  } catch {
    // Such a request target contains no path. The root has no route, so the response is a 404.
    return new URL("http://emulator/");
  }
}
