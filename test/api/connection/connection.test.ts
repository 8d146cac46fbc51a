import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Connections, type HttpResponse } from "../../../provider/api/connection/connection";
import { failureOf } from "../../../provider/api/connection/connection-failure";
import { RETRY_RULES } from "../../../provider/api/limits/retry-rules";
import { failure } from "../server";

const opened: (Server | NetServer)[] = [];
const held: Socket[] = [];
afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listening<T extends Server | NetServer>(server: T): Promise<T & { port: number }> {
  opened.push(server);
  server.on("connection", (socket: Socket) => void held.push(socket));
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

/** Connects to a server with these responses, and returns a function that sends a GET to it. */
async function to(
  answer: RequestListener,
): Promise<{ connections: Connections; send(): Promise<HttpResponse> }> {
  const { port } = await listening(createHttpServer(answer));
  return connectionsTo(`http://127.0.0.1:${port}/x?y=1`);
}

function connectionsTo(address: string): { connections: Connections; send(): Promise<HttpResponse> } {
  const url = new URL(address);
  const connections = new Connections(url, { connect: 50, env: {}, largestResponse: 1000 });
  const { signal } = new AbortController();
  return { connections, send: () => connections.send({ url, method: "GET", headers: {}, signal }) };
}

test("consecutive calls share a connection", async () => {
  const { connections, send } = await to((_, response) => void response.end("{}"));
  for (const _ of [1, 2, 3]) expect(await (await send()).text()).toBe("{}");
  await connections.close();
  expect(held).toHaveLength(1);
});

test("close waits for the call in progress", async () => {
  let arrive: (response: ServerResponse) => void;
  const arrived = new Promise<ServerResponse>((resolve) => {
    arrive = resolve;
  });
  const { connections, send } = await to((_, response) => arrive(response));
  const answer = send().then(({ text }) => text());
  const response = await arrived;
  const closing = connections.close();
  response.end("late");
  expect(await answer).toBe("late");
  await closing;
});

test("a response is read as it was sent", async () => {
  const { send } = await to(({ url }, response) => {
    response.writeHead(207, { "Content-Type": "text/plain", "X-Path": url!, "Retry-After": ["1", "2"] });
    response.write(Buffer.from([0xef, 0xbb, 0xbf, 0xc3]));
    response.end(Buffer.from([0xa9]));
  });
  const { statusCode, headers, text } = await send();
  expect(statusCode).toBe(207);
  expect(headers).toMatchObject({
    "content-type": "text/plain",
    "x-path": "/x?y=1",
    "retry-after": ["1", "2"],
  });
  expect(await text()).toBe("é");
});

test.each<[string, RequestListener, string]>([
  ["before its headers", (_, response) => void response.destroy(), "ERR_CONNECTION_CLOSED"],
  [
    "in the middle of it",
    (_, response) => void response.write("a", () => response.destroy()),
    "ERR_CONNECTION_CLOSED",
  ],
  [
    "with more than the maximum",
    (_, response) => void response.end("a".repeat(1001)),
    "ERR_RESPONSE_TOO_LARGE",
  ],
  ["with an upgrade", (_, { socket }) => void socket!.end(UPGRADE), "ERR_CONNECTION_CLOSED"],
])(
  "a response that ends %s has its own code; the request was, or may have been, sent",
  async (_, answer, code) => {
    const { send } = await to(answer);
    const error = await failure(
      send().then(({ text }) => text()),
      Error,
    );
    expect(error).toMatchObject({ code });
    expect(failureOf(error, "h").rule).not.toBe(RETRY_RULES.unsent);
  },
);

const UPGRADE = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n";

test("a server that accepts a connection and never speaks TLS: the connect timeout ends it, and nothing was sent", async () => {
  const { port } = await listening(createServer());
  const error = await failure(connectionsTo(`https://127.0.0.1:${port}/`).send(), Error);
  expect(failureOf(error, "h")).toEqual({
    code: "TIMEOUT",
    reason: "h did not answer in time (ETIMEDOUT)",
    rule: RETRY_RULES.unsent,
  });
});

describe("an aborted call ends", () => {
  async function aborted(server: Server | NetServer, protocol: string): Promise<Connections> {
    const { port } = await listening(server);
    const url = new URL(`${protocol}://127.0.0.1:${port}/`);
    const connections = new Connections(url, { connect: 60_000, env: {}, largestResponse: 1000 });
    const abort = new AbortController();
    server.once("connection", () => abort.abort());
    await failure(connections.send({ url, method: "GET", headers: {}, signal: abort.signal }), Error);
    return connections;
  }

  test.each<[string, () => Server | NetServer, string]>([
    ["while it connects", createServer, "https"],
    ["while it waits for a response", createHttpServer, "http"],
  ])("%s, and close does not wait", async (_, server, protocol) => {
    await (await aborted(server(), protocol)).close();
  });

  test("in the middle of its response", async () => {
    const { port } = await listening(createHttpServer((_, response) => void response.write("a")));
    const url = new URL(`http://127.0.0.1:${port}/`);
    const connections = new Connections(url, { connect: 50, env: {}, largestResponse: 1000 });
    const abort = new AbortController();
    const answer = await connections.send({ url, method: "GET", headers: {}, signal: abort.signal });
    abort.abort();
    await failure(answer.text(), Error);
    await connections.close();
  });
});
