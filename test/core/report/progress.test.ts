import { describe, expect, test } from "@jest/globals";
import { planNamed, planNew } from "../../../provider/core/plan/adoption";
import type { PlannedCall, TriggerPlan } from "../../../provider/core/plan/plan-model";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import { appliedText, type Progress, progressText } from "../../../provider/core/report/progress";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { applied, desired, live } from "../samples";

const plan = (name: string, op: TriggerPlan["op"]): TriggerPlan => ({
  name,
  resource: name,
  namespace: "prod",
  op,
  changes: [],
  recorded: [],
  reports: [],
  calls: [],
});

const PATCH: PlannedCall = {
  op: "patch",
  triggerId: "trg_1",
  body: { description: "secret", schedule_config: {} },
};
const DELETE: PlannedCall = { op: "delete", triggerId: "trg_1" };

test.each<[TriggerPlan["op"], PlannedCall[], PlannedCall[], string]>([
  [
    "update",
    [{ op: "pause" }],
    [PATCH],
    "update, done in part: pause; not done: change description and schedule_config",
  ],
  [
    "update",
    [PATCH],
    [{ op: "resume" }],
    "update, done in part: change description and schedule_config; not done: resume",
  ],
  [
    "replace",
    [{ op: "create", body: {} }],
    [DELETE],
    "replace, done in part: create; not done: delete trg_1",
  ],
  [
    "replace",
    [{ op: "revive", body: {} }],
    [PATCH],
    "replace, done in part: resume; not done: change description and schedule_config",
  ],
])("%s, %j of it, not %j: %s", (op, done, undone, text) => {
  expect(progressText(plan("a", op), { state: "in part", done, undone })).toBe(text);
});

test("a run is counted by the result of each trigger, failures before those that needed nothing", () => {
  const triggers = [plan("a", "update"), plan("b", "update"), plan("c", "create"), plan("d", "none")];
  const states: Record<string, Progress> = {
    a: { state: "in part", done: [{ op: "pause" }], undone: [PATCH] },
    c: { state: "not applied" },
  };
  const set = { triggers, unmanaged: [], stateless: false };
  expect(appliedText(set, ({ name }) => states[name] ?? { state: "done" })).toBe(
    "1 updated, 1 done in part, 1 not applied, 1 unchanged",
  );
  expect(appliedText(set, () => ({ state: "done" }))).toBe("1 created, 2 updated, 1 unchanged");
  expect(appliedText({ ...set, triggers: [] }, () => ({ state: "done" }))).toBe("nothing to do");
});

describe("no plan has more than two writes, so a partial write has completed its first", () => {
  const fields: Partial<DesiredTrigger>[] = [
    {},
    { name: "other", description: "new", schedule_config: { cron_expression: "0 * * * *" } },
    { action_config: { cluster_id: "clust_2" } },
  ];
  const declared = [undefined, "active", "paused"] as const;
  const statuses = ["active", "paused", "failed", "disabled"] as const;
  const wanted = fields.flatMap((change) =>
    declared.map((status) => desired({ ...change, adopt: true, ...(status ? { status } : {}) })),
  );
  const there: LiveTrigger[] = statuses.flatMap((status) =>
    [0, 5].map((failures) => live({ status, health: { consecutive_failures: failures } })),
  );
  test.each(wanted.flatMap((trigger) => there.map((twin) => [trigger, twin] as const)))(
    "%j over %j",
    (trigger, twin) => {
      const plans = [
        planOwned(trigger, applied(), twin),
        ...(twin.status === "disabled" ? [] : [planNamed(trigger, twin), planNew(trigger, [twin])]),
      ];
      for (const each of plans) expect("calls" in each ? each.calls.length : 0).toBeLessThanOrEqual(2);
    },
  );
});
