import { describe, expect, test } from "@jest/globals";
import {
  appliedOf,
  declaredOf,
  originOf,
  partialStateOf,
  readState,
  stateOf,
} from "../../../provider/core/diff/trigger-state";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { canary, desired, live } from "../samples";

const full = desired({
  description: "d",
  status: "paused",
  adopt: "trg_1",
  allow_unknown: ["action_config.x"],
  schedule_config: { cron_expression: "00 2 * * *", timezone: "Etc/UTC" },
});

describe("stateOf", () => {
  test("keeps what was declared and what identifies the live trigger, but not its health", () => {
    const answered = live({
      status: "paused",
      created_at: "2026-01-01T00:00:00.000Z",
      created_by: "usr_1",
      updated_at: "2026-02-01T00:00:00.000Z",
      health: { execution_count: 5, next_scheduled_at: "2026-03-01T00:00:00.000Z" },
    });
    const { status: _, ...declared } = full;
    expect(stateOf(full, answered)).toEqual({
      ...declared,
      declared_status: "paused",
      trigger_id: "trg_1",
      namespace_id: "ns_1",
      status: "paused",
      created_at: "2026-01-01T00:00:00.000Z",
      created_by: "usr_1",
    });
  });

  test("has no key without a value, so that it is the same after a conversion to JSON and back", () => {
    const state = stateOf(desired(), live());
    expect(Object.keys(state).sort()).toEqual([
      "action_config",
      "action_type",
      "name",
      "namespace",
      "namespace_id",
      "schedule_config",
      "status",
      "trigger_id",
      "trigger_type",
    ]);
    expect(Object.values(state)).not.toContain(undefined);
  });

  test.each<[string, JsonObject, JsonObject | undefined]>([
    ["what the service added", { timezone: "Europe/Paris" }, { timezone: "Europe/Paris" }],
    ["not the documented default", { timezone: "Etc/UTC" }, undefined],
    ["no nulls", { timezone: null }, undefined],
    ["no keys unknown to the table", { brand_new: 1 }, undefined],
  ])("remembers %s", (_, added, remembered) => {
    const answered = live({ schedule_config: { cron_expression: "0 2 * * *", ...added } });
    expect(stateOf(desired(), answered)["service_defaults"]).toEqual(
      remembered === undefined ? undefined : { schedule_config: remembered },
    );
  });
});

test("the origin of a trigger survives refreshes, is no difference, and is unknown in older states", () => {
  const origin = { adopted: true as const, predecessors: { trg_0: "dev" } };
  const state = stateOf(desired(), live(), origin);
  expect(originOf(state)).toEqual(origin);
  expect(originOf(readState(state, live(), {}).state)).toEqual(origin);
  expect(planOwned(desired(), appliedOf(state), live()).op).toBe("none");
  expect(originOf(stateOf(desired(), live()))).toEqual({});
});

describe("partialStateOf", () => {
  const PATCH = { op: "patch", body: { schedule_config: {} } } as const;
  const event = (id: string, status?: "paused"): DesiredTrigger =>
    desired({
      trigger_type: "event",
      schedule_config: { event_type: "documents_added", event_threshold: 1, collection_id: id },
      references: {
        "action_config.cluster_id": "${cluster:products}",
        "schedule_config.collection_id": `\${collection:${id}}`,
      },
      secret_paths: [`schedule_config.${id}`],
      ...(status ? { status } : {}),
    });
  const twin = live({ trigger_type: "event", schedule_config: event("old").schedule_config });
  const before = { ...stateOf(event("old"), twin), service_defaults: { schedule_config: { cooldown: 5 } } };
  const after = event("new", "paused");

  test("keeps the previous values, references, secrets and service defaults of what was not written", () => {
    const state = partialStateOf(after, { ...twin, status: "paused" }, { before, undone: [PATCH] });
    expect(state).toEqual({
      ...before,
      secret_paths: ["schedule_config.new", "schedule_config.old"],
      declared_status: "paused",
      status: "paused",
    });
    expect(planOwned(after, appliedOf(state), twin).changes).toMatchObject([
      { path: ["schedule_config", "collection_id"], cause: "you edited" },
      { path: ["status"], cause: "live drifted" },
    ]);
  });

  test("is the whole state, with the declared status, if only the status was not written", () => {
    const written = live({ trigger_type: "event", schedule_config: after.schedule_config });
    const { declared_status: _, ...rest } = stateOf(after, written);
    expect(partialStateOf(after, written, { before, undone: [{ op: "pause" }] })).toEqual(rest);
    expect(partialStateOf(after, written, { before, undone: [] })).toEqual(stateOf(after, written));
  });
});

