import { credentials, makeGenericClientConstructor, Server, ServerCredentials } from "@grpc/grpc-js";
import { afterAll, expect, test } from "@jest/globals";
import { runtime } from "@pulumi/pulumi";
import {
  collectorOf,
  collectorOfCommand,
  useOwnConnections,
} from "../../../provider/cli/stack/engine-process";
import { freePort } from "../../api/server";

const PING = {
  ping: {
    path: "/test/Ping",
    requestStream: false,
    responseStream: false,
    requestSerialize: (text: string) => Buffer.from(text),
    requestDeserialize: String,
    responseSerialize: (text: string) => Buffer.from(text),
    responseDeserialize: String,
  },
} as const;
const Client = makeGenericClientConstructor(PING, "test");

const open: { close(): void }[] = [];
afterAll(() => {
  for (const each of open) each.close();
});

/** A server in place of an engine. */
async function listen(port: number): Promise<Server> {
  const server = new Server();
  server.addService(PING, { ping: (call: { request: string }, reply: Reply) => reply(null, call.request) });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return server;
}

type Reply = (error: Error | null, answer: string) => void;

/** What a client with the SDK's options receives: the response or the error code. */
function ping(port: number): Promise<string | number> {
  const { grpcClientOptions } = runtime as unknown as { grpcClientOptions: object };
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientOptions);
  open.push(client);
  return new Promise((resolve) => {
    const call = client["ping"] as (
      text: string,
      reply: (error: { code: number } | null, answer: string) => void,
    ) => void;
    call.call(client, "pong", (error, answer) => resolve(error ? error.code : answer));
  });
}

test("an engine on the port of an earlier one is reached, although the connection to that one failed", async () => {
  useOwnConnections(runtime);
  const port = await freePort();
  const earlier = await listen(port);
  expect(await ping(port)).toBe("pong");
  earlier.forceShutdown();
  expect(await ping(port)).toBe(14);
  const later = await listen(port);
  expect(await ping(port)).toBe("pong");
  later.forceShutdown();
});

test.each(["https_proxy", "grpc_proxy", "http_proxy"])(
  "the engine on this machine is not called through %s",
  async (name) => {
    const before = process.env[name];
    process.env[name] = `http://127.0.0.1:${await freePort()}`;
    try {
      useOwnConnections(runtime);
      const port = await freePort();
      const engine = await listen(port);
      expect(await ping(port)).toBe("pong");
      engine.forceShutdown();
    } finally {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  },
);

test("an SDK without these options is left as it is", () => {
  expect(() => useOwnConnections({})).not.toThrow();
});

test.each<[string, triggers: number, env: Record<string, string>, expected: object]>([
  ["a small run", 2000, {}, { GOGC: "400" }],
  ["a large run", 2001, {}, {}],
  ["a refresh, whose plan is empty", 0, {}, {}],
  ["a user who sets how often it collects", 10, { GOGC: "50" }, {}],
  ["a user who limits the memory", 10, { GOMEMLIMIT: "200MiB" }, {}],
])("the engine's garbage collector: %s", (_, triggers, env, expected) => {
  expect(collectorOf(triggers, env)).toEqual(expected);
});

test.each<[string, args: string[], env: Record<string, string>, expected: object]>([
  ["to create a stack", ["stack", "init", "prod"], {}, { GOGC: "off" }],
  ["to select a stack", ["stack", "select", "prod"], {}, { GOGC: "off" }],
  ["to write settings", ["config", "set-all", "--plaintext", "a=b"], {}, { GOGC: "off" }],
  ["that reads a stack's resources", ["stack", "export"], {}, {}],
  ["that changes a stack's resources", ["up", "--stack", "config"], {}, {}],
  ["of a user who sets how often it collects", ["stack", "init", "prod"], { GOGC: "50" }, {}],
  ["of a user who limits the memory", ["stack", "init", "prod"], { GOMEMLIMIT: "200MiB" }, {}],
])("the garbage collector of a command %s", (_, args, env, expected) => {
  expect(collectorOfCommand(args, env)).toEqual(expected);
});
