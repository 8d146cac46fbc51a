import { describe, expect, test } from "@jest/globals";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { NOW, plan, remember, view } from "../held";
import { desired, live } from "../samples";

describe("a replacement, or none", () => {
  const other = { action_config: { cluster_id: "clust_2" } };
  test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger>, string[]]>([
    ["resumes one that was paused live", { status: "active" }, { status: "paused" }, ["active"]],
    ["pauses one that was resumed live", { status: "paused" }, { status: "active" }, ["paused"]],
    ["activates one that failed", {}, { status: "failed" }, ["active"]],
    ["leaves one without a declared status paused", {}, { status: "paused" }, []],
    ["leaves one active", { status: "active" }, { status: "active" }, []],
  ])("a replacement %s, and the plan says so", (_, declared, now, statuses) => {
    const twin = live({ ...other, ...now });
    const [trigger] = plan([desired(declared)], [twin], [remember(desired(declared), twin)]).triggers;
    expect(trigger!.op).toBe("replace");
    const shown = trigger!.changes.filter(({ path }) => path.join() === "status");
    expect(shown.map(({ desired: wanted }) => wanted)).toEqual(statuses);
  });

  const ran = { health: { last_triggered_at: "2026-11-22T01:00:02.000Z" } };
  const daily = {
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
  };
  const NEXT = "next run in 13 hours, 2026-11-25 02:00 (Europe/Paris)";
  const missed = (when: string): string =>
    `${NEXT}; 2 runs missed ${when} (2026-11-23 02:00 and 2026-11-24 02:00, Europe/Paris) are not replayed`;
  test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger>, string | undefined]>([
    ["of one that runs", {}, {}, NEXT],
    [
      "of a paused one that is declared active",
      { status: "active" },
      { status: "paused" },
      missed("while it was paused"),
    ],
    ["of one that failed", {}, { status: "failed" }, missed("since it failed")],
    ["of one that was deleted outside", {}, { status: "disabled" }, missed("since it was disabled")],
    ["of one that stays paused", {}, { status: "paused" }, undefined],
    [
      "with another schedule",
      { schedule_config: { cron_expression: "0 3 * * *", timezone: "Europe/Paris" } },
      {},
      "fires as often as before, next in 14 hours",
    ],
  ])("a replacement %s says which runs were missed, and what runs next", (_, declared, now, meaning) => {
    const wanted = desired({ ...daily, ...declared });
    const twin = live({ ...daily, ...other, ...ran, ...now });
    const [trigger] = plan([wanted], [twin], [remember(wanted, twin)]).triggers;
    expect(trigger!.op).toBe(now.status === "disabled" ? "create" : "replace");
    expect(trigger!.meaning).toBe(meaning);
  });

  test("a trigger that no longer exists anywhere is created again, and the plan says what runs next", () => {
    const wanted = desired(daily);
    const [trigger] = plan([wanted], [], [remember(wanted, live(daily))]).triggers;
    expect(trigger!.meaning).toBe(`${NEXT}; runs missed since it was deleted are not replayed`);
  });

  test.each([
    ["ns_prod", "prod"],
    ["prod", "ns_prod"],
  ])("a namespace that is written %s and then %s is the same one", (before, after) => {
    const twin = live({ namespace_id: "ns_prod" });
    const namespaces = new Map([
      ["prod", view([twin])],
      ["ns_prod", view([twin])],
    ]);
    const [trigger] = planSet([desired({ namespace: after })], {
      namespaces,
      now: NOW,
      remembered: [remember(desired({ namespace: before }), twin)],
    }).triggers;
    expect(trigger).toMatchObject({ op: "update", calls: [], changes: [] });
  });
});
