import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { cronBody, findings, KEY, type Rig, start, stopAll } from "../harness";
import { hear } from "../wire";

afterEach(stopAll);

const LIST = "/v1/triggers";
const count = (rig: Rig): number => rig.emulator.triggers("dev").length;

describe("a request is held", () => {
  test.each([
    ["before", 0],
    ["after", 1],
  ] as const)("%s handling, and released", async (at, made) => {
    const rig = await start();
    const held = rig.emulator.hold({ operation: "create", at });
    const heard = hear(rig, "POST", LIST, cronBody());
    expect(await held.reached).toEqual({ method: "POST", path: LIST, namespace: "dev" });
    expect(count(rig)).toBe(made);
    // Other requests pass in the meantime.
    expect((await rig.call("GET", LIST)).body.total).toBe(made);
    await held.release();
    expect(await heard).toMatchObject({ status: 200 });
    expect(count(rig)).toBe(1);
    expect(rig.emulator.requests()).toContainEqual(
      expect.objectContaining({ status: 200, fault: "hold", handled: true }),
    );
  });

  test.each([
    ["before", 0, false],
    ["after", 1, true],
  ] as const)("%s handling, and dropped", async (at, made, handled) => {
    const rig = await start();
    const held = rig.emulator.hold({ operation: "create", at });
    const heard = hear(rig, "POST", LIST, cronBody());
    await held.reached;
    await held.drop();
    expect(await heard).toMatchObject({ error: "ECONNRESET" });
    expect(count(rig)).toBe(made);
    expect(rig.emulator.requests()).toMatchObject([{ status: 0, fault: "hold", handled }]);
    expect((await hear(rig, "POST", LIST, cronBody({ name: "next" }))).status).toBe(200);
  });

  test.each([
    ["before", "drop", 0],
    ["before", "release", 1],
    ["after", "drop", 1],
  ] as const)("%s handling while its client is killed; %s leaves %d", async (at, verdict, made) => {
    const folder = mkdtempSync(join(tmpdir(), "emulator-hold-"));
    const stateFile = join(folder, "state.json");
    const rig = await start({ stateFile });
    const held = rig.emulator.hold({ operation: "create", at });
    const program = `fetch(${JSON.stringify(rig.emulator.url + LIST)}, { method: "POST",
      headers: { authorization: "Bearer ${KEY}", "x-namespace": "dev", "content-type": "application/json" },
      body: ${JSON.stringify(JSON.stringify(cronBody()))} })`;
    const client = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
    await held.reached;
    client.kill("SIGKILL");
    await once(client, "exit");
    await held[verdict]();
    expect(count(rig)).toBe(made);
    await rig.emulator.close();
    const again = await start({ stateFile });
    expect(count(again)).toBe(made);
    rmSync(folder, { recursive: true });
  });

  test("no longer after the hold has ended, even if no request has reached it", async () => {
    const rig = await start();
    await rig.emulator.hold().release();
    expect((await rig.call("GET", LIST)).status).toBe(200);
  });

  test("until the emulator closes", async () => {
    const rig = await start();
    const held = rig.emulator.hold();
    const heard = hear(rig, "POST", LIST, cronBody());
    await held.reached;
    await rig.emulator.close();
    expect((await heard).error).toBe("ECONNRESET");
    expect(count(rig)).toBe(0);
  });

  test("and released through the control plane, like any other", async () => {
    const rig = await start();
    const added = await rig.control("POST", "/_emulator/faults", { kind: "hold", operation: "create" });
    const [{ id }] = added.body.faults;
    const heard = hear(rig, "POST", LIST, cronBody());
    const injected = async () => (await rig.control("GET", "/_emulator/faults")).body.faults[0].injected;
    while ((await injected()) === 0);
    expect(count(rig)).toBe(0);
    expect((await rig.control("POST", `/_emulator/faults/${id}/release`)).status).toBe(204);
    expect(await heard).toMatchObject({ status: 200 });
    expect((await rig.control("POST", "/_emulator/faults/99/drop")).status).toBe(404);
  });
});

describe("the control plane", () => {
  test("adds one or several faults, lists them with their counts, removes one, removes all", async () => {
    const rig = await start();
    const url = "/_emulator/faults";
    const one = await rig.control("POST", url, { kind: "status", operation: "list", times: 1 });
    expect([one.status, one.body]).toEqual([
      201,
      {
        faults: [
          {
            id: 1,
            kind: "status",
            at: "before",
            status: 503,
            operation: ["list"],
            probability: 1,
            seed: 1,
            after: 0,
            times: 1,
            matched: 0,
            injected: 0,
          },
        ],
      },
    ]);
    await rig.control("POST", url, [
      { kind: "reset", at: "after", operation: "delete" },
      { kind: "empty_page" },
    ]);
    expect((await rig.call("GET", LIST)).status).toBe(503);
    expect((await rig.call("GET", LIST)).status).toBe(200);
    const { body } = await rig.control("GET", url);
    expect(body.faults).toEqual(rig.emulator.faults.list());
    expect(body.faults).toMatchObject([
      { id: 1, matched: 2, injected: 1 },
      { id: 2, kind: "reset", matched: 0 },
      { id: 3, kind: "empty_page" },
    ]);
    expect((await rig.control("DELETE", `${url}/2`)).status).toBe(204);
    expect(rig.emulator.faults.list().map(({ id }) => id)).toEqual([1, 3]);
    expect((await rig.control("DELETE", `${url}/2`)).status).toBe(404);
    expect((await rig.control("DELETE", url)).status).toBe(204);
    expect((await rig.control("GET", url)).body).toEqual({ faults: [] });
  });

  test.each<[fault: unknown, loc: (string | number)[], msg: RegExp]>([
    [{}, ["body", "kind"], /kind|Invalid/],
    [{ kind: "explode" }, ["body", "kind"], /latency/],
    [{ kind: "reset", when: "after" }, ["body"], /Unrecognized key: "when"/],
    [{ kind: "reset", at: "during" }, ["body", "at"], /"before"\|"after"/],
    [{ kind: "status", status: 418 }, ["body", "status"], /500\|502\|503\|504/],
    [{ kind: "latency" }, ["body", "ms"], /number/],
    [{ kind: "latency", ms: -1 }, ["body", "ms"], />=0/],
    [{ kind: "redirect" }, ["body", "location"], /string/],
    [{ kind: "partial" }, ["body"], /results, without or both are required/],
    [{ kind: "lag", seconds: 0 }, ["body", "seconds"], />0/],
    [{ kind: "reset", operation: "lists" }, ["body", "operation"], /one or a list of list, get/],
    [{ kind: "reset", path: "v1" }, ["body", "path"], /"\/"/],
    [{ kind: "reset", probability: 2 }, ["body", "probability"], /<=1/],
    [{ kind: "reset", times: 0 }, ["body", "times"], />=1/],
    [[{ kind: "reset" }, { kind: "slow", chunk_bytes: 0 }], ["body", 1, "chunk_bytes"], />=1/],
    ["text", ["body"], /object/],
  ])("rejects %j", async (fault, loc, msg) => {
    const rig = await start();
    const answer = await rig.control("POST", "/_emulator/faults", JSON.stringify(fault));
    expect(findings(answer)).toEqual([
      { location: loc.join("."), message: expect.stringMatching(msg), type: expect.any(String) },
    ]);
    expect(rig.emulator.faults.list()).toEqual([]);
  });

  test("an invalid fault prevents the start, and the error says where it is", async () => {
    await expect(start({ faults: [{ kind: "latency", ms: -1 }] })).rejects.toThrow(/body\.0\.ms: .*>=0/);
  });
});
