import { afterEach, describe, expect, test } from "@jest/globals";
import { type Body, create, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

const only = (rig: Rig) => rig.emulator.triggers("dev")[0]!;
async function runs(rig: Rig, id: string): Promise<string[]> {
  const { body } = await rig.call("GET", `/v1/triggers/${id}/history?limit=1000`);
  return body.executions.map((one: { triggered_at: string }) => one.triggered_at).reverse();
}

describe("cron", () => {
  test.each([
    // Clocks go forward: 02:30 does not exist on 8 March, so it runs at 03:30 local time.
    [
      "2026-03-07T00:00:00Z",
      ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"],
      "30 2 * * *",
    ],
    // Clocks go back: 01:30 occurs twice on 1 November and runs once.
    [
      "2026-10-31T00:00:00Z",
      ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
      "30 1 * * *",
    ],
  ])("follows the local time of New York from %s", async (at, expected, cron_expression) => {
    const rig = await start({ at });
    const id = await create(rig, { schedule_config: { cron_expression, timezone: "America/New_York" } });
    rig.emulator.advance(3 * 86_400);
    expect(await runs(rig, id)).toEqual(expected);
    expect(only(rig)).toMatchObject({
      execution_count: 3,
      last_triggered_at: expected[2],
      last_execution_status: "COMPLETED",
      is_overdue: false,
    });
  });

  test("fires several triggers in order of their times", async () => {
    const rig = await start();
    const ids = [
      await create(rig, { schedule_config: { cron_expression: "30 12 * * *" } }),
      await create(rig, { schedule_config: { cron_expression: "15 12 * * *" } }),
      await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 1200 } }),
    ];
    rig.emulator.failRuns("dev", "clust_dev_product_clusters", "no capacity", 2);
    rig.emulator.advance(1800);
    // Two runs fail, whichever come first: 12:15 of the second trigger, 12:20 of the third.
    const outcome = rig.emulator.triggers("dev").map((one) => [one.trigger_id, one.last_execution_status]);
    expect(outcome).toEqual([
      [ids[0], "COMPLETED"],
      [ids[1], "FAILED"],
      [ids[2], "FAILED"],
    ]);
  });
});

describe("interval", () => {
  test("counts from creation, and starts at once only if requested", async () => {
    const rig = await start();
    const schedule_config = { interval_seconds: 600 };
    const later = await create(rig, { trigger_type: "interval", schedule_config });
    const now = await create(rig, {
      trigger_type: "interval",
      schedule_config: { ...schedule_config, start_immediately: true },
    });
    rig.emulator.advance(1200);
    expect(await runs(rig, later)).toEqual(["2026-10-05T12:10:00Z", "2026-10-05T12:20:00Z"]);
    expect(await runs(rig, now)).toEqual([
      "2026-10-05T12:00:00Z",
      "2026-10-05T12:10:00Z",
      "2026-10-05T12:20:00Z",
    ]);
  });

  test("does not fire while paused", async () => {
    const rig = await start();
    const id = await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 600 } });
    await rig.call("POST", `/v1/triggers/${id}/pause`);
    rig.emulator.advance(3600);
    await rig.call("POST", `/v1/triggers/${id}/resume`);
    rig.emulator.advance(600);
    expect(await runs(rig, id)).toEqual(["2026-10-05T13:10:00Z"]);
  });

  test("is overdue if its time has passed and nothing has run", async () => {
    const rig = await start();
    await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 600 } });
    rig.clock.moveTo(rig.clock.now() + 600_000);
    expect(only(rig).is_overdue).toBe(false);
    rig.clock.moveTo(rig.clock.now() + 1);
    expect(only(rig).is_overdue).toBe(true);
    rig.emulator.advance(0);
    expect(only(rig)).toMatchObject({ is_overdue: false, execution_count: 1 });
  });

  test("runs by itself on a clock that is not moved", async () => {
    const rig = await start({ clock: { now: () => Date.now() } });
    await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 3600 } });
    rig.emulator.edit("dev", "nightly", { next_scheduled_at: new Date(Date.now() + 200).toISOString() });
    expect(only(rig).execution_count).toBe(0);
    // Polling gives the timer a chance to fire. If it never fires, the test times out.
    while (only(rig).execution_count === 0) await rig.control("GET", "/_emulator/clock");
    expect(only(rig)).toMatchObject({ execution_count: 1, is_overdue: false });
    expect(() => rig.emulator.advance(1)).toThrow("this clock cannot be moved");
  });
});

describe("event", () => {
  const listening = (change: Body = {}): Body => ({
    trigger_type: "event",
    schedule_config: {
      event_type: "documents_added",
      event_threshold: 100,
      collection_id: "col_dev_products",
      ...change,
    },
  });

  test("fires at its threshold and starts counting again, only for its own events", async () => {
    const rig = await start();
    await create(rig, listening());
    rig.emulator.addDocuments("dev", "reviews", 500);
    rig.emulator.addDocuments("dev", "products", 500, "documents_deleted");
    rig.emulator.addDocuments("dev", "products", 99);
    expect(only(rig)).toMatchObject({ event_counter: 99, execution_count: 0, next_scheduled_at: null });
    rig.emulator.addDocuments("dev", "col_dev_products", 1);
    expect(only(rig)).toMatchObject({ event_counter: 0, execution_count: 1, last_cooldown_at: null });
  });

  test("without a collection, it listens to all; a paused one listens to none", async () => {
    const rig = await start();
    const id = await create(rig, {
      ...listening(),
      schedule_config: { event_type: "documents_added", event_threshold: 10 },
    });
    rig.emulator.addDocuments("dev", "reviews", 6);
    await rig.call("POST", `/v1/triggers/${id}/pause`);
    rig.emulator.addDocuments("dev", "reviews", 6);
    await rig.call("POST", `/v1/triggers/${id}/resume`);
    expect(only(rig).event_counter).toBe(6);
    rig.emulator.addDocuments("dev", "documents", 4);
    expect(only(rig).execution_count).toBe(1);
  });

  test("waits until its cooldown ends, and counts in the meantime", async () => {
    const rig = await start();
    const id = await create(rig, listening({ cooldown_seconds: 300 }));
    rig.emulator.addDocuments("dev", "products", 100);
    expect(only(rig).last_cooldown_at).toBe("2026-10-05T12:00:00Z");
    rig.emulator.advance(60);
    rig.emulator.addDocuments("dev", "products", 150);
    expect(only(rig)).toMatchObject({ execution_count: 1, event_counter: 150 });
    rig.emulator.advance(3600);
    expect(await runs(rig, id)).toEqual(["2026-10-05T12:00:00Z", "2026-10-05T12:05:00Z"]);
    expect(only(rig).event_counter).toBe(0);
  });
});

