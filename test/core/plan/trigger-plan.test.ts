import { describe, expect, test } from "@jest/globals";
import type { Conflict, Plan } from "../../../provider/core/diff/plan-types";
import { createBody } from "../../../provider/core/diff/request-body";
import { planNew } from "../../../provider/core/plan/adoption";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { applied, desired, isUnknown, live, UNKNOWN } from "../samples";

const later = { schedule_config: { cron_expression: "0 3 * * *" } };
const patchLater = { op: "patch", body: later };
const other = { action_config: { cluster_id: "clust_2" } };

/** What a plan does and reports. diff.test.ts tests the changes, so only their paths and causes are here. */
function summary(plan: Plan | Conflict): object {
  const changes = plan.changes.map(({ path, cause }) => `${path.join(".")}: ${cause}`);
  return plan.op === "conflict"
    ? { conflict: plan.code, triggerIds: plan.triggerIds, changes }
    : { op: plan.op, calls: plan.calls, reports: plan.reports, changes };
}

describe("a trigger that this stack owns", () => {
  const rows: Record<
    string,
    { desired?: Partial<DesiredTrigger>; declared?: string; live?: Partial<LiveTrigger>; plan: object }
  > = {
    "nothing to do": { plan: { op: "none", calls: [], reports: [], changes: [] } },
    "a schedule is patched as a whole": {
      desired: { schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } },
      plan: {
        op: "update",
        calls: [
          {
            op: "patch",
            body: { schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } },
          },
        ],
        reports: [],
        changes: ["schedule_config.timezone: you edited"],
      },
    },
    "a key that returns to its default is sent with that default, in case the API merges": {
      live: { schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } },
      plan: {
        op: "update",
        calls: [
          { op: "patch", body: { schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" } } },
        ],
        reports: [],
        changes: ["schedule_config.timezone: live drifted"],
      },
    },
    "only what changed is patched, in one call": {
      desired: { name: "weekly", description: "d" },
      plan: {
        op: "update",
        calls: [{ op: "patch", body: { name: "weekly", description: "d" } }],
        reports: [],
        changes: ["name: you edited", "description: you edited"],
      },
    },
    "a description is removed with an empty string": {
      live: { description: "by hand" },
      plan: {
        op: "update",
        calls: [{ op: "patch", body: { description: "" } }],
        reports: [],
        changes: ["description: live drifted"],
      },
    },
    "paused before it is patched": {
      desired: { ...later, status: "paused" },
      plan: {
        op: "update",
        calls: [{ op: "pause" }, patchLater],
        reports: [],
        changes: ["schedule_config.cron_expression: you edited", "status: you edited"],
      },
    },
    "resumed after it is patched": {
      desired: { ...later, status: "active" },
      declared: "paused",
      live: { status: "paused" },
      plan: {
        op: "update",
        calls: [patchLater, { op: "resume" }],
        reports: [],
        changes: ["schedule_config.cron_expression: you edited", "status: you edited"],
      },
    },
    "resumed if it was paused manually": {
      desired: { status: "active" },
      declared: "active",
      live: { status: "paused" },
      plan: { op: "update", calls: [{ op: "resume" }], reports: [], changes: ["status: live drifted"] },
    },
    "paused if the definition changed and the service gave up": {
      desired: { status: "paused" },
      declared: "active",
      live: { status: "failed", health: { consecutive_failures: 5, last_execution_error: "boom" } },
      plan: {
        op: "update",
        calls: [{ op: "pause" }],
        reports: [{ kind: "failed", statusChange: "pause", error: "boom", failures: 5 }],
        changes: ["status: both changed"],
      },
    },
    "paused manually, no status declared": {
      live: { status: "paused" },
      plan: { op: "none", calls: [], reports: [{ kind: "left paused" }], changes: [] },
    },
    "paused manually, no status declared, and edited": {
      desired: later,
      live: { status: "paused" },
      plan: {
        op: "update",
        calls: [patchLater],
        reports: [{ kind: "left paused" }],
        changes: ["schedule_config.cron_expression: you edited"],
      },
    },
    "failed, no status declared": {
      live: { status: "failed", health: { consecutive_failures: 5, last_execution_error: "boom" } },
      plan: {
        op: "none",
        calls: [],
        reports: [{ kind: "failed", statusChange: "none", error: "boom", failures: 5 }],
        changes: [],
      },
    },
    "failed, active declared": {
      desired: { status: "active" },
      declared: "active",
      live: { status: "failed" },
      plan: {
        op: "update",
        calls: [{ op: "resume" }],
        reports: [{ kind: "failed", statusChange: "resume", error: undefined, failures: undefined }],
        changes: ["status: live drifted"],
      },
    },
    "a change that the API cannot make replaces the trigger, whatever else changed": {
      desired: { ...other, ...later, description: "d" },
      plan: {
        op: "replace",
        calls: [{ op: "create", body: createBody(desired({ ...other, ...later, description: "d" })) }],
        reports: [],
        changes: [
          "description: you edited",
          "action_config.cluster_id: you edited",
          "schedule_config.cron_expression: you edited",
        ],
      },
    },
    "a disabled trigger is gone": {
      live: { status: "disabled" },
      plan: {
        op: "replace",
        calls: [{ op: "create", body: createBody(desired()) }],
        reports: [{ kind: "gone", disabled: true, status: "active" }],
        changes: [],
      },
    },
  };

  test.each(Object.entries(rows))("%s", (_, row) => {
    const before = applied(row.declared === undefined ? {} : { declared_status: row.declared });
    expect(summary(planOwned(desired(row.desired), before, live(row.live)))).toEqual(row.plan);
  });

  test("a trigger that is not found is gone", () => {
    expect(summary(planOwned(desired({ status: "paused" }), applied(), undefined))).toEqual({
      op: "replace",
      calls: [{ op: "create", body: createBody(desired({ status: "paused" })) }],
      reports: [{ kind: "gone", disabled: false }],
      changes: [],
    });
  });

  test("a status that is unknown in a preview pauses and resumes nothing", () => {
    const plan = planOwned(desired({ status: UNKNOWN as "active" }), applied(), live(), { isUnknown });
    expect(summary(plan)).toEqual({ op: "none", calls: [], reports: [], changes: [] });
  });
});

