import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, Refusal, refuse, unprocessable } from "./answers";
import type { Clock } from "./clock";
import type { Control } from "./control";
import { RateLimit } from "./limits";
import type { EmulatorOptions, LoggedRequest } from "./options";
import { KINDS } from "./seed";
import { findResource, type Namespace, type Store } from "./store";
import type { TriggerCalls } from "./triggers";
import type { ResourceKind } from "./validate";

const LARGEST_BODY = 1024 * 1024;

/** HTTP over the calls: who may, how often, where to, and the log. */
export function apiServer(store: Store, calls: TriggerCalls, control: Control, clock: Clock, options: EmulatorOptions): Server {
  const limit = new RateLimit(options.plan ?? "none", clock);

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://emulator");
    const path = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const method = request.method ?? "GET";
    if (path[0] === "_emulator") {
      const body = (await json(request)) ?? {};
      return control.handle(method, path.slice(1), url.searchParams, body as Record<string, unknown>);
    }
    const header = request.headers["x-namespace"] ?? url.searchParams.get("namespace");
    const asked = header === null || header === undefined ? null : String(header);
    const entry: LoggedRequest = {
      n: control.log.length + 1,
      at: new Date(clock.now()).toISOString(),
      method,
      path: url.pathname,
      namespace: asked === null ? null : (store.namespace(asked)?.name ?? asked),
      status: 0,
    };
    control.log.push(entry);
    const result = await apiCall(request, method, path, url.searchParams, asked).catch(asAnswer);
    entry.status = result.status;
    options.onRequest?.(entry);
    return result;
  }

  async function apiCall(request: IncomingMessage, method: string, path: string[], query: URLSearchParams, asked: string | null): Promise<Answer> {
    const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    const accepted = options.keys ? options.keys.includes(key ?? "") : key?.startsWith("sk_");
    if (!key || !accepted) throw refuse(401, key ? "Invalid API key" : "Missing or malformed Authorization header");
    const wait = limit.take(key);
    if (wait !== undefined) throw refuse(429, "Rate limit exceeded", { "retry-after": String(wait) });
    const body = await json(request);
    if (path[0] !== "v1") throw refuse(404, "Not Found");
    if (path[1] === "namespaces" && path.length === 3) return namespaceAnswer(store.namespace(path[2]!), path[2]!);
    if (asked === null) throw refuse(400, "Missing X-Namespace header (or ?namespace=)");
    const namespace = store.namespace(asked);
    if (!namespace) throw refuse(404, `Namespace ${asked} not found`);
    if (path[1] === "triggers") return triggerCall(namespace, method, path.slice(2), query, body);
    const kind = path[1] as ResourceKind;
    if (path.length === 3 && kind in KINDS && kind !== "batches") {
      if (method !== "GET") throw refuse(405, "Method Not Allowed");
      return resourceAnswer(namespace, kind, path[2]!);
    }
    throw refuse(404, "Not Found");
  }

  function triggerCall(namespace: Namespace, method: string, path: string[], query: URLSearchParams, body: unknown): Answer {
    const [id, verb] = path;
    if (path.length === 0) {
      if (method === "POST") return calls.create(namespace, body, "user_emulator");
      if (method === "GET" && options.api !== "0.81") return calls.list(namespace, listQuery(query));
      throw refuse(405, "Method Not Allowed");
    }
    if (path.length === 1 && id === "list" && method === "POST") return calls.list(namespace, body);
    if (path.length === 1) {
      if (method === "GET") return calls.get(namespace, id!);
      if (method === "PATCH") return calls.update(namespace, id!, body);
      if (method === "DELETE") return calls.remove(namespace, id!);
      throw refuse(405, "Method Not Allowed");
    }
    if (path.length === 2) {
      if (verb === "history") {
        if (method !== "GET") throw refuse(405, "Method Not Allowed");
        return calls.history(namespace, id!, Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 50));
      }
      if (verb === "pause" || verb === "resume" || verb === "execute") {
        if (method !== "POST") throw refuse(405, "Method Not Allowed");
        return calls[verb](namespace, id!);
      }
    }
    throw refuse(404, "Not Found");
  }

  return createServer((request, response) => {
    const wait = request.url?.startsWith("/_emulator") ? 0 : (options.latencyMs ?? 0);
    const reply = () => answer(request).catch(asAnswer).then((result) => send(response, result));
    if (wait > 0) setTimeout(reply, wait);
    else void reply();
  });
}

const asAnswer = (error: unknown): Answer =>
  error instanceof Refusal ? error.answer : refuse(500, `The emulator failed: ${(error as Error).message}`).answer;

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { ...(text ? { "content-type": "application/json" } : {}), ...headers });
  response.end(text);
}

async function json(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) throw refuse(413, `Request body is larger than ${LARGEST_BODY} bytes`);
    parts.push(part);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (error) {
    throw unprocessable([{ loc: ["body"], msg: `JSON decode error: ${(error as Error).message}`, type: "json_invalid" }]);
  }
}

/** GET lists by query, where every value is text. */
function listQuery(query: URLSearchParams): Record<string, unknown> {
  const numbers = ["offset", "limit"];
  return Object.fromEntries(
    [...query].filter(([key]) => key !== "namespace").map(([key, value]) => [key, numbers.includes(key) ? Number(value) : value]),
  );
}

function resourceAnswer(namespace: Namespace, kind: ResourceKind, idOrName: string): Answer {
  const { field } = KINDS[kind];
  const found = findResource(namespace, kind, idOrName);
  if (!found) throw refuse(404, `${field[0]!.toUpperCase()}${field.slice(1)} ${idOrName} not found`);
  const body = { [`${field}_id`]: found.id, [`${field}_name`]: found.name, namespace_id: namespace.id, ...found.fields };
  return { status: 200, body };
}

function namespaceAnswer(namespace: Namespace | undefined, asked: string): Answer {
  if (!namespace) throw refuse(404, `Namespace ${asked} not found`);
  return { status: 200, body: { namespace_id: namespace.id, namespace_name: namespace.name } };
}
