import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { HttpClient } from "../../../provider/api/http";
import type { HttpCall } from "../../../provider/api/http-call";
import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import { clientOf, failure, KEY, type Reply, serve, type TestServer } from "../server";

const CALL: HttpCall = {
  action: "read",
  target: "x",
  method: "POST",
  path: ["v1", "x"],
  namespace: "dev",
  idempotent: false,
};

/** All parts of a value that could be logged. */
function shown(value: unknown): string {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true };
  const error = value as Partial<Error>;
  return [inspect(value, options), JSON.stringify(value), String(value), error.stack, error.message].join(
    "\n",
  );
}

let server: TestServer;
let reply: Reply;
beforeAll(async () => {
  server = await serve(() => reply);
});
afterAll(() => server.close());

const echo = `Bearer ${KEY} is not valid`;
const replies: [string, Reply][] = [
  ...[301, 400, 401, 403, 404, 409, 422, 429, 500, 503].map((status): [string, Reply] => [
    String(status),
    {
      status,
      json: { error: { message: echo, type: KEY, code: KEY, details: { key: KEY, [KEY]: [KEY] } } },
      headers: { "retry-after": "99999", location: `https://elsewhere.invalid/?key=${KEY}` },
    },
  ]),
  [
    "422 with items",
    { status: 422, json: { detail: [{ loc: ["header", KEY], msg: echo, type: "extra_forbidden" }] } },
  ],
  ["a text", { status: 502, text: echo }],
  ["a page", { text: echo, headers: { "content-type": "text/html" } }],
  ["invalid JSON", { text: `{"key": "${KEY}"`, headers: { "content-type": "application/json" } }],
  ["a reset", (_, __, socket) => socket.destroy()],
  ["an unexpected response", (_, __, socket) => socket.end(`HTTP/1.1 200 OK\r\n${KEY}\r\n\r\n`)],
];

describe("the key is in no error", () => {
  test.each(replies)("after %s", async (_, given) => {
    reply = given;
    const error = await failure(clientOf(server).request(CALL), ApiError);
    expect(shown(error)).not.toContain(KEY);
    expect(shown(error)).not.toContain("sk_test");
  });

  test("without a connection", async () => {
    const error = await failure(clientOf({ url: "http://127.0.0.1:1" }).request(CALL), ApiError);
    expect(shown(error)).not.toContain(KEY);
  });

  test.each([`${KEY}\n`, `${KEY} `, `${KEY}é`])("for a key that is not valid in a header: %j", (apiKey) => {
    try {
      new HttpClient({ baseUrl: server.url, apiKey });
    } catch (error) {
      expect(shown(error)).not.toContain(KEY);
      return;
    }
    throw new Error("it was taken");
  });
});

test("the key and proxy passwords are in no printed form of the client, before and after a call", async () => {
  reply = { json: {} };
  const client = clientOf(server, { env: { HTTPS_PROXY: "http://user:secret@proxy.invalid" } });
  const api = new TriggersApi(client);
  const all = [client, api, new TriggerLists(api)];
  for (const one of all) expect(shown(one)).not.toMatch(/sk_test|secret/);
  await client.request(CALL);
  for (const one of all) expect(shown(one)).not.toMatch(/sk_test|secret/);
  await client.close();
});