describe("declaredOf", () => {
  test.each<[string, DesiredTrigger]>([
    ["everything", full],
    ["the minimum", desired()],
  ])("returns %s that was declared, and not the live status", (_, declared) => {
    expect(declaredOf(stateOf(declared, live({ status: "failed" })))).toEqual(declared);
  });

  test("drops nulls and keys that are not fields", () => {
    expect(
      declaredOf({ ...desired(), description: null, other: 1, status: "active" } as unknown as JsonObject),
    ).toEqual(desired());
  });
});

describe("readState", () => {
  const read = (declared: DesiredTrigger, now: Partial<LiveTrigger>, first: Partial<LiveTrigger> = {}) => {
    const { description } = declared;
    const { action_type, action_config, trigger_type, schedule_config } = declared;
    const base = {
      action_type,
      action_config,
      trigger_type,
      schedule_config,
      ...(description ? { description } : {}),
    };
    const state = stateOf(declared, live({ ...base, ...first }));
    const before = structuredClone(state);
    const result = readState(state, live({ ...base, ...first, ...now }), {});
    expect(state).toEqual(before);
    return { before, ...result };
  };
  const changed = ({ changes }: ReturnType<typeof read>) =>
    changes.map(({ path, cause }) => `${path.join(".")}: ${cause}`);

  test("what only the service changes does not change inputs or state", () => {
    const result = read(
      { ...full, status: "active" },
      {
        schedule_config: { timezone: "UTC", cron_expression: "0 2 * * *" },
        updated_at: "2026-02-01T00:00:00.000Z",
        health: { execution_count: 9 },
      },
    );
    expect(result.changes).toEqual([]);
    expect(result.inputs).toEqual({ ...full, status: "active" });
    expect(result.state).toEqual(result.before);
  });

  test.each<[string, DesiredTrigger, Partial<LiveTrigger>, string[], Partial<DesiredTrigger>]>([
    [
      "a declared key, with the others unchanged",
      full,
      { status: "paused", schedule_config: { cron_expression: "0 5 * * *", timezone: "UTC" } },
      ["schedule_config.cron_expression: live drifted"],
      { schedule_config: { cron_expression: "0 5 * * *", timezone: "Etc/UTC" } },
    ],
    [
      "a key that was not declared",
      desired(),
      { schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } },
      ["schedule_config.timezone: live drifted"],
      { schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } },
    ],
    [
      "a removed key",
      desired(canary({ acceptance: { min_results: 1, max_total_time_ms: 5 } })),
      { action_config: { retriever_id: "ret_1", acceptance: { min_results: 1 } } },
      ["action_config.acceptance.max_total_time_ms: live drifted"],
      { action_config: { retriever_id: "ret_1", acceptance: { min_results: 1 } } },
    ],
    [
      "a description",
      desired(),
      { description: "by hand" },
      ["description: live drifted"],
      { description: "by hand" },
    ],
    ["a name", desired(), { name: "renamed" }, ["name: live drifted"], { name: "renamed" }],
    [
      "a declared status",
      desired({ status: "active" }),
      { status: "paused" },
      ["status: live drifted"],
      { status: "paused" },
    ],
  ])(
    "a manual change is in inputs and changes, and the state keeps what was applied: %s",
    (_, declared, now, changes, inputs) => {
      const result = read(declared, now);
      expect(changed(result)).toEqual(changes);
      expect(result.inputs).toEqual({ ...declared, ...inputs });
      expect(result.state).toEqual({ ...result.before, ...(now.status ? { status: now.status } : {}) });
    },
  );

  test("an undeclared status is kept in the state, and is not a change", () => {
    const result = read(desired(), { status: "paused" });
    expect(result.changes).toEqual([]);
    expect(result.inputs).toEqual(desired());
    expect(result.state).toEqual({ ...result.before, status: "paused" });
  });

  test("a service default stays known, and an edit never becomes one", () => {
    const added = { schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" } };
    const quiet = read(desired(), {}, added);
    expect(quiet.changes).toEqual([]);
    expect(quiet.state).toEqual(quiet.before);
    expect(quiet.state["service_defaults"]).toEqual({ schedule_config: { timezone: "Europe/Paris" } });

    const edited = read(desired(), added);
    expect(edited.state["service_defaults"]).toBeUndefined();
  });

  test("after a refresh, the program still undoes the edit and says who made it", () => {
    const byHand = live({ schedule_config: { cron_expression: "0 5 * * *" }, status: "paused" });
    const declared = desired({ status: "active" });
    const { state } = readState(stateOf(declared, live()), byHand, {});
    const plan = planOwned(declared, appliedOf(state), byHand);
    expect(plan.calls).toEqual([
      { op: "patch", body: { schedule_config: { cron_expression: "0 2 * * *" } } },
      { op: "resume" },
    ]);
    expect(plan.changes.map(({ cause }) => cause)).toEqual(["live drifted", "live drifted"]);
  });
});
