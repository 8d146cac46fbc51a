import { describe, expect, test } from "@jest/globals";
import { hasName, instant, liveFrom, ShapeError } from "../../../provider/api/json/wire";
import { wireTrigger } from "../server";

describe("times", () => {
  test.each([
    ["2026-11-24T10:00:00.123456", "2026-11-24T10:00:00.123Z"],
    ["2026-11-24T10:00:00.999999", "2026-11-24T10:00:00.999Z"],
    ["2026-11-24T10:00:00.1", "2026-11-24T10:00:00.100Z"],
    ["2026-11-24T10:00:00", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24 10:00:00", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24t10:00:00z", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00.5+02:00", "2026-11-24T08:00:00.500Z"],
    ["2026-11-24T10:00:00-0530", "2026-11-24T15:30:00.000Z"],
    ["2026-11-24T23:00:00-05", "2026-11-25T04:00:00.000Z"],
    ["2026-13-24T10:00:00", undefined],
    ["2026-11-24", undefined],
    ["tomorrow", undefined],
    ["", undefined],
  ])("%s becomes %s", (given, iso) => {
    expect(instant(given)).toBe(iso);
  });
});

describe("a trigger", () => {
  test("is normalized", () => {
    const live = liveFrom(
      wireTrigger({
        trigger_id: "trg_a",
        name: "nightly",
        description: "Every night",
        created_by: "user_1",
        last_triggered_at: "2026-11-24T02:00:00.5",
        last_execution_status: "failed",
        last_execution_error: "boom",
        execution_count: 7,
        consecutive_failures: 2,
        is_overdue: true,
        action_config: { cluster_id: "clust_1", filters: null },
        something_new: { a: 1 },
      }),
    );
    expect(live).toStrictEqual({
      trigger_id: "trg_a",
      namespace_id: "ns_1",
      name: "nightly",
      description: "Every night",
      action_type: "cluster",
      action_config: { cluster_id: "clust_1", filters: null },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" },
      status: "active",
      created_at: "2026-11-24T10:00:00.123Z",
      updated_at: "2026-11-24T10:00:00.000Z",
      created_by: "user_1",
      health: {
        last_triggered_at: "2026-11-24T02:00:00.500Z",
        next_scheduled_at: "2026-11-25T02:00:00.000Z",
        execution_count: 7,
        consecutive_failures: 2,
        last_execution_status: "failed",
        last_execution_error: "boom",
        is_overdue: true,
      },
    });
  });

  test("has no key for a value that is null, empty or of another type", () => {
    const live = liveFrom(
      wireTrigger({
        name: null,
        description: "",
        created_at: null,
        updated_at: "soon",
        next_scheduled_at: 5,
        execution_count: "7",
        consecutive_failures: null,
        is_overdue: null,
      }),
    );
    expect(Object.keys(live).sort()).toEqual(
      [
        "action_config",
        "action_type",
        "health",
        "namespace_id",
        "schedule_config",
        "status",
        "trigger_id",
        "trigger_type",
      ].sort(),
    );
    expect(live.health).toStrictEqual({});
  });

  test.each(["active", "paused", "disabled", "failed"])("may be %s", (status) => {
    expect(liveFrom(wireTrigger({ status })).status).toBe(status);
  });

  test.each<[string, unknown]>([
    ["status", "zombie"],
    ["status", undefined],
    ["status", "toString"],
    ["trigger_id", ""],
    ["trigger_id", 5],
    ["namespace_id", null],
    ["action_type", undefined],
    ["trigger_type", {}],
    ["action_config", null],
    ["action_config", []],
    ["schedule_config", "{}"],
  ])("with the %s %j is rejected", (key, value) => {
    expect(() => liveFrom(wireTrigger({ [key]: value }) as never)).toThrow(ShapeError);
  });

  test.each([null, undefined, [], "x", 5])("%j is not a trigger", (value) => {
    expect(() => liveFrom(value as never)).toThrow(ShapeError);
  });

  test("has names if it has the key", () => {
    const { name: _, ...without } = wireTrigger();
    expect([hasName({ name: "a" }), hasName({ name: null }), hasName(without as never)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
