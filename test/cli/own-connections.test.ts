import { credentials, makeGenericClientConstructor, Server, ServerCredentials } from "@grpc/grpc-js";
import { afterAll, expect, test } from "@jest/globals";
import { runtime } from "@pulumi/pulumi";
import { useOwnConnections } from "../../provider/cli/stack/own-connections";

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

/** A server that an engine would be, on a free port or a given one. */
async function listen(port = 0): Promise<{ port: number; server: Server }> {
  const server = new Server();
  server.addService(PING, { ping: (call: { request: string }, reply: Reply) => reply(null, call.request) });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, on) =>
      error ? reject(error) : resolve(on),
    );
  });
  return { port: bound, server };
}

type Reply = (error: Error | null, answer: string) => void;

/** What a client with the SDK's options gets: the answer, or the code of the error. */
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

test("an engine on the port of an earlier one is reached, though the connection to that one failed", async () => {
  useOwnConnections(runtime);
  const earlier = await listen();
  expect(await ping(earlier.port)).toBe("pong");
  earlier.server.forceShutdown();
  expect(await ping(earlier.port)).toBe(14);
  const { server } = await listen(earlier.port);
  expect(await ping(earlier.port)).toBe("pong");
  server.forceShutdown();
});

test("an SDK without these options is left as it is", () => {
  expect(() => useOwnConnections({})).not.toThrow();
});
