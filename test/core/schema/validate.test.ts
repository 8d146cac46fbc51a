import { describe, expect, test } from "@jest/globals";
import { issueText } from "../../../provider/core/issues/issue";
import { nearest } from "../../../provider/core/issues/suggestions";
import { ACTIONS } from "../../../provider/core/schema/actions";
import type { JsonObject } from "../../../provider/core/schema/model";
import { SCHEDULES } from "../../../provider/core/schema/schedules";
import { validateTrigger } from "../../../provider/core/schema/validate";
import { BROKEN, brokenTrigger, channel, cluster, cron, enrich, interval, when } from "../broken";
import { ACTION_CONFIGS, canary, desired, isUnknown, SCHEDULE_CONFIGS, UNKNOWN } from "../samples";

/** `path CODE` for every issue. */
function found(input: unknown): string[] {
  return validateTrigger(input, { isUnknown }).issues.map((issue) => `${issue.path.join(".")} ${issue.code}`);
}

const types = Object.keys(ACTIONS).flatMap((action) =>
  Object.keys(SCHEDULES).map((schedule) => [action, schedule]),
);

/** Every documented key, as the API returns an absent one. */
const ABSENT = Object.fromEntries(
  Object.entries(ACTIONS).map(([type, { keys }]) => [
    type,
    Object.fromEntries(Object.keys(keys ?? {}).map((name) => [name, null])),
  ]),
);

test.each(types)("%s with %s is valid, whatever its order and nulls", (action_type, trigger_type) => {
  const action_config = ACTION_CONFIGS[action_type!]!;
  const schedule_config = SCHEDULE_CONFIGS[trigger_type!]!;
  const input = desired({
    action_type: action_type!,
    action_config,
    trigger_type: trigger_type!,
    schedule_config,
  });
  expect(validateTrigger(input)).toEqual({ trigger: input, issues: [] });
  const nulls = {
    ...input,
    description: null,
    status: undefined,
    action_config: { ...ABSENT[action_type!], ...action_config },
  };
  expect(validateTrigger(nulls)).toEqual({ trigger: input, issues: [] });
});

test("nulls are absent keys in the items of a list, too, but values if they are items", () => {
  const channels = (more: object) => ({ notification_config: { channels: [{ ...channel, ...more }] } });
  const inputs = { list: [1, null] };
  const { trigger } = validateTrigger(
    desired(canary({ inputs, ...channels({ label: null }) } as JsonObject)),
  );
  expect(trigger?.action_config).toEqual({ retriever_id: "ret_1", inputs, ...channels({}) });
});

test.each(BROKEN)("%s %s", (code, path, change) => {
  const input = brokenTrigger(change);
  expect(found(input)).toEqual([`${path} ${code}`]);
  const [issue] = validateTrigger(input).issues;
  expect(issue!.message).not.toBe("");
  expect(issue!.hint).toMatch(/[.?]$/);
});

test.each([null, undefined, 5, "trigger", ["action_type"]])("%j is not a trigger", (input) => {
  expect(found(input)).toEqual([" TYPE_WRONG"]);
});

test("all errors are reported at once, and validation changes nothing", () => {
  const input = {
    ...desired(),
    status: "failed",
    ...cluster({ cluster_id: 5, nope: 1 }),
    ...cron({ timezone: "Mars" }),
  };
  const before = structuredClone(input);
  expect(found(input)).toEqual([
    "status STATUS_NOT_DECLARABLE",
    "action_config.cluster_id TYPE_WRONG",
    "action_config.nope KEY_UNKNOWN",
    "schedule_config.timezone ZONE_UNKNOWN",
  ]);
  expect(input).toEqual(before);
});

