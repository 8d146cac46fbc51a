import { afterEach, describe, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { appliedActive, appliedNightly } from "../applied-worlds";
import { nightly } from "../definitions";
import type { World } from "../world";

let world: World;
afterEach(() => world.close());

const id = () => String(world.live()["nightly"]?.["trigger_id"]);

describe("a manual change of the schedule", () => {
  const drifted = [
    'nightly: schedule_config.cron_expression is "0 9 * * *" live, "0 2 * * *" desired (live drifted)',
    'nightly: schedule_config.timezone is "Europe/Paris" live, "UTC" desired (live drifted)',
  ];
  async function edited(): Promise<void> {
    world = await appliedNightly();
    world.emulator.edit("dev", "nightly", {
      schedule_config: { cron_expression: "0 9 * * *", timezone: "Europe/Paris" },
    });
  }

  test("a plain preview shows field, live and desired value; up repairs it with one PATCH, and the id stays", async () => {
    await edited();
    const before = id();
    const preview = await world.preview(nightly());
    expect(preview).toMatchObject({ ok: true, ops: { nightly: "update" }, lists: 1, writes: [] });
    for (const line of drifted) expect(preview.output.split(line)).toHaveLength(2);

    const repaired = await world.up(nightly());
    expect(repaired).toMatchObject({
      ok: true,
      ops: { nightly: "update" },
      lists: 1,
      writes: [`PATCH /v1/triggers/${before}`],
    });
    for (const line of drifted) expect(repaired.output).toContain(line);
    expect(world.live()["nightly"]).toMatchObject({
      trigger_id: before,
      schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" },
    });
    expect(await world.up(nightly())).toMatchObject({ ops: { nightly: "same" }, writes: [] });
  });

  test("a refresh keeps the cause: the next preview shows property lines and still says that live drifted", async () => {
    await edited();
    const refreshed = await world.refresh();
    // A refresh runs no program, so it compares with the state.
    for (const line of drifted)
      expect(refreshed.output).toContain(line.replace(" desired ", " in the state "));
    expect(refreshed).toMatchObject({ ok: true, lists: 1, writes: [] });
    expect(refreshed.output).not.toContain("you edited");

    const preview = await world.preview(nightly());
    for (const line of drifted) expect(preview.output).toContain(line);
    expect(preview.output).toMatch(/~ cron_expression: "0 9 \* \* \*" => "0 2 \* \* \*"/);
    expect(preview.output).toMatch(/- timezone\s*: "Europe\/Paris"/);
    expect(await world.up(nightly())).toMatchObject({ ok: true, writes: [`PATCH /v1/triggers/${id()}`] });
    expect(await world.up(nightly(), { refresh: true })).toMatchObject({ ok: true, lists: 1, writes: [] });
  });

  test("up --refresh: one list, one PATCH", async () => {
    await edited();
    expect(await world.up(nightly(), { refresh: true })).toMatchObject({
      ok: true,
      lists: 1,
      writes: [`PATCH /v1/triggers/${id()}`],
    });
  });

  test("an edit on both sides is reported as such", async () => {
    await edited();
    const preview = await world.preview(nightly({ schedule: mixpeek.cron("0 4 * * *") }));
    expect(preview.output).toContain(
      'nightly: schedule_config.cron_expression is "0 9 * * *" live, "0 4 * * *" desired (both changed)',
    );
  });

  test("a description added manually, with none declared, is drift and is removed", async () => {
    world = await appliedNightly();
    world.emulator.edit("dev", "nightly", { description: "do not touch" });
    const outcome = await world.up(nightly());
    expect(outcome.output).toContain(
      'nightly: description is "do not touch" live, absent desired (live drifted)',
    );
    expect(outcome.writes).toEqual([`PATCH /v1/triggers/${id()}`]);
    expect(await world.up(nightly())).toMatchObject({ writes: [] });
  });
});

describe("a manual pause", () => {
  test("with status active declared, it is resumed", async () => {
    world = await appliedActive();
    world.emulator.edit("dev", "nightly", { status: "paused" });
    const outcome = await world.up(nightly({ status: "active" }));
    expect(outcome.output).toContain('nightly: status is "paused" live, "active" desired (live drifted)');
    expect(outcome.writes).toEqual([`POST /v1/triggers/${id()}/resume`]);
    expect(world.live()["nightly"]).toMatchObject({ status: "active" });
  });

  test("with no status declared, it stays paused and is reported, also after a refresh and next to another edit", async () => {
    world = await appliedNightly();
    world.emulator.edit("dev", "nightly", { status: "paused" });
    const said =
      "nightly: paused live and left paused, since no status is declared; declare status active to resume it";
    const outcome = await world.up(nightly());
    expect(outcome).toMatchObject({ ok: true, ops: { nightly: "same" }, writes: [] });
    expect(outcome.output).toContain(said);
    expect((await world.refresh()).output).toContain(said);
    const edited = await world.up(nightly({ description: "still paused" }));
    expect(edited).toMatchObject({ ok: true, writes: [`PATCH /v1/triggers/${id()}`] });
    expect(edited.output).toContain(said);
    expect(world.live()["nightly"]).toMatchObject({ status: "paused" });
  });

  test("adding or removing a status line costs no request if live agrees", async () => {
    world = await appliedNightly();
    expect(await world.up(nightly({ status: "active" }))).toMatchObject({
      ok: true,
      ops: { nightly: "update" },
      writes: [],
    });
    expect(await world.up(nightly({ status: "active" }))).toMatchObject({ ops: { nightly: "same" } });
    expect(await world.up(nightly())).toMatchObject({ ok: true, ops: { nightly: "update" }, writes: [] });
    world.emulator.edit("dev", "nightly", { status: "paused" });
    expect(await world.up(nightly())).toMatchObject({ ops: { nightly: "same" }, writes: [] });
  });
});

test("a failed trigger is reported with its last error, and resumed only if active is declared", async () => {
  world = await appliedNightly();
  world.emulator.failRuns("dev", "clust_dev_product_clusters", "out of memory on shard 3");
  world.emulator.advance(6 * 24 * 3600);
  expect(world.live()["nightly"]).toMatchObject({ status: "failed", consecutive_failures: 5 });

  const reported = await world.up(nightly());
  expect(reported).toMatchObject({ ok: true, ops: { nightly: "same" }, writes: [] });
  expect(reported.output).toContain(
    'nightly: failed after 5 failed runs, last error: "out of memory on shard 3"; not resumed; declare status active to resume it',
  );
  expect(world.live()["nightly"]).toMatchObject({ status: "failed" });

  const resumed = await world.up(nightly({ status: "active" }));
  expect(resumed.writes).toEqual([`POST /v1/triggers/${id()}/resume`]);
  expect(resumed.output).toContain(
    'last error: "out of memory on shard 3"; resumed, since status active is declared',
  );
  expect(world.live()["nightly"]).toMatchObject({ status: "active", consecutive_failures: 0 });
});

describe("a manual delete", () => {
  test("a trigger that was paused when the state last read it is created paused", async () => {
    world = await appliedNightly();
    world.emulator.edit("dev", "nightly", { status: "paused" });
    await world.refresh();
    world.emulator.remove("dev", "nightly");
    const text =
      "created again paused, as it was when last applied or read; declare status active to resume it";
    expect((await world.preview(nightly())).output).toContain(text);
    const again = await world.up(nightly());
    expect(again).toMatchObject({ ok: true, writes: ["POST /v1/triggers"] });
    expect(again.output).toContain(text);
    expect(world.live()["nightly"]).toMatchObject({ status: "paused" });
  });

  test.each([
    ["the list shows deleted ones", {}, []],
    ["the list hides them, so one GET checks", { listDisabled: false }, ["GET"]],
  ])("up creates it again; refresh drops it (%s)", async (_, options, reads) => {
    world = await appliedNightly(options);
    const first = id();
    world.emulator.remove("dev", "nightly");
    const again = await world.up(nightly());
    expect(again).toMatchObject({ ok: true, lists: 1, writes: ["POST /v1/triggers"] });
    expect(again.requests.filter((request) => request.startsWith("GET"))).toHaveLength(reads.length);
    expect(again.output).toContain("nightly: deleted outside Pulumi (disabled), created again");
    expect(id()).not.toBe(first);

    world.emulator.remove("dev", "nightly");
    const dropped = await world.refresh();
    expect(dropped).toMatchObject({ ok: true, writes: [] });
    expect(dropped.output).toContain("nightly: deleted outside Pulumi, removed from the state");
    expect(world.state().triggers).toEqual({});
    expect(await world.up(nightly())).toMatchObject({
      ok: true,
      ops: { nightly: "create" },
      writes: ["POST /v1/triggers"],
    });

    // It is already gone: destroy has nothing to complain about.
    world.emulator.remove("dev", "nightly");
    expect(await world.destroy()).toMatchObject({ ok: true });
  });
});