describe("a trigger that is in no state", () => {
  const rows: Record<string, { desired?: Partial<DesiredTrigger>; candidates: LiveTrigger[]; plan: object }> =
    {
      "no trigger has the name": {
        candidates: [],
        plan: {
          op: "create",
          calls: [{ op: "create", body: createBody(desired()) }],
          reports: [],
          changes: [],
        },
      },
      "no trigger has the name, although adoption is allowed": {
        desired: { adopt: true },
        candidates: [],
        plan: {
          op: "create",
          calls: [{ op: "create", body: createBody(desired()) }],
          reports: [],
          changes: [],
        },
      },
      "no trigger has the id to adopt": {
        desired: { adopt: "trg_9" },
        candidates: [],
        plan: { conflict: "ADOPT_NOT_FOUND", triggerIds: ["trg_9"], changes: [] },
      },
      "equal content is adopted without a write": {
        candidates: [live({ schedule_config: { cron_expression: "00 2 * * *", timezone: "UTC" } })],
        plan: { op: "adopt", calls: [], reports: [{ kind: "adopted", triggerId: "trg_1" }], changes: [] },
      },
      "equal content is adopted and left paused": {
        candidates: [live({ status: "paused" })],
        plan: {
          op: "adopt",
          calls: [],
          reports: [{ kind: "adopted", triggerId: "trg_1" }, { kind: "left paused" }],
          changes: [],
        },
      },
      "a name with other content is taken": {
        desired: later,
        candidates: [live()],
        plan: {
          conflict: "NAME_TAKEN",
          triggerIds: ["trg_1"],
          changes: ["schedule_config.cron_expression: differs"],
        },
      },
      "another status is other content": {
        desired: { status: "paused", adopt: false },
        candidates: [live()],
        plan: { conflict: "NAME_TAKEN", triggerIds: ["trg_1"], changes: ["status: differs"] },
      },
      "a name with content that cannot be changed is taken": {
        desired: other,
        candidates: [live()],
        plan: {
          conflict: "NAME_TAKEN",
          triggerIds: ["trg_1"],
          changes: ["action_config.cluster_id: differs"],
        },
      },
      "other content is adopted and changed": {
        desired: { ...later, status: "paused", adopt: true },
        candidates: [live()],
        plan: {
          op: "adopt",
          calls: [{ op: "pause" }, patchLater],
          reports: [{ kind: "adopted", triggerId: "trg_1", updated: true }],
          changes: ["schedule_config.cron_expression: differs", "status: differs"],
        },
      },
      "a trigger with another name is adopted by id and renamed": {
        desired: { adopt: "trg_1" },
        candidates: [live({ name: "old" })],
        plan: {
          op: "adopt",
          calls: [{ op: "patch", body: { name: "nightly" } }],
          reports: [{ kind: "adopted", triggerId: "trg_1", updated: true }],
          changes: ["name: differs"],
        },
      },
      "content that cannot be changed cannot be adopted": {
        desired: { ...other, adopt: true },
        candidates: [live()],
        plan: {
          conflict: "ADOPT_NEEDS_REPLACE",
          triggerIds: ["trg_1"],
          changes: ["action_config.cluster_id: differs"],
        },
      },
      "of two triggers with one name, neither is chosen": {
        desired: { adopt: true },
        candidates: [live(), live({ trigger_id: "trg_2" })],
        plan: { conflict: "NAME_AMBIGUOUS", triggerIds: ["trg_1", "trg_2"], changes: [] },
      },
    };

  test.each(Object.entries(rows))("%s", (_, row) => {
    expect(summary(planNew(desired(row.desired), row.candidates))).toEqual(row.plan);
  });

  test("an adopted plan names the trigger it adopts", () => {
    expect(planNew(desired(), [live({ trigger_id: "trg_7" })])).toMatchObject({
      op: "adopt",
      triggerId: "trg_7",
    });
  });
});