describe("hints", () => {
  test.each([
    [
      cluster({ clusterId: "x" }),
      "action_config.clusterId: is not a key of action_config [KEY_UNKNOWN]. Did you mean cluster_id?",
    ],
    [{ descripton: "x" }, "descripton: is not a key of a trigger [KEY_UNKNOWN]. Did you mean description?"],
    [
      { trigger_type: "crom" },
      'trigger_type: "crom" is not one of cron, interval, event, conditional [VALUE_UNKNOWN]. Did you mean cron?',
    ],
    [
      { action_type: "something_else" },
      `action_type: "something_else" is not one of ${Object.keys(ACTIONS).join(", ")} [VALUE_UNKNOWN]. Write one of them, or, if it is newer than this release, add "action_type" to allow_unknown.`,
    ],
    [
      interval({ zzzzzzz: 1 }),
      'schedule_config.zzzzzzz: is not a key of schedule_config [KEY_UNKNOWN]. Known: interval_seconds, start_immediately. If it is newer than this release, add "schedule_config.zzzzzzz" to allow_unknown.',
    ],
    [
      canary({ acceptance: { min_result: 1 } }),
      "action_config.acceptance.min_result: is not a key of action_config.acceptance [KEY_UNKNOWN]. Did you mean min_results?",
    ],
    [
      enrich({ batch_size: 99 }),
      "action_config.batch_size: 99 is out of bounds [OUT_OF_BOUNDS]. Write at least 100.",
    ],
    [{ name: "" }, 'name: "" is out of bounds [OUT_OF_BOUNDS]. Write at least 1 character.'],
    [
      enrich({ batch_size: 1.5 }),
      "action_config.batch_size: 1.5 is a number [TYPE_WRONG]. Write a whole number.",
    ],
    [{ action_config: [] }, "action_config: [] is a list [TYPE_WRONG]. Write a map."],
    [{ adopt: 5 }, "adopt: 5 is a number [TYPE_WRONG]. Write a boolean or string."],
    [
      { action_config: {} },
      "action_config.cluster_id: is required [KEY_MISSING]. Add action_config.cluster_id.",
    ],
  ])("%#", (change, line) => {
    expect(validateTrigger({ ...desired(), ...change }).issues.map(issueText)).toEqual([line]);
  });

  test("a long value is cut", () => {
    const [issue] = validateTrigger({ ...desired(), status: "s".repeat(500) }).issues;
    expect(issue!.message).toMatch(/^"s{56}… is not one of/);
  });

  test("the value of a secret key is not shown", () => {
    const secret = "https://hooks.slack.com/services/T0/B0/s3cr3t";
    for (const channels of [
      secret,
      [secret],
      [{ channel_type: secret, config: {} }],
      [{ ...channel, config: secret }],
    ]) {
      const { issues } = validateTrigger({
        ...desired(),
        ...canary({ notification_config: { channels } as never }),
      });
      expect(issues.length).toBeGreaterThan(0);
      expect(issues.map(issueText).join()).not.toContain("s3cr3t");
    }
  });

  test.each([
    [
      [],
      "action_config.notification_config.channels: [] is out of bounds [OUT_OF_BOUNDS]. Write at least 1 item.",
    ],
    [{}, "action_config.notification_config.channels: {} is a map [TYPE_WRONG]. Write a list."],
    [
      [{ channel_type: "" }],
      'action_config.notification_config.channels.0.channel_type: "" is not one of slack, webhook, email [VALUE_UNKNOWN]. Write one of them.',
    ],
    [
      [{ channel_type: "slack", channel_id: "" }],
      'action_config.notification_config.channels.0.channel_id: "" is out of bounds [OUT_OF_BOUNDS]. Write at least 1 character.',
    ],
  ])("if a secret key has no value, that is shown: %j", (channels, line) => {
    const config = canary({ notification_config: { channels } as never });
    expect(validateTrigger({ ...desired(), ...config }).issues.map(issueText)).toEqual([line]);
  });

  test.each([
    ["clustr", ["cluster", "batch_rerun"], "cluster"],
    ["timeZone", ["timezone"], "timezone"],
    ["xyz", ["cluster", "interval"], undefined],
    ["anything", [], undefined],
  ])("nearest to %s", (word, candidates, near) => expect(nearest(word, candidates)).toBe(near));
});

describe("allow_unknown", () => {
  test.each([
    ["a key", ["action_config.new_key"], cluster({ new_key: { any: ["thing"] } })],
    ["a nested key", ["action_config.acceptance.new_key"], canary({ acceptance: { new_key: 1 } })],
    ["a new value of a known key", ["action_config.mode"], cluster({ mode: "streaming" })],
    [
      "an unknown action with its config",
      ["action_type"],
      { action_type: "video_render", action_config: { any: 1 } },
    ],
    [
      "an unknown schedule with its config",
      ["trigger_type"],
      { trigger_type: "lunar", schedule_config: { moon: "full" } },
    ],
  ])("accepts %s", (_, allow_unknown, change) => {
    const input = { ...desired(), ...change, allow_unknown };
    expect(validateTrigger(input)).toEqual({ trigger: input, issues: [] });
  });

  test.each([
    ["another key", ["action_config.new_key"], cluster({ other: 1 }), "action_config.other KEY_UNKNOWN"],
    [
      "a key below",
      ["action_config.acceptance"],
      canary({ acceptance: { nope: 1 } }),
      "action_config.acceptance.nope KEY_UNKNOWN",
    ],
    ["another type", ["action_type"], { trigger_type: "lunar" }, "trigger_type VALUE_UNKNOWN"],
    ["an internal field", ["status"], { status: "frozen" }, "status VALUE_UNKNOWN"],
    ["a field that is never sent", ["new_field"], { new_field: 1 }, "new_field KEY_UNKNOWN"],
    ["a missing config", ["action_config"], { action_config: null }, "action_config KEY_MISSING"],
    ["a missing type", ["action_type"], { action_type: null }, "action_type KEY_MISSING"],
    ["a type that is not a string", ["action_type"], { action_type: 5 }, "action_type VALUE_UNKNOWN"],
  ])("does not accept %s", (_, allow_unknown, change, issue) => {
    expect(found({ ...desired(), ...change, allow_unknown })).toEqual([issue]);
  });

  test("an open condition accepts any key, but checks the known ones", () => {
    expect(found({ ...desired(), ...when({ condition_type: "volume", documents: 5 }) })).toEqual([]);
    expect(found({ ...desired(), ...when({ condition_type: "volume", threshold: "5" }) })).toEqual([
      "schedule_config.threshold TYPE_WRONG",
    ]);
  });
});

describe("values that are unknown in a preview", () => {
  test.each([
    ["a field", { status: UNKNOWN }],
    ["a type", { action_type: UNKNOWN, action_config: { any: 1 } }],
    ["a config", { action_config: UNKNOWN }],
    ["a key", enrich({ batch_size: UNKNOWN, incremental: UNKNOWN })],
    ["a cron expression", cron({ cron_expression: UNKNOWN, timezone: UNKNOWN })],
    ["an item", cluster({ mode: "composite", source_execution_ids: [UNKNOWN] })],
    ["a list", cluster({ mode: "composite", source_execution_ids: UNKNOWN })],
    ["a nested object", canary({ acceptance: UNKNOWN })],
    ["a nested key", canary({ acceptance: { min_pass_ratio: UNKNOWN } })],
    ["a nested list", canary({ notification_config: { channels: UNKNOWN } })],
  ])("%s passes", (_, change) => expect(found({ ...desired(), ...change })).toEqual([]));

  test.each([
    ["a key next to it", cluster({ cluster_id: UNKNOWN, mode: "none" }), "action_config.mode VALUE_UNKNOWN"],
    ["the key that contains it", cluster({ clustr: UNKNOWN }), "action_config.clustr KEY_UNKNOWN"],
  ])("%s is still checked", (_, change, issue) =>
    expect(found({ ...desired(), ...change })).toEqual([issue]),
  );
});
