import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { LoggedRequest } from "../../../provider/emulator";
import { RequestLog } from "../../../provider/emulator/http/request-log";
import { DueQueue } from "../../../provider/emulator/service/due-queue";
import type { HeldTrigger, Namespace } from "../../../provider/emulator/service/store";
import { create, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

describe("the queue of due times", () => {
  const space = {} as Namespace;
  const all = Array.from({ length: 8 }, (_, sequence) => ({ sequence }) as HeldTrigger);
  const step = fc.record({
    which: fc.nat(all.length - 1),
    at: fc.option(fc.nat(20), { nil: null }),
  });

  test("always has the earliest first, and by order of creation for one time, whatever was set before", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new DueQueue();
        const times = new Map<HeldTrigger, number>();
        for (const { which, at } of steps) {
          const held = all[which]!;
          queue.set(space, held, at);
          if (at === null) times.delete(held);
          else times.set(held, at);
          const [first] = [...times].sort(([a, x], [b, y]) => x - y || a.sequence - b.sequence);
          expect(queue.first()?.held).toBe(first?.[0]);
          expect(queue.first()?.at).toBe(first?.[1]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test("the request log counts all requests and keeps the newest", () => {
  const log = new RequestLog(undefined);
  const one: Omit<LoggedRequest, "n" | "at"> = { method: "GET", path: "/", namespace: null, status: 200 };
  for (let n = 0; n < 120_000; n += 1) log.add(0, one);
  expect(log.count).toBe(120_000);
  expect([log.list().length, log.list()[0]?.n, log.list().at(-1)?.n]).toEqual([50_000, 70_001, 120_000]);
  log.clear();
  expect([log.count, log.list()]).toEqual([0, []]);
});

describe("indexes follow every change", () => {
  const names = async (rig: Rig, asked: object = {}): Promise<string[]> =>
    (await rig.call("POST", "/v1/triggers/list", asked)).body.results.map(
      (one: { name: string }) => one.name,
    );

  test("names", async () => {
    const rig = await start();
    const id = await create(rig, { name: "a" });
    await rig.call("PATCH", `/v1/triggers/${id}`, { name: "b" });
    expect(() => rig.emulator.edit("dev", "a", {})).toThrow("Trigger a not found");
    rig.emulator.edit("dev", "b", { name: "c" });
    const twin = await create(rig, { name: "c" });
    expect(() => rig.emulator.remove("dev", "c")).toThrow(`2 triggers are named c: ${id}, ${twin}`);
    rig.emulator.edit("dev", id, { name: null });
    rig.emulator.remove("dev", "c");
    expect(rig.emulator.triggers("dev").map(({ status }) => status)).toEqual(["active", "disabled"]);
  });

  test("lists, after a call, a manual change, a run, and over time", async () => {
    const rig = await start();
    const everyMinute = { trigger_type: "interval", schedule_config: { interval_seconds: 60 } };
    const a = await create(rig, { name: "a", ...everyMinute });
    await create(rig, { name: "b" });
    const byCount = { sort_by: "execution_count", direction: "desc" };
    expect(await names(rig, byCount)).toEqual(["b", "a"]);
    rig.emulator.advance(60);
    expect(await names(rig, byCount)).toEqual(["a", "b"]);
    rig.emulator.edit("dev", "b", { execution_count: 9 });
    expect(await names(rig, byCount)).toEqual(["b", "a"]);
    expect(await names(rig, { status: "paused" })).toEqual([]);
    await rig.call("POST", `/v1/triggers/${a}/pause`);
    expect(await names(rig, { status: "paused" })).toEqual(["a"]);
    await create(rig, { name: "c" });
    expect(await names(rig, { direction: "asc" })).toEqual(["a", "b", "c"]);
  });

  test("due times", async () => {
    const rig = await start();
    const id = await create(rig);
    rig.emulator.edit("dev", id, { next_scheduled_at: "2026-10-05T13:00:00Z" });
    await rig.call("POST", `/v1/triggers/${id}/pause`);
    rig.emulator.advance(3600);
    expect(rig.emulator.triggers("dev")[0]?.execution_count).toBe(0);
    rig.emulator.edit("dev", id, { status: "active", next_scheduled_at: "2026-10-05T14:00:00Z" });
    rig.emulator.advance(3600);
    expect(rig.emulator.triggers("dev")[0]).toMatchObject({
      execution_count: 1,
      next_scheduled_at: "2026-10-06T02:00:00Z",
    });
  });
});
