import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { ApiHandler } from "./api-call";
import type { Clock } from "./clock";
import type { ControlHandler } from "./control-routes";
import { badRequest, internalError, tooManyRequests, unauthorized } from "./errors";
import { jsonOf, type RawBody, type Reply, receive, replyOf, send } from "./http";
import type { RateLimiter } from "./ratelimit";
import type { RequestLog } from "./request-log";
import { match, type Route } from "./router";
import type { Namespace, Store } from "./store";

/** What the server answers with and by. */
export interface ServerParts {
  apiRoutes: Route<ApiHandler>[];
  controlRoutes: Route<ControlHandler>[];
  store: Store;
  clock: Clock;
  log: RequestLog;
  limiter: RateLimiter;
  /** Accepted keys; undefined accepts any that starts with `sk_`. */
  keys: readonly string[] | undefined;
  /** Milliseconds that every API request waits before it is looked at. */
  latencyMs: number;
}

/** The HTTP server, not yet listening. */
export function createEmulatorServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch(() => response.destroy());
  });
}

/** What the two planes need of a request. */
interface Asked {
  method: string;
  url: URL;
  body: RawBody;
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedAt = parts.clock.now();
  const body = await receive(request);
  const asked = { method: request.method ?? "GET", url: urlOf(request), body };
  const { pathname } = asked.url;
  if (pathname === "/_emulator" || pathname.startsWith("/_emulator/")) {
    return send(response, control(parts, asked));
  }
  if (parts.latencyMs > 0) await delay(parts.latencyMs);
  const { reply, namespace } = answerApi(parts, asked, request);
  parts.log.add(arrivedAt, {
    method: asked.method,
    path: pathname,
    namespace: namespace?.name ?? null,
    status: reply.status,
  });
  send(response, reply);
}

function control(parts: ServerParts, { method, url, body }: Asked): Reply {
  try {
    const { handle, params } = match(parts.controlRoutes, method, url.pathname);
    return handle.answer({ params, query: url.searchParams, json: () => jsonOf(body) });
  } catch (error) {
    return replyOf(error, internalError);
  }
}

function answerApi(
  parts: ServerParts,
  { method, url, body }: Asked,
  request: IncomingMessage,
): { reply: Reply; namespace?: Namespace } {
  let namespace: Namespace | undefined;
  let key = "";
  try {
    const { handle, params } = match(parts.apiRoutes, method, url.pathname);
    key = authenticate(parts.keys, request.headers.authorization);
    limit(parts, key);
    const call = { params, query: url.searchParams, json: () => jsonOf(body) };
    if (!handle.scoped) return { reply: handle.answer(call) };
    namespace = namespaceOf(parts.store, request, url);
    return { reply: handle.answer({ ...call, namespace }), namespace };
  } catch (error) {
    const reply = withoutKey(replyOf(error, internalError), key);
    return namespace ? { reply, namespace } : { reply };
  }
}

function authenticate(keys: readonly string[] | undefined, header: string | undefined): string {
  // The characters of a bearer token (RFC 6750), none of which JSON escapes: see withoutKey.
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

function namespaceOf(store: Store, request: IncomingMessage, url: URL): Namespace {
  const header = request.headers["x-namespace"];
  const reference = (Array.isArray(header) ? header[0] : header) || url.searchParams.get("namespace");
  if (!reference) {
    throw badRequest("Missing namespace: send its name or id in the X-Namespace header");
  }
  return store.namespace(reference);
}

/** An error repeats what was sent; a key sent in the wrong place must not come back. */
function withoutKey(reply: Reply, key: string): Reply {
  if (key === "") return reply;
  return { ...reply, body: JSON.parse(JSON.stringify(reply.body).replaceAll(key, "sk_redacted")) };
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? "/", "http://emulator");
  } catch {
    // Such a target names no path; the root has no route, so it is answered 404.
    return new URL("http://emulator/");
  }
}
