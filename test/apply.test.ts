import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { HttpClient } from "../provider/api/http";
import { TriggerLists } from "../provider/api/trigger-lists";
import { TriggersApi } from "../provider/api/triggers";
import { applyCalls } from "../provider/apply";
import { createBody } from "../provider/core/diff/request-body";
import type { DesiredTrigger } from "../provider/core/schema/model";
import { type Emulator, manualClock, startEmulator } from "../provider/emulator";
import { NIGHTLY } from "./pulumi/nightly";

const desired: DesiredTrigger = NIGHTLY;

/**
 * What the proxy does with the next create: cut the connection before the API receives it, or after the API has handled
 * it, or respond after a list.
 */
type Cut = "before" | "after" | "late" | "never";

let emulator: Emulator;
let proxy: Server;
let cuts: Cut[];
let posts: number;
/** How many lists still do not show what was created since the first one. */
let lagging: number;
let first: string | undefined;
/** Responds to the second create. A test that waits calls it after a later list got its response. */
let answerSecond: (() => void) | undefined;
let base: string;

beforeEach(async () => {
  emulator = await startEmulator({ clock: manualClock() });
  cuts = [];
  posts = 0;
  lagging = 0;
  first = undefined;
  answerSecond = undefined;
  proxy = createServer(async (request, response) => {
    const creates = request.method === "POST" && request.url === "/v1/triggers";
    if (creates) posts += 1;
    const cut = creates ? (cuts.shift() ?? "never") : "never";
    if (cut === "before") return void request.socket.destroy();
    const answer = await fetch(emulator.url + request.url, {
      method: request.method!,
      headers: { authorization: "Bearer sk_test", "x-namespace": "dev", "content-type": "application/json" },
      ...(request.method === "GET" ? {} : { body: await bodyOf(request) }),
    });
    if (cut === "after") return void request.socket.destroy();
    if (cut === "late") await new Promise<void>((resolve) => (answerSecond = resolve));
    const listed = request.url === "/v1/triggers/list" ? await answer.text() : undefined;
    first ??= listed;
    const shown = listed !== undefined && listed !== first && lagging-- > 0 ? first : listed;
    response.writeHead(answer.status, { "content-type": "application/json" });
    if (listed !== undefined) answerSecond?.();
    return void response.end(shown ?? (await answer.text()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterEach(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await emulator.close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function target() {
  const http = new HttpClient({
    baseUrl: base,
    apiKey: "sk_test",
    sleep: async () => undefined,
    random: () => 0.5,
  });
  const api = new TriggersApi(http);
  return { api, live: new TriggerLists(api), namespace: "dev", desired };
}

describe("a create whose response is lost", () => {
  test.each<[string, Cut[], number]>([
    ["handled: found and adopted, not created again", ["after"], 1],
    ["not handled: looked up, and created", ["before"], 2],
    ["twice not handled: given up", ["before", "before"], 2],
  ])("%s", async (_, given, expected) => {
    cuts = [...given];
    const run = applyCalls(target(), [{ op: "create", body: createBody(desired) }]);
    if (given.length < 2) {
      const live = await run;
      expect(emulator.triggers("dev").map(({ trigger_id }) => trigger_id)).toEqual([live.trigger_id]);
    } else {
      await expect(run).rejects.toMatchObject({ code: "NETWORK", ambiguous: true });
      expect(emulator.triggers("dev")).toEqual([]);
    }
    expect(posts).toBe(expected);
  });

  test("an older trigger of the same name is not mistaken for the created one", async () => {
    const first = target();
    await applyCalls(first, [{ op: "create", body: createBody(desired) }]);
    cuts = ["before"];
    const second = target();
    const live = await applyCalls(second, [{ op: "create", body: createBody(desired) }]);
    expect(emulator.triggers("dev").map(({ trigger_id }) => trigger_id)).toHaveLength(2);
    expect(emulator.triggers("dev")[1]?.trigger_id).toBe(live.trigger_id);
  });
});

describe("if the list lags behind a create whose response is lost", () => {
  test.each([
    ["for a check or two: waited for, not created again", 2, 1],
    ["for longer than the maximum wait: created again", 9, 2],
  ])("%s", async (_, looks, expected) => {
    cuts = ["after"];
    lagging = looks;
    const own = target();
    await own.live.snapshot("dev");
    await applyCalls(own, [{ op: "create", body: createBody(desired) }]);
    expect(emulator.triggers("dev")).toHaveLength(expected);
  });
});

test("a create with a response keeps its trigger if the check for another create's lost response fails", async () => {
  const own = target();
  await own.live.snapshot("dev");
  cuts = ["after", "late"];
  emulator.faults.add({ kind: "html", at: "after", status: 200, operation: "list", times: 1 });
  const runs = ["lost", "answered"].map((name) => {
    const each = { ...desired, name };
    return applyCalls({ ...own, desired: each }, [{ op: "create", body: createBody(each) }]);
  });
  const [lost, answered] = await Promise.allSettled(runs);
  expect(lost).toMatchObject({ status: "rejected", reason: { code: "BAD_RESPONSE" } });
  const live = emulator.triggers("dev").find(({ name }) => name === "answered");
  expect(answered).toMatchObject({ status: "fulfilled", value: { trigger_id: live!.trigger_id } });
  expect((await own.live.snapshot("dev")).byId(live!.trigger_id)).toBeDefined();
});

test("fifty lost responses, eight at a time, cost one list per eight", async () => {
  const own = target();
  cuts = Array.from({ length: 50 }, () => "after" as const);
  await own.live.snapshot("dev");
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, at) => {
      const each = { ...desired, name: `nightly ${at}` };
      return applyCalls({ ...own, desired: each }, [{ op: "create", body: createBody(each) }]);
    }),
  );
  expect(new Set(made.map(({ trigger_id }) => trigger_id)).size).toBe(50);
  expect(emulator.triggers("dev")).toHaveLength(50);
  const lists = emulator.requests().filter(({ path }) => path === "/v1/triggers/list");
  expect(lists.length).toBeLessThanOrEqual(8);
});

describe("on an API without names", () => {
  beforeEach(async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: manualClock(), api: "0.81" });
  });

  test.each<[string, Cut[], number]>([
    ["handled: recognized by its content, not created again", ["never", "after"], 2],
    ["not handled: created", ["never", "before"], 2],
    ["two with one content, both lost: each has its own", ["never", "after", "after"], 3],
  ])("%s", async (_, given, expected) => {
    const own = target();
    const run = () => applyCalls(own, [{ op: "create", body: createBody(desired) }]);
    // The first create shows that the API has no names. Its trigger is unambiguous.
    cuts = [given[0]!];
    const before = await run();
    cuts = given.slice(1);
    const made = await Promise.all(cuts.map(run));
    const ids = [before, ...made].map(({ trigger_id }) => trigger_id);
    expect(new Set(ids).size).toBe(expected);
    expect(emulator.triggers("dev").map(({ trigger_id }) => trigger_id)).toEqual(expect.arrayContaining(ids));
    expect(emulator.triggers("dev")).toHaveLength(expected);
  });
});

describe("on an API without names, three creates at once before that is known", () => {
  const all: Cut[] = ["never", "before", "after"];
  const sequences = (length: number): Cut[][] =>
    length === 0 ? [[]] : sequences(length - 1).flatMap((given) => all.map((cut) => [...given, cut]));

  test.each([
    ["with one content", ["0 2 * * *", "0 2 * * *", "0 2 * * *"]],
    ["with one meaning, each written differently", ["0 2 * * *", "00 02 * * *", "0 2 */1 * *"]],
  ])("%s: each has its own trigger, whichever of the first four responses are lost", async (_, crons) => {
    for (const given of sequences(4)) {
      await emulator.close();
      emulator = await startEmulator({ clock: manualClock(), api: "0.81" });
      cuts = [...given];
      const own = target();
      const runs = crons.map((cron_expression, at) => {
        const each: DesiredTrigger = {
          ...desired,
          name: `nightly ${at}`,
          schedule_config: { cron_expression },
        };
        return applyCalls({ ...own, desired: each }, [{ op: "create", body: createBody(each) }]);
      });
      const ends = await Promise.allSettled(runs);
      const ids = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value.trigger_id] : []));
      const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.code] : []));
      const live = emulator.triggers("dev").map(({ trigger_id }) => trigger_id);
      // If the same create is cut off twice, it is given up with an error.
      const outcome = { given, ids: new Set(ids).size, errors: errors.every((code) => code === "NETWORK") };
      expect(outcome).toEqual({ given, ids: 3 - errors.length, errors: true });
      expect({ given, live }).toEqual({ given, live: expect.arrayContaining(ids) });
      if (errors.length === 0) expect({ given, live: live.length }).toEqual({ given, live: 3 });
    }
  });
});

