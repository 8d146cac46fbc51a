import { describe, expect, test } from "@jest/globals";
import type { TriggerPlan } from "../../../provider/core/plan/plan-model";
import type { DesiredTrigger } from "../../../provider/core/schema/model";
import { live } from "../samples";
import { CHANGED_AT, callsOf, none, PAUSED_AT, pausedByUs, planOf, wanted } from "./quiet-triggers";

describe("creation, replacement and adoption", () => {
  const other: Partial<DesiredTrigger> = { action_config: { cluster_id: "clust_2" } };
  test.each<[string, TriggerPlan, string[], boolean]>([
    ["created in the quiet", planOf(wanted(undefined, true), undefined), ["create paused"], true],
    ["created active in the quiet", planOf(wanted("active", true), undefined), ["create paused"], true],
    ["created paused in the quiet", planOf(wanted("paused", true), undefined), ["create paused"], false],
    ["adopted in the quiet, as it is", planOf(wanted(undefined, true), live()), ["pause"], true],
    ["adopted, and paused manually", planOf(wanted(undefined, true), live({ status: "paused" })), [], false],
    [
      "replaced in the quiet",
      planOf(wanted(undefined, true, other), live({ updated_at: PAUSED_AT }), none(undefined)),
      ["create paused", "delete"],
      true,
    ],
    [
      "replaced in the quiet, paused by this stack",
      planOf(
        wanted(undefined, true, other),
        live({ status: "paused", updated_at: PAUSED_AT }),
        pausedByUs(undefined),
      ),
      ["create paused", "delete"],
      true,
    ],
    [
      "replaced in the quiet, paused manually",
      planOf(
        wanted(undefined, true, other),
        live({ status: "paused", updated_at: PAUSED_AT }),
        none(undefined),
      ),
      ["create paused", "delete"],
      false,
    ],
    [
      "replaced after it, paused by this stack",
      planOf(
        wanted(undefined, false, other),
        live({ status: "paused", updated_at: PAUSED_AT }),
        pausedByUs(undefined),
      ),
      ["create", "delete"],
      false,
    ],
    [
      "replaced after it, changed since",
      planOf(
        wanted(undefined, false, other),
        live({ status: "paused", updated_at: CHANGED_AT }),
        pausedByUs(undefined),
      ),
      ["create paused", "delete"],
      false,
    ],
  ])("%s", (_, found, calls, owned) => {
    expect([callsOf(found), found.pausedForQuiet === true]).toEqual([calls, owned]);
    const isQuiet = found.desired?.active_quiet !== undefined && found.desired.status !== "paused";
    expect(found.reports.filter(({ kind }) => kind === "quiet")).toHaveLength(isQuiet ? 1 : 0);
  });

  test("a trigger that the service gave up on is recreated paused, since it could fire while it is resumed", () => {
    const twin = live({ status: "disabled", health: { consecutive_failures: 5 } });
    expect(callsOf(planOf(wanted("active", true), twin, none("active")))).toEqual(["create paused"]);
  });

  test("a trigger with other content is not adopted because of a quiet window", () => {
    const twin = live({ description: "theirs" });
    expect(planOf(wanted(undefined, true), twin).conflict).toContain("[NAME_TAKEN]");
  });
});
