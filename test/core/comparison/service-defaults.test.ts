import { expect, test } from "@jest/globals";
import { serviceDefaults } from "../../../provider/core/comparison/service-defaults";
import { diffTrigger } from "../../../provider/core/diff/diff";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planJson } from "../../../provider/core/report/plan-report";
import { canary, desired, live } from "../samples";

const told = (wanted: ReturnType<typeof desired>, given: ReturnType<typeof live>) =>
  serviceDefaults(wanted, given, diffTrigger(wanted, undefined, given)).map(({ path, live: value }) => [
    path.join("."),
    value,
  ]);

test("a documented default and a key newer than this release are reported with their reason", () => {
  const given = live({
    action_config: { cluster_id: "clust_1", mode: "full", newer: [1] },
    schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC", other: null },
  });
  expect(told(desired(), given)).toEqual([
    ["action_config.mode", "full"],
    ["action_config.newer", [1]],
    ["schedule_config.timezone", "UTC"],
  ]);
});

test("a difference is not reported as a service default", () => {
  const given = live({ schedule_config: { cron_expression: "0 2 * * *", timezone: "Asia/Tokyo" } });
  expect(told(desired(), given)).toEqual([]);
});

test("keys of a nested object are reported, too", () => {
  const own = canary({ acceptance: { min_results: 3 } });
  const given = live(canary({ acceptance: { min_results: 3, judge_field: "" }, skip_cache: false }));
  const wanted = desired(own);
  expect(serviceDefaults(wanted, given, []).map(({ path }) => path.join("."))).toEqual([
    "action_config.acceptance.judge_field",
    "action_config.skip_cache",
  ]);
});

test("a plan contains them as data, with secrets hidden", () => {
  const channels = [{ channel_type: "webhook", config: { url: "https://example.com/hook" } }];
  const given = live({
    ...canary({ skip_cache: false, notification_config: { channels, newer: 1 } }),
    status: "paused",
  });
  const wanted = desired(canary({ notification_config: { channels } }));
  const view = { byId: () => given, byName: () => [given], all: () => [given], names: true };
  const plan = planSet([wanted], { namespaces: new Map([["prod", view]]), now: new Date(0) });
  expect(planJson(plan)).toMatchObject({
    triggers: [
      {
        changes: [{ path: "action_config.skip_cache" }],
        suppressed: [
          { path: "action_config.notification_config.newer", live: "[secret]", cause: "service default" },
        ],
      },
    ],
  });
});
