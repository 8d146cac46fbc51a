import { describe, expect, test } from "@jest/globals";
import { planSet } from "../../provider/core/plan/set-plan";
import type { DesiredTrigger, LiveTrigger } from "../../provider/core/schema/model";
import { NOW, plan, remember, view } from "./held";
import { desired, live } from "./samples";

describe("a replacement, or none", () => {
  const other = { action_config: { cluster_id: "clust_2" } };
  test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger>, string[]]>([
    ["resumes one that was paused live", { status: "active" }, { status: "paused" }, ["active"]],
    ["pauses one that was resumed live", { status: "paused" }, { status: "active" }, ["paused"]],
    ["activates one that failed", {}, { status: "failed" }, ["active"]],
    ["leaves one paused that no status is declared for", {}, { status: "paused" }, []],
    ["leaves one active", { status: "active" }, { status: "active" }, []],
  ])("a replacement %s, and the plan says so", (_, declared, now, statuses) => {
    const twin = live({ ...other, ...now });
    const [trigger] = plan([desired(declared)], [twin], [remember(desired(declared), twin)]).triggers;
    expect(trigger!.op).toBe("replace");
    const shown = trigger!.changes.filter(({ path }) => path.join() === "status");
    expect(shown.map(({ desired: wanted }) => wanted)).toEqual(statuses);
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
