import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ProviderEvent } from "../../../provider/core/report/provider-event";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { isOwnPeer } from "../../../provider/pulumi/dynamic-provider/peer-check";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { type ProviderServer, serveProvider } from "../../../provider/pulumi/dynamic-provider/server";
import { SHIM, TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";
import { NIGHTLY } from "../nightly";

const KEY = "sk_test";
const URN = `urn:pulumi:dev::search::${TRIGGER_TYPE}::nightly`;
const INPUTS = { __provider: SHIM, ...NIGHTLY };

let emulator: Emulator;
let server: ProviderServer;
let client: Client;
const events: ProviderEvent[] = [];
const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && !path.endsWith("/list"));

beforeEach(async () => {
  events.length = 0;
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z"), keys: [KEY] });
  server = (await serveProvider(
    () => new TriggerProvider({ MIXPEEK_BASE_URL: emulator.url }, (event) => events.push(event)),
  ))!;
  client = new service.ResourceProviderClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await server.close();
  await emulator.close();
});

/** One call from the engine. */
function call<A>(method: string, request: unknown): Promise<A> {
  const methods = client as unknown as Record<
    string,
    (request: unknown, done: (error: ServiceError | null, answer: A) => void) => void
  >;
  return new Promise((resolve, reject) =>
    methods[method]!.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer))),
  );
}

async function configure(
  config: object = { "mixpeek:apiKey": KEY, "mixpeek:baseUrl": emulator.url },
): Promise<void> {
  const request = new messages.ConfigureRequest();
  request.setArgs(Struct.fromJavaScript(config as Record<string, string>));
  await call("configure", request);
}

function create(inputs: object = INPUTS): Promise<messages.CreateResponse> {
  const request = new messages.CreateRequest();
  request.setUrn(URN);
  request.setProperties(Struct.fromJavaScript(inputs as Record<string, string>));
  return call("create", request);
}

describe("the engine's calls", () => {
  test("create, diff with its properties, update, read, delete", async () => {
    await configure();
    expect(server.isAttached).toBe(true);
    const created = await create();
    const state = created.getProperties()!.toJavaScript();
    expect(state).toMatchObject({ __provider: SHIM, trigger_id: created.getId() });

    const news = { ...INPUTS, description: "new", schedule_config: { cron_expression: "0 3 * * *" } };
    const diff = new messages.DiffRequest();
    diff.setId(created.getId());
    diff.setOlds(Struct.fromJavaScript(state));
    diff.setNews(Struct.fromJavaScript(news));
    const differs = await call<messages.DiffResponse>("diff", diff);
    expect(differs.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_SOME);
    expect(differs.getHasdetaileddiff()).toBe(true);
    const { ADD, UPDATE } = messages.PropertyDiff.Kind;
    const kinds = differs
      .getDetaileddiffMap()
      .toArray()
      .map(([path]) => [path, differs.getDetaileddiffMap().get(path)!.getKind()]);
    expect(Object.fromEntries(kinds)).toEqual({
      description: ADD,
      "schedule_config.cron_expression": UPDATE,
    });

    const update = new messages.UpdateRequest();
    update.setId(created.getId());
    update.setOlds(Struct.fromJavaScript(state));
    update.setNews(Struct.fromJavaScript(news));
    const updated = (await call<messages.UpdateResponse>("update", update)).getProperties()!;
    expect(updated.toJavaScript()).toMatchObject({ __provider: SHIM, description: "new" });

    const read = new messages.ReadRequest();
    read.setId(created.getId());
    read.setProperties(updated);
    const found = await call<messages.ReadResponse>("read", read);
    expect(found.getInputs()!.toJavaScript()).toEqual(news);

    // A later operation, whose provider has created nothing.
    await configure();
    const remove = new messages.DeleteRequest();
    remove.setId(created.getId());
    remove.setProperties(updated);
    await call("delete", remove);
    expect(writes().map(({ method }) => method)).toEqual(["POST", "PATCH", "DELETE"]);
  });

  test("a failed check reports the error, and findings arrive as events", async () => {
    await configure();
    const request = new messages.CheckRequest();
    request.setUrn(URN);
    request.setOlds(new Struct());
    request.setNews(Struct.fromJavaScript({ ...INPUTS, trigger_type: "hourly" }));
    const [failure] = (await call<messages.CheckResponse>("check", request)).getFailuresList();
    expect(failure!.getReason()).toContain("trigger_type");
    await create();
    await configure();
    await create();
    expect(events).toMatchObject([{ kind: "report", trigger: "nightly", report: { kind: "adopted" } }]);
  });

  test("a partial write keeps the trigger, with its properties and the reason", async () => {
    await configure();
    const created = await create();
    emulator.faults.add({ kind: "status", status: 422, operation: "patch", times: 1 });
    const update = new messages.UpdateRequest();
    update.setId(created.getId());
    update.setOlds(created.getProperties());
    update.setNews(Struct.fromJavaScript({ ...INPUTS, description: "new", status: "paused" }));
    const error = await call("update", update).then(
      () => undefined,
      (refused: ServiceError) => refused,
    );
    const [bytes] = error!.metadata.get("grpc-status-details-bin") as Buffer[];
    const [any] = Status.deserializeBinary(bytes!).getDetailsList();
    const kept = messages.ErrorResourceInitFailed.deserializeBinary(any!.getValue_asU8());
    expect(kept.getId()).toBe(created.getId());
    expect(kept.getProperties()!.toJavaScript()).toMatchObject({ status: "paused", __provider: SHIM });
    expect(kept.getReasonsList()).toEqual([expect.stringMatching(/Already done for \S+: pause/)]);
  });

  test("an error contains the provider's message", async () => {
    await configure({ "mixpeek:baseUrl": emulator.url });
    await expect(create()).rejects.toMatchObject({ details: expect.stringContaining("[API_KEY_MISSING]") });
  });

  test.each<[method: string, request: unknown]>([
    ["handshake", new messages.ProviderHandshakeRequest()],
    ["getSchema", new messages.GetSchemaRequest()],
    ["checkConfig", new messages.CheckRequest()],
    ["diffConfig", new messages.DiffRequest()],
    ["invoke", new messages.InvokeRequest()],
    ["call", new messages.CallRequest()],
    ["construct", new messages.ConstructRequest()],
  ])("%s is unimplemented, as in the SDK's own server", async (method, request) => {
    await expect(call(method, request)).rejects.toMatchObject({ code: 12 });
  });
});

