import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach } from "@jest/globals";
import { HttpClient } from "../../provider/api/http";
import type { HttpCall, HttpOptions } from "../../provider/api/http-call";

export const KEY = "sk_test_0123456789abcdef";

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** The reply to one request: a response, or direct access to the sockets. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | ((request: Seen, response: ServerResponse, socket: Socket) => void);

export interface TestServer {
  url: string;
  seen: Seen[];
  close(): Promise<void>;
}

/**
 * A server whose replies come from a script, in order, with the last one repeated; or from a function of the request.
 */
export async function serve(
  script: Reply[] | ((request: Seen, n: number) => Reply),
  port = 0,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const one: Seen = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: text === "" ? undefined : JSON.parse(text),
      };
      seen.push(one);
      const n = seen.length - 1;
      const reply = typeof script === "function" ? script(one, n) : script[Math.min(n, script.length - 1)]!;
      if (typeof reply === "function") return reply(one, response, request.socket);
      const body = reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json));
      const type = reply.json === undefined ? {} : { "content-type": "application/json" };
      response.writeHead(reply.status ?? 200, { ...type, ...reply.headers });
      response.end(body);
    });
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A port without a listener, below the range that the system assigns automatically. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createTcpServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((done) => server.close(done));
    if (isFree) return port;
  }
}

const open: TestServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** As {@link serve}, but closed after the test. */
export async function serving(...how: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...how);
  open.push(server);
  return server;
}

/** Calls for tests in which only the server's responses matter. */
export const GET: HttpCall = {
  action: "read",
  target: "x",
  method: "GET",
  path: ["v1", "x"],
  namespace: "dev",
  idempotent: true,
};
export const CREATE: HttpCall = { ...GET, method: "POST", body: { a: 1 }, idempotent: false };

export const ok = (json: unknown = {}): Reply => ({ json });

export const vendorError = (status: number, type: string, message: string, more: object = {}): Reply => ({
  status,
  json: { success: false, status, error: { message, type, ...more } },
});

/** A clock that jumps when something sleeps, and records the time slept. */
export function fakeClock(random = 1) {
  const start = Date.UTC(2026, 10, 24, 10, 0, 0);
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    since: () => now - start,
    options: {
      now: () => now,
      random: () => random,
      sleep: async (milliseconds: number) => {
        slept.push(milliseconds);
        const until = now + milliseconds;
        // Everything that sleeps at the same time starts from the same time.
        await new Promise((resolve) => setImmediate(resolve));
        now = Math.max(now, until);
      },
    },
  };
}

export const clientOf = (server: { url: string }, options: Partial<HttpOptions> = {}): HttpClient =>
  new HttpClient({ baseUrl: server.url, apiKey: KEY, ...fakeClock().options, ...options });

let made = 0;

/** A trigger as the API returns it. */
export function wireTrigger(change: Record<string, unknown> = {}) {
  made += 1;
  return {
    trigger_id: `trg_${made}`,
    namespace_id: "ns_1",
    internal_id: "int_1",
    action_type: "cluster",
    action_config: { cluster_id: "clust_1" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" },
    status: "active",
    name: `trigger-${made}`,
    description: null,
    created_at: "2026-11-24T10:00:00.123456",
    updated_at: "2026-11-24T10:00:00Z",
    created_by: null,
    last_triggered_at: null,
    next_scheduled_at: "2026-11-25T02:00:00",
    execution_count: 0,
    consecutive_failures: 0,
    last_execution_status: null,
    last_execution_error: null,
    event_counter: 0,
    is_overdue: false,
    ...change,
  };
}

/** The error of a failed call. */
export async function failure<E extends Error>(
  call: Promise<unknown>,
  type: new (...args: never[]) => E,
): Promise<E> {
  try {
    await call;
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error("the call went well");
}