describe("conditional", () => {
  const drifting = {
    trigger_type: "conditional",
    schedule_config: { condition_type: "drift", threshold: 0.3, check_interval_seconds: 600 },
  };

  test("checks at each interval, fires above the threshold, then measures from a new baseline", async () => {
    const rig = await start();
    await create(rig, drifting);
    rig.emulator.setDrift("dev", "clust_dev_product_clusters", 0.3);
    rig.emulator.advance(600);
    expect(only(rig)).toMatchObject({
      execution_count: 0,
      last_condition_check_at: "2026-10-05T12:10:00Z",
      next_scheduled_at: "2026-10-05T12:20:00Z",
      last_drift_measurement: { metric: "cosine_drift", value: 0.3, threshold: 0.3, exceeded: false },
      baseline_snapshot: null,
    });
    rig.emulator.setDrift("dev", "nightly", 0.31);
    rig.emulator.advance(600);
    expect(only(rig)).toMatchObject({
      execution_count: 1,
      last_drift_measurement: { value: 0.31, exceeded: true },
      baseline_snapshot: { captured_at: "2026-10-05T12:20:00Z" },
    });
    rig.emulator.advance(600);
    expect(only(rig)).toMatchObject({
      execution_count: 1,
      last_drift_measurement: { value: 0, exceeded: false },
    });
  });

  test("checks every hour if no interval is given", async () => {
    const rig = await start();
    await create(rig, { ...drifting, schedule_config: { condition_type: "drift", threshold: 0.3 } });
    expect(only(rig).next_scheduled_at).toBe("2026-10-05T13:00:00Z");
    expect(only(rig).schedule_config).toEqual({ condition_type: "drift", threshold: 0.3 });
  });

  test("a volume condition is measured but never met", async () => {
    const rig = await start();
    await create(rig, {
      ...drifting,
      schedule_config: { condition_type: "volume", check_interval_seconds: 60 },
    });
    rig.emulator.addDocuments("dev", "products", 7);
    rig.emulator.advance(60);
    expect(only(rig)).toMatchObject({
      execution_count: 0,
      last_volume_measurement: { document_count: 7, measured_at: "2026-10-05T12:01:00Z" },
      last_drift_measurement: null,
    });
  });
});

describe("failures", () => {
  const minutely = { trigger_type: "interval", schedule_config: { interval_seconds: 60 } };

  test("after five consecutive failures the service gives up, until the trigger is resumed", async () => {
    const rig = await start();
    const id = await create(rig, minutely);
    rig.emulator.failRuns("dev", "nightly", "GPU pool exhausted");
    rig.emulator.advance(240);
    expect(only(rig)).toMatchObject({ status: "active", consecutive_failures: 4, execution_count: 0 });
    rig.emulator.advance(600);
    expect(only(rig)).toMatchObject({
      status: "failed",
      consecutive_failures: 5,
      last_execution_status: "FAILED",
      last_execution_error: "GPU pool exhausted",
      last_triggered_at: "2026-10-05T12:05:00Z",
    });
    const { body } = await rig.call("GET", `/v1/triggers/${id}/history`);
    expect(body.total).toBe(5);
    expect(body.executions[0]).toMatchObject({
      status: "FAILED",
      error: "GPU pool exhausted",
      num_clusters: null,
    });
    rig.emulator.failRuns("dev", "nightly", "none", 0);
    await rig.call("POST", `/v1/triggers/${id}/resume`);
    rig.emulator.advance(60);
    expect(only(rig)).toMatchObject({
      status: "active",
      consecutive_failures: 0,
      execution_count: 1,
      last_execution_error: null,
    });
  });

  test("a success in between resets the count", async () => {
    const rig = await start({ failuresToFail: 2 });
    await create(rig, minutely);
    rig.emulator.failRuns("dev", "clust_dev_product_clusters", "once", 1);
    rig.emulator.advance(120);
    expect(only(rig)).toMatchObject({ consecutive_failures: 0, execution_count: 1 });
    rig.emulator.failRuns("dev", "clust_dev_product_clusters", "for good");
    rig.emulator.advance(120);
    expect(only(rig).status).toBe("failed");
  });

  test("a removed resource makes the runs that need it fail", async () => {
    const rig = await start();
    await create(rig, minutely);
    rig.emulator.removeResource("dev", "clusters", "product-clusters");
    rig.emulator.advance(60);
    expect(only(rig).last_execution_error).toBe("Cluster clust_dev_product_clusters not found");
  });
});
