import { afterEach, describe, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { appliedActive, appliedNightly, appliedOneOfEach } from "../applied-worlds";
import { KINDS, nightly, oneOfEach } from "../definitions";
import { World } from "../world";

let world: World;
afterEach(() => world.close());

const program = async () => oneOfEach();
const same = (count: number) => Array(count).fill("same");

describe("one of each action with each useful schedule", () => {
  test("is created with one POST each and one list, and then nothing changes by itself", async () => {
    world = await World.start();
    const first = await world.up(program);
    expect(first).toMatchObject({ ok: true, lists: 1 });
    expect(first.writes).toEqual(Array(KINDS).fill("POST /v1/triggers"));
    expect(Object.values(first.ops)).toEqual(Array(KINDS).fill("create"));
    expect(Object.keys(world.live())).toHaveLength(KINDS);
    for (const { sourcePosition } of Object.values(world.state().triggers))
      expect(sourcePosition).toMatch(/definitions\.ts#\d+,\d+$/);
    expect(world.live()["batch-cron"]).toMatchObject({ status: "paused", execution_count: 0 });
    expect(world.live()["retriever-interval"]?.["action_config"]).toMatchObject({
      inputs: { query: "running shoes", topK: 5 },
      acceptance: { min_results: 3, judge_field: "verdict.relevant", min_pass_ratio: 0.6 },
    });

    // A day passes: schedules fire, counters grow, times change.
    world.emulator.advance(24 * 3600);
    world.emulator.addDocuments("dev", "products", 150);
    expect(world.live()["cluster-cron"]).toMatchObject({ execution_count: 1 });

    for (const operate of [
      () => world.up(program),
      () => world.refresh(),
      () => world.up(program),
      () => world.up(program, { refresh: true }),
    ]) {
      const before = world.state().triggers;
      const quiet = await operate();
      expect(quiet).toMatchObject({ ok: true, lists: 1, writes: [] });
      expect(quiet.output).not.toContain("drifted");
      const after = world.state().triggers;
      for (const [name, record] of Object.entries(before)) {
        expect(after[name]).toMatchObject({
          id: record["id"],
          inputs: record["inputs"],
          outputs: record["outputs"],
        });
      }
    }
    const last = await world.up(program);
    expect(Object.values(last.ops)).toEqual(same(KINDS));
  });

  test.each([
    [
      "stores defaults, reorders keys and adds its own keys",
      { storeDefaults: true, reorderKeys: true, addUnknownKeys: true },
    ],
    ["stores only what was sent, and hides deleted triggers", { storeDefaults: false, listDisabled: false }],
  ])("does not drift when the service %s", async (_, options) => {
    world = await World.start(options);
    await world.up(program);
    expect(await world.refresh()).toMatchObject({ ok: true, writes: [] });
    const again = await world.up(program);
    expect(again).toMatchObject({ ok: true, lists: 1, writes: [] });
    expect(Object.values(again.ops)).toEqual(same(KINDS));
  });
});

describe("edits in place", () => {
  const { cron, every } = mixpeek;
  test("cron, timezone, description, interval: exactly one PATCH each, with only what changed", async () => {
    world = await appliedNightly();
    const id = world.live()["nightly"]?.["trigger_id"];
    const steps: [ReturnType<typeof nightly>, Record<string, unknown>][] = [
      [
        nightly({ schedule: cron("0 3 * * *") }),
        { schedule_config: { cron_expression: "0 3 * * *", timezone: "UTC" } },
      ],
      [
        nightly({ schedule: cron("0 3 * * *", { timezone: "Asia/Tokyo" }) }),
        { schedule_config: { cron_expression: "0 3 * * *", timezone: "Asia/Tokyo" } },
      ],
      [
        nightly({ schedule: cron("0 3 * * *", { timezone: "Asia/Tokyo" }), description: "Night shift" }),
        { description: "Night shift" },
      ],
      [
        nightly({ schedule: cron("0 3 * * *") }),
        { description: "", schedule_config: { cron_expression: "0 3 * * *", timezone: "UTC" } },
      ],
    ];
    for (const [edited, expected] of steps) {
      const outcome = await world.up(edited);
      expect(outcome).toMatchObject({
        ok: true,
        ops: { nightly: "update" },
        lists: 1,
        writes: [`PATCH /v1/triggers/${id}`],
      });
      expect(world.live()["nightly"]).toMatchObject({ trigger_id: id, ...expected });
      expect(await world.up(edited)).toMatchObject({ ops: { nightly: "same" }, writes: [] });
    }
    // Another notation of the same times is not a change.
    expect(await world.up(nightly({ schedule: cron("00 3 * * *", { timezone: "Etc/UTC" }) }))).toMatchObject({
      ops: { nightly: "same" },
      writes: [],
    });

    // Another schedule type is another trigger. Its interval is then edited in place.
    expect(await world.up(nightly({ schedule: every({ hours: 6 }) }))).toMatchObject({
      ok: true,
      ops: { nightly: "create-replacement" },
    });
    const interval = world.live()["nightly"]?.["trigger_id"];
    const edited = await world.up(nightly({ schedule: every({ hours: 12 }) }));
    expect(edited).toMatchObject({ ok: true, writes: [`PATCH /v1/triggers/${interval}`] });
    expect(world.live()["nightly"]).toMatchObject({ schedule_config: { interval_seconds: 43200 } });
  });

  test("status active, paused, active: exactly one pause and one resume, and the id stays", async () => {
    world = await appliedActive();
    const id = world.live()["nightly"]?.["trigger_id"];
    expect(await world.up(nightly({ status: "paused" }))).toMatchObject({
      ok: true,
      lists: 1,
      writes: [`POST /v1/triggers/${id}/pause`],
    });
    expect(world.live()["nightly"]).toMatchObject({
      trigger_id: id,
      status: "paused",
    });
    expect(await world.up(nightly({ status: "paused" }))).toMatchObject({ writes: [] });
    expect(await world.up(nightly({ status: "active" }))).toMatchObject({
      ok: true,
      lists: 1,
      writes: [`POST /v1/triggers/${id}/resume`],
    });
    expect(world.live()["nightly"]).toMatchObject({ trigger_id: id, status: "active" });
    // Paused and rescheduled at once: two requests, the pause first.
    const both = await world.up(nightly({ status: "paused", schedule: mixpeek.cron("5 5 * * *") }));
    expect(both.writes).toEqual([`POST /v1/triggers/${id}/pause`, `PATCH /v1/triggers/${id}`]);
  });
});

test("destroy disables every trigger and touches nothing else; a second destroy does nothing", async () => {
  world = await appliedOneOfEach();
  const foreign = await fetch(`${world.emulator.url}/v1/triggers`, {
    method: "POST",
    headers: {
      authorization: "Bearer sk_canary_5d1c9e77",
      "x-namespace": "dev",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      name: "foreign",
      action_type: "batch_rerun",
      action_config: { batch_id: "btch_dev_nightly_import" },
      trigger_type: "interval",
      schedule_config: { interval_seconds: 60 },
    }),
  });
  expect(foreign.status).toBe(200);
  const destroyed = await world.destroy();
  expect(destroyed).toMatchObject({ ok: true, lists: 0 });
  expect(destroyed.writes).toHaveLength(KINDS);
  expect(destroyed.writes.every((request) => request.startsWith("DELETE "))).toBe(true);
  expect(Object.keys(world.live())).toEqual(["foreign"]);
  expect(world.emulator.triggers("dev")).toHaveLength(KINDS + 1);
  expect(await world.destroy()).toMatchObject({ ok: true, requests: [] });
});

const some =
  (...names: string[]) =>
  async () => {
    for (const name of names) {
      new mixpeek.Trigger(name, {
        actionType: "cluster",
        actionConfig: { clusterId: "clust_dev_product_clusters" },
        schedule: mixpeek.cron("0 2 * * *"),
      });
    }
  };
const appliedTwo = World.applied("stays, leaves", some("stays", "leaves"));

test.each([[false], [true]])(
  "only a trigger that leaves the program is deleted (refresh: %s)",
  async (refresh) => {
    world = await appliedTwo();
    const { stays, leaves } = world.live();
    const outcome = await world.up(some("stays"), { refresh });
    expect(outcome).toMatchObject({
      ok: true,
      lists: 1,
      writes: [`DELETE /v1/triggers/${leaves?.trigger_id}`],
    });
    expect(Object.values(world.live()).map(({ trigger_id }) => trigger_id)).toEqual([stays?.trigger_id]);
  },
);

test("a trigger per namespace in one program: one list per namespace", async () => {
  world = await World.start();
  const two = async () => {
    for (const namespace of ["staging", "prod"]) {
      new mixpeek.Trigger(`nightly-${namespace}`, {
        name: "nightly",
        namespace,
        actionType: "cluster",
        actionConfig: { clusterId: `clust_${namespace}_product_clusters` },
        schedule: mixpeek.cron("0 2 * * *"),
      });
    }
  };
  expect(await world.up(two)).toMatchObject({
    ok: true,
    lists: 2,
    writes: ["POST /v1/triggers", "POST /v1/triggers"],
  });
  expect(world.live("staging")["nightly"]).toMatchObject({ namespace_id: "ns_staging" });
  expect(world.live("prod")["nightly"]).toMatchObject({ namespace_id: "ns_prod" });
  expect(await world.up(two)).toMatchObject({ ok: true, lists: 2, writes: [] });
  expect(await world.refresh()).toMatchObject({ ok: true, lists: 2, writes: [] });
});
