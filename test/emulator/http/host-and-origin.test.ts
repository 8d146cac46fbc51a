import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { EmulatorOptions } from "../../../provider/emulator";
import { create, KEY, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

/** Sends a request with exactly these headers, as a browser would. `PORT` in them is the emulator's port. */
function ask(
  { emulator }: Rig,
  [method, path]: [string, string],
  headers: Record<string, string>,
  at = "127.0.0.1",
): Promise<{ status: number; text: string }> {
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace("PORT", `${emulator.port}`),
  ]);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: at,
      port: emulator.port,
      method,
      path,
      headers: { authorization: `Bearer ${KEY}`, "x-namespace": "dev", ...Object.fromEntries(filled) },
    });
    sent.on("error", reject).on("response", async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode!, text });
    });
    sent.end();
  });
}

const CALLS: [string, string][] = [
  ["GET", "/_emulator/requests"],
  ["DELETE", "/_emulator/triggers/nightly?namespace=dev"],
  ["POST", "/v1/triggers/nightly/pause"],
];

describe("a request that a page of another site could have sent is 403, and does nothing", () => {
  test.each<[what: string, headers: Record<string, string>]>([
    ["a name that resolves to this machine (DNS rebinding)", { host: "rebound.example:PORT" }],
    ["a name that starts with a loopback address", { host: "127.0.0.1.example" }],
    ["a name that ends like localhost", { host: "example.localhost.example:PORT" }],
    ["another machine's address", { host: "192.0.2.7:PORT" }],
    ["no host name at all", { host: ":PORT" }],
    ["another site", { origin: "https://site.example" }],
    ["another port of this machine", { origin: "http://localhost:1" }],
    ["a page without an origin", { origin: "null" }],
    ["https, which the emulator does not use", { origin: "https://127.0.0.1:PORT" }],
  ])("%s", async (_, headers) => {
    const rig = await start();
    await create(rig);
    for (const call of CALLS) {
      const { status, text } = await ask(rig, call, headers);
      expect([call, status]).toEqual([call, 403]);
      expect(JSON.parse(text)).toMatchObject({ success: false, error: { type: "ForbiddenError" } });
    }
    expect(rig.emulator.triggers("dev")).toMatchObject([{ status: "active" }]);
    expect(rig.emulator.requests()).toHaveLength(1);
  });
});

describe("its own names are accepted", () => {
  test.each<[headers: Record<string, string>, options?: EmulatorOptions]>([
    [{ host: "localhost:PORT" }, {}],
    [{ host: "LOCALHOST" }, {}],
    [{ host: "127.1.2.3:PORT" }, {}],
    [{ host: "[::1]:PORT" }, {}],
    [{ host: "127.0.0.1:PORT", origin: "http://127.0.0.1:PORT" }, {}],
    [{ host: "localhost:PORT", origin: "http://localhost:PORT" }, {}],
    [{ host: "emulator:PORT" }, { allowedHosts: ["Emulator"] }],
    [{ host: "emulator:PORT", origin: "http://emulator:PORT" }, { allowedHosts: ["emulator"] }],
    [{ host: "localhost:PORT" }, { host: "0.0.0.0" }],
  ])("%j with %j", async (headers, options) => {
    const rig = await start(options);
    expect((await ask(rig, ["GET", "/_emulator/requests"], headers)).status).toBe(200);
  });
});

describe("control calls have limits", () => {
  test.each<[path: string, body: Record<string, unknown>, status: number, said: RegExp]>([
    ["clock", { advance_seconds: 1e12 }, 400, /beyond 9999-12-31/],
    ["clock", { advance_seconds: 1e300 }, 400, /beyond 9999-12-31/],
    ["documents", { namespace: "dev", collection_id: "products", count: 1e12 }, 422, /count/],
    ["faults", { kind: "lag", seconds: 1e12 }, 422, /seconds/],
    ["faults", { kind: "clock_skew", seconds: -1e12 }, 422, /seconds/],
    ["faults", { kind: "rate_limit", seconds: 1e12 }, 422, /seconds/],
  ])("%s %j is %i", async (path, body, status, said) => {
    const rig = await start();
    const answer = await rig.control("POST", `/_emulator/${path}`, body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(said)]);
  });

  test("a single clock move stops after 100,000 runs, and the next one continues from there", async () => {
    const rig = await start({ at: "2026-10-05T12:00:00Z" });
    await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 1 } });
    const day = { advance_seconds: 86_400 * 2 };
    const stopped = await rig.control("POST", "/_emulator/clock", day);
    expect(stopped.status).toBe(400);
    expect(stopped.body.error.message).toBe(
      "over 100000 runs are due until then: the clock is moved to 2026-10-06T15:46:40Z. Move it again to continue",
    );
    expect(rig.emulator.triggers("dev")[0]?.execution_count).toBe(100_000);
    expect((await rig.control("POST", "/_emulator/clock", { advance_seconds: 10 })).status).toBe(200);
    expect(rig.emulator.triggers("dev")[0]?.execution_count).toBe(100_010);
  });

  test("an endless body ends the connection", async () => {
    const { emulator } = await start();
    const socket = connect(emulator.port, "127.0.0.1");
    const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()).on("error", () => {}));
    socket.write("POST /v1/triggers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
    const more = (): void => {
      while (!socket.destroyed && socket.write("x".repeat(65_536)));
    };
    socket.on("drain", more);
    more();
    await ended;
    expect(socket.bytesWritten).toBeLessThan(100_000_000);
  });
});
