import { describe, expect, test } from "@jest/globals";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import type { TriggerStatus } from "../../../provider/core/schema/model";
import { applied, desired, live } from "../samples";

type Declared = "active" | "paused" | undefined;

/** Declared × live → the calls, and the messages. The cause depends on what was declared before. */
const TABLE: [Declared, TriggerStatus, calls: string[], said: string[]][] = [
  ["active", "active", [], []],
  ["active", "paused", ["resume"], []],
  ["active", "failed", ["resume"], ["failed"]],
  ["active", "disabled", ["create"], ["gone"]],
  ["paused", "active", ["pause"], []],
  ["paused", "paused", [], []],
  ["paused", "failed", ["pause"], ["failed"]],
  ["paused", "disabled", ["create"], ["gone"]],
  [undefined, "active", [], []],
  [undefined, "paused", [], ["left paused"]],
  [undefined, "failed", [], ["failed"]],
  [undefined, "disabled", ["create"], ["gone"]],
];

/** The same for a trigger that was disabled after failed runs. */
const GIVEN_UP: [Declared, calls: string[], said: string[]][] = [
  ["active", ["revive"], ["given up"]],
  ["paused", ["create"], ["gone"]],
  [undefined, ["revive"], ["given up"]],
];

/** Who caused a difference in status, by what was declared at the last apply. */
function causeOf(before: Declared, declared: Declared, status: TriggerStatus): string {
  if (before === declared) return "live drifted";
  return before === undefined || before === status ? "you edited" : "both changed";
}

describe.each<[Declared]>([["active"], ["paused"], [undefined]])("declared before: %s", (before) => {
  test.each(TABLE)("declared %s, live %s: %j, said %j", (declared, status, calls, said) => {
    const wanted = desired(declared === undefined ? {} : { status: declared });
    const state = applied(before === undefined ? {} : { declared_status: before });
    const plan = planOwned(wanted, state, live({ status }), { names: true });
    expect([plan.calls.map(({ op }) => op), plan.reports.map(({ kind }) => kind)]).toEqual([calls, said]);
    const causes = plan.changes.map(({ path, cause }) => [path.join("."), cause]);
    const isChange = calls.some((op) => op === "pause" || op === "resume");
    expect(causes).toEqual(isChange ? [["status", causeOf(before, declared, status)]] : []);
  });

  test.each(GIVEN_UP)("declared %s, disabled after 5 failures: %j, said %j", (declared, calls, said) => {
    const wanted = desired(declared === undefined ? {} : { status: declared });
    const state = applied(before === undefined ? {} : { declared_status: before });
    const health = { consecutive_failures: 5, last_execution_error: "no such cluster" };
    const plan = planOwned(wanted, state, live({ status: "disabled", health }), { names: true });
    expect([plan.op, plan.calls.map(({ op }) => op)]).toEqual(["replace", calls]);
    expect(plan.reports.map(({ kind }) => kind)).toEqual(said);
  });
});

test("what was edited in the meantime is patched after the resume; what cannot be patched is recreated", () => {
  const given = live({ status: "disabled", health: { consecutive_failures: 5 } });
  const hourly = planOwned(desired({ schedule_config: { cron_expression: "0 * * * *" } }), applied(), given);
  expect(hourly.calls.map(({ op }) => op)).toEqual(["revive", "patch"]);
  const other = planOwned(desired({ action_config: { cluster_id: "clust_2" } }), applied(), given);
  expect(other.calls.map(({ op }) => op)).toEqual(["create"]);
});