describe("who may call the provider", () => {
  test("code in a state that is not this package's is not run", async () => {
    await configure();
    const code = "exports.handler=()=>{globalThis.ran=true;return {}}";
    const foreign = { ...INPUTS, __provider: code };
    await expect(create(foreign)).rejects.toMatchObject({
      details: expect.stringContaining("[STATE_UNTRUSTED]"),
    });
    const request = new messages.DeleteRequest();
    request.setProperties(Struct.fromJavaScript(foreign));
    await expect(call("delete", request)).rejects.toMatchObject({ code: 2 });
    expect((globalThis as { ran?: true }).ran).toBeUndefined();
    expect(emulator.requests()).toEqual([]);
  });

  test("a connection of this user is recognized in the system's table, one that has ended is not", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const caller = connect(port, "127.0.0.1");
    const [accepted] = (await once(listener, "connection")) as [Socket];
    expect(isOwnPeer(accepted)).toBe(true);
    const entry = ([remote, local]: [number, number], uid: number, state = "01", inode = 4711) =>
      `   1: ${hex(remote)} ${hex(local)} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1`;
    const pair: [number, number] = [accepted.remotePort!, accepted.localPort!];
    const own = process.geteuid!();
    const table = (...lines: string[]) => ["  sl  local_address rem_address   st", ...lines];
    expect(isOwnPeer(accepted, table(entry(pair, own)))).toBe(true);
    expect(isOwnPeer(accepted, table(entry(pair, 0)))).toBe(true);
    expect(isOwnPeer(accepted, table(entry(pair, own + 1)))).toBe(false);
    // Closed by its process, or without an owner: the table shows root as its user.
    expect(isOwnPeer(accepted, table(entry(pair, 0, "05")))).toBe(false);
    expect(isOwnPeer(accepted, table(entry(pair, 0, "01", 0)))).toBe(false);
    // The other end of the same connection belongs to this process.
    expect(isOwnPeer(accepted, table(entry([pair[1], pair[0]], own)))).toBe(false);
    expect(isOwnPeer(accepted, table(entry([pair[0] ^ 1, pair[1]], own)))).toBe(false);
    expect(isOwnPeer(accepted, table())).toBe(false);
    caller.destroy();
    accepted.destroy();
    listener.close();
  });
});

const hex = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
