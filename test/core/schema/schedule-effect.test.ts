import { expect, test } from "@jest/globals";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

const cron = (cron_expression: string) => ({
  trigger_type: "cron",
  schedule_config: { cron_expression, timezone: "UTC" },
});
const quiet = { active_quiet: { until: "2026-12-27T00:00:00Z" } };

test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger>, boolean]>([
  ["stays active", {}, {}, true],
  ["is resumed", { status: "active" }, { status: "paused" }, true],
  ["is paused", { status: "paused" }, {}, false],
  ["stays paused", {}, { status: "paused" }, false],
  ["is paused for planned quiet", quiet, {}, false],
  ["is replaced by one that runs", { action_config: { cluster_id: "clust_2" } }, {}, true],
  ["is replaced by a paused one", { action_config: { cluster_id: "clust_2" } }, { status: "paused" }, false],
  ["is replaced in planned quiet", { action_config: { cluster_id: "clust_2" }, ...quiet }, {}, false],
])("a trigger whose schedule changes and that %s", (_, wanted, there, isSaid) => {
  const twin = live({ ...cron("0 * * * *"), ...there });
  const before = desired(cron("0 * * * *"));
  const { triggers } = plan([desired({ ...cron("0 2 * * *"), ...wanted })], [twin], [remember(before, twin)]);
  const { meaning } = triggers[0]!;
  if (isSaid) expect(meaning).toMatch(/^fires once a day instead of 24 times, next in /);
  else expect(meaning ?? "").not.toContain("fires");
});