describe("a trigger that the service disabled after failures", () => {
  const hourly = { ...desired, schedule_config: { cron_expression: "0 * * * *" } };

  async function revive() {
    const own = target();
    const made = await applyCalls(own, [{ op: "create", body: createBody(desired) }]);
    emulator.edit("dev", made.trigger_id, { status: "disabled", consecutive_failures: 5 });
    const calls = [
      { op: "revive", body: createBody(hourly) },
      { op: "patch", body: { schedule_config: hourly.schedule_config } },
    ] as const;
    const before = emulator.requests().length;
    const disabled = (await own.api.get("dev", made.trigger_id))!;
    const after = await applyCalls({ ...own, desired: hourly }, calls, disabled);
    const requests = emulator
      .requests()
      .slice(before + 1)
      .map(({ method, path }) => `${method} ${path.replace(made.trigger_id, "ID")}`);
    return { made, after, requests };
  }

  test("is resumed, and what was edited in the meantime is patched", async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: manualClock(), disabledCanBeResumed: true });
    const { made, after, requests } = await revive();
    expect(after).toMatchObject({
      trigger_id: made.trigger_id,
      status: "active",
      schedule_config: hourly.schedule_config,
    });
    expect(requests).toEqual(["POST /v1/triggers/ID/resume", "PATCH /v1/triggers/ID"]);
  });

  test("is recreated, completely and once, if the service does not resume it", async () => {
    const { made, after, requests } = await revive();
    expect(after.trigger_id).not.toBe(made.trigger_id);
    expect(after).toMatchObject({ status: "active", schedule_config: hourly.schedule_config });
    expect(requests).toEqual(["POST /v1/triggers/ID/resume", "POST /v1/triggers"]);
  });
});
