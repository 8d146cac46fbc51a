// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { IssueCode } from "../../provider/core/issues/issue";
import { ACTIONS } from "../../provider/core/schema/actions";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { RUNS, triggerOf } from "../core/arbitraries";
import { BROKEN, brokenTrigger, channel, cluster, cron, enrich, interval, when } from "../core/broken";
import { expectEqual } from "../core/equal";
import { ACTION_CONFIGS, canary, desired, SCHEDULE_CONFIGS } from "../core/samples";
import { refusals as refusalsOfFile } from "./schema";

/** Where the schema rejects a trigger: dotted paths below it. */
const refusals = (trigger: unknown): string[] =>
  refusalsOfFile({ triggers: { nightly: trigger } }).map((path) => path.replace(/^triggers\.nightly\.?/, ""));

describe("accepts", () => {
  const types = Object.keys(ACTIONS).flatMap((action) =>
    Object.keys(SCHEDULES).map((schedule) => [action, schedule] as const),
  );

  test.each(types)("%s with %s", (action_type, trigger_type) => {
    const action_config = ACTION_CONFIGS[action_type]!;
    const schedule_config = SCHEDULE_CONFIGS[trigger_type]!;
    expect(refusals(desired({ action_type, action_config, trigger_type, schedule_config }))).toEqual([]);
  });

  test.each(Object.keys(ACTIONS))("everything that validation accepts: %s", (action) => {
    const trigger = fc.oneof(...Object.keys(SCHEDULES).map((schedule) => triggerOf(action, schedule)));
    fc.assert(
      fc.property(trigger, (declared) => expectEqual(refusals(declared), [])),
      RUNS,
    );
  });

  test.each<[string, object]>([
    ["the shortest definition", { name: undefined, namespace: undefined }],
    [
      "null for optional keys",
      { description: null, status: null, ...cluster({ filters: null, mode: null }) },
    ],
    [
      "a reference instead of an id",
      cluster({ cluster_id: "${cluster:products}", output_collection_ids: ["${collection:a}"] }),
    ],
    [
      "a variable instead of a number",
      enrich({ batch_size: "${var.batch}", incremental: "${var.incremental}" }),
    ],
    ["a variable instead of a choice", { status: "${var.status}", ...cluster({ mode: "${env:MODE}" }) }],
    [
      "a variable instead of a map or list",
      cluster({ filters: "${var.filters}", output_collection_ids: "${var.ids}" }),
    ],
    [
      "a variable in a cron expression",
      cron({ cron_expression: "${var.minute} 2 * * *", timezone: "${var.zone}" }),
    ],
    ["a variable instead of a cron expression", cron({ cron_expression: "${var.cron}" })],
    [
      "a variable instead of a whole config",
      { action_config: "${var.config}", schedule_config: "${var.schedule}" },
    ],
    ["its former key", { replaces: "each-night" }],
    ["no former key", { replaces: null }],
    [
      "a key named in allow_unknown",
      { allow_unknown: ["action_config.new_key"], ...cluster({ new_key: 1 }) },
    ],
    [
      "a type named in allow_unknown",
      { allow_unknown: ["trigger_type"], trigger_type: "lunar", schedule_config: { moon: 1 } },
    ],
    ["any key of an open condition", when({ condition_type: "volume", documents: 5 })],
    ["a count as a volume's threshold", when({ condition_type: "volume", threshold: 1000 })],
    ["another metric's threshold", when({ metric: "document_drift", threshold: 12 })],
    [
      "a channel by its id",
      canary({
        notification_config: { channels: [{ channel_type: "webhook", channel_id: "wh_1", config: null }] },
      }),
    ],
  ])("%s", (_, change) => expect(refusals({ ...desired(), ...change })).toEqual([]));
});

describe("rejects", () => {
  /** What JSON Schema cannot express: the meaning of a field, and rules between two of them. */
  const cannotSay: IssueCode[] = [
    "CRON_INVALID",
    "ZONE_UNKNOWN",
    "ZONE_SPELLING",
    "RULE_BROKEN",
    "NULL_TEXT",
  ];
  const said = BROKEN.filter(([code]) => !cannotSay.includes(code));
  const unsaid = BROKEN.filter(([code]) => cannotSay.includes(code));

  test.each(said)("%s at %s, where validation does", (_, path, change) => {
    expect(refusals(brokenTrigger(change))).toEqual([path]);
  });

  test.each(unsaid)("not %s at %s", (_, _path, change) =>
    expect(refusals(brokenTrigger(change))).toEqual([]),
  );

  test.each<[string, object, string]>([
    ["an offset instead of a zone", cron({ timezone: "+05:30" }), "schedule_config.timezone"],
    [
      "text around a variable for a number",
      interval({ interval_seconds: "${var.n} s" }),
      "schedule_config.interval_seconds",
    ],
    [
      "an unknown key next to a closed condition",
      when({ condition_type: "drift", documents: 5 }),
      "schedule_config.documents",
    ],
    [
      "an empty allow_unknown, which allows nothing",
      { allow_unknown: [], ...cluster({ new_key: 1 }) },
      "action_config.new_key",
    ],
    ["an internal key", { references: {} }, "references"],
    ["an empty former key", { replaces: "" }, "replaces"],
    ["an internal field in allow_unknown", { allow_unknown: ["status"], status: "frozen" }, "status"],
    [
      "a nested key",
      canary({ notification_config: { channels: [channel], notify: "always" } }),
      "action_config.notification_config.notify",
    ],
  ])("%s", (_, change, path) => expect(refusals({ ...desired(), ...change })).toEqual([path]));
});
