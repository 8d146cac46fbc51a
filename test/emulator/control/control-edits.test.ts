import { afterEach, describe, expect, test } from "@jest/globals";
import { create, findings, start, stopAll } from "../harness";

afterEach(stopAll);

describe("edits of a trigger through the control plane", () => {
  test("edits by name, replaces whole configs, and recomputes the next run", async () => {
    const rig = await start();
    const id = await create(rig, {
      schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" },
    });
    rig.emulator.advance(10);
    const { status, body } = await rig.control("PATCH", "/_emulator/triggers/nightly?namespace=dev", {
      description: "by hand",
      schedule_config: { cron_expression: "0 5 * * *" },
      action_config: { cluster_id: "clust_dev_customer_segments" },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      trigger_id: id,
      description: "by hand",
      schedule_config: { cron_expression: "0 5 * * *", timezone: "UTC" },
      next_scheduled_at: "2026-10-06T05:00:00Z",
      updated_at: "2026-10-05T12:00:10Z",
    });
    expect(body.action_config.cluster_id).toBe("clust_dev_customer_segments");
    expect((await rig.call("GET", `/v1/triggers/${id}`)).body).toEqual(body);
  });

  test("sets the fields that only the service sets", async () => {
    const rig = await start();
    const id = await create(rig);
    const change = {
      status: "failed",
      last_execution_error: "boom",
      consecutive_failures: 5,
      last_triggered_at: "2026-10-05T02:00:00.5",
      next_scheduled_at: "2026-12-24T18:00:00+01:00",
      trigger_type: "interval",
      schedule_config: { interval_seconds: 60 },
    };
    expect(rig.emulator.edit("dev", id, change)).toMatchObject({
      ...change,
      last_triggered_at: "2026-10-05T02:00:00.500000Z",
      next_scheduled_at: "2026-12-24T17:00:00Z",
      schedule_config: { interval_seconds: 60, start_immediately: false },
    });
  });

  test("activating recomputes the next run from now", async () => {
    const rig = await start();
    const id = await create(rig, { status: "paused" });
    rig.emulator.advance(86_400);
    expect(rig.emulator.edit("dev", id, { status: "active" }).next_scheduled_at).toBe("2026-10-07T02:00:00Z");
  });

  test.each([
    [{ trigger_id: "x" }, "trigger_id", "extra_forbidden"],
    [{ is_overdue: true }, "is_overdue", "extra_forbidden"],
    [{ colour: "red" }, "colour", "extra_forbidden"],
    [{ status: "broken" }, "status", "enum"],
    [{ execution_count: -1 }, "execution_count", "greater_than_equal"],
    [{ last_triggered_at: "yesterday" }, "last_triggered_at", "datetime_from_date_parsing"],
    [{ schedule_config: { cron_expression: "x" } }, "schedule_config", "value_error"],
    [{ trigger_type: "interval" }, "schedule_config", "missing"],
  ])("cannot set %j", async (change, at, type) => {
    const rig = await start();
    await create(rig);
    const before = rig.emulator.triggers("dev");
    const answer = await rig.control("PATCH", "/_emulator/triggers/nightly?namespace=dev", change);
    const [first] = findings(answer);
    expect([first?.location.split(".")[1], first?.type]).toEqual([at, type]);
    expect(rig.emulator.triggers("dev")).toEqual(before);
  });

  test("soft-deletes; the name then means the live trigger; of two with one name, an id is needed", async () => {
    const rig = await start();
    const first = await create(rig);
    expect((await rig.control("DELETE", "/_emulator/triggers/nightly?namespace=dev")).status).toBe(204);
    const second = await create(rig);
    expect(rig.emulator.edit("dev", "nightly", { description: "x" }).trigger_id).toBe(second);
    await create(rig);
    const twins = await rig.control("DELETE", "/_emulator/triggers/nightly?namespace=dev");
    expect(twins.status).toBe(400);
    expect(twins.body.error.message).toMatch(/^2 triggers are named nightly: trg_\w+, trg_\w+$/);
    rig.emulator.remove("dev", second);
    const { body } = await rig.control("GET", "/_emulator/triggers?namespace=ns_dev");
    expect(body.total).toBe(3);
    expect(body.triggers.map((one: { status: string }) => one.status)).toEqual([
      "disabled",
      "disabled",
      "active",
    ]);
    expect(body.triggers[0].trigger_id).toBe(first);
  });
});
