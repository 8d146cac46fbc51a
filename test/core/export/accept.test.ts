import { describe, expect, test } from "@jest/globals";
import { acceptInto } from "../../../provider/core/export/accept-into-yaml";
import type { Json } from "../../../provider/core/schema/model";
import { CRON, change, differing, FULL, lines, ZONE } from "./accept-cases";

describe("in a file with everything, only the characters of the value change", () => {
  test.each<[where: string, value: Json | undefined, expected: string[]]>([
    [
      CRON,
      "*/5 9 * * *",
      [
        '-          cron_expression:   "0 2 * * *"   # at two',
        '+          cron_expression:   "*/5 9 * * *"   # at two',
      ],
    ],
    [ZONE, "Europe/Paris", ["+          timezone: Europe/Paris"]],
    [
      CRON,
      undefined,
      [
        "-      schedule_config:",
        '-          cron_expression:   "0 2 * * *"   # at two',
        "+      schedule_config: {}",
      ],
    ],
    [
      "schedule_config",
      { interval_seconds: 60 },
      ['-          cron_expression:   "0 2 * * *"   # at two', "+          interval_seconds: 60"],
    ],
    ["status", "paused", ["+      status: paused"]],
    ["action_type", "batch_rerun", ["-      action_type:   cluster", "+      action_type:   batch_rerun"]],
    [
      "description",
      "Some products",
      ["-        All products,", "-        each night", "+        Some products"],
    ],
    [
      "description",
      5,
      [
        "-      description:  >-  # folded",
        "-        All products,",
        "-        each night",
        "+      description:  5  # folded",
      ],
    ],
    [
      "description",
      undefined,
      ["-      description:  >-  # folded", "-        All products,", "-        each night"],
    ],
    [
      "action_config.cluster_id",
      "no",
      [
        "-      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
        '+      action_config: { cluster_id:  "no" , output_collection_ids: [ col_1,col_2 ] }  # keep',
      ],
    ],
    [
      "action_config.output_collection_ids",
      ["col_1", "col_3"],
      [
        "-      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
        "+      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_3 ] }  # keep",
      ],
    ],
    [
      "action_config.output_collection_ids",
      ["col_1", "a,b", "7"],
      [
        "-      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
        '+      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1, "a,b", "7" ] }  # keep',
      ],
    ],
    [
      "action_config.output_collection_ids",
      undefined,
      [
        "-      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
        "+      action_config: { cluster_id:  clust_1 }  # keep",
      ],
    ],
    [
      "action_config.filters.AND",
      [],
      [
        "-      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
        "+      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ], filters: { AND: [] } }  # keep",
      ],
    ],
    [
      "weekly/schedule_config.interval_seconds",
      60,
      [
        "-      schedule_config:   {interval_seconds:   604800}",
        "+      schedule_config:   {interval_seconds:   60}",
      ],
    ],
    ["weekly/status", undefined, ["-      status: paused"]],
    ["weekly/status", "active", ["-      status: paused", "+      status: active"]],
    [
      "weekly/action_config.batch_id",
      "it's",
      ["-      action_config: {batch_id: 'btch_1'}", "+      action_config: {batch_id: 'it''s'}"],
    ],
    [
      "weekly/action_config.mode",
      "full",
      [
        "-      action_config: {batch_id: 'btch_1'}",
        "+      action_config: {batch_id: 'btch_1', mode: 'full'}",
      ],
    ],
    ["weekly/description", "At: 2\nor so", ["+      description: |-", "+         At: 2", "+         or so"]],
    ["weekly/description", "costs ${5}", ["+      description: costs $${5}"]],
    ["weekly/x", ["a", { b: "yes" }], ['+      x: [a, {b: "yes"}]']],
  ])("%s becomes %j", (where, value, expected) => {
    for (const [from, to] of [
      ["\n", "\n"],
      ["\n", "\r\n"],
      [/^/g, "\uFEFF"],
    ] as const) {
      const before = FULL.replaceAll(from, to);
      const { text, refused } = acceptInto(before, [change(where, value)]);
      expect(refused).toEqual([]);
      expect(differing(before, text).map((line) => line.replace("\r", ""))).toEqual(expected);
      if (to === "\r\n") expect(text).not.toMatch(/[^\r]\n/);
    }
  });
});

describe("in other notations", () => {
  const of = (...body: string[]): string =>
    lines("triggers:", "  nightly:", ...body.map((line) => `    ${line}`));

  test.each<[what: string, before: string, where: string, value: Json | undefined, after: string]>([
    [
      "an empty value",
      of("schedule_config:   # none"),
      ZONE,
      "UTC",
      of("schedule_config: { timezone: UTC }   # none"),
    ],
    ["a null", of("description: ~ # none"), "description", "x", of("description: x # none")],
    [
      "an empty map",
      of("schedule_config: {} # none"),
      ZONE,
      "UTC",
      of("schedule_config: { timezone: UTC } # none"),
    ],
    [
      "a plain cron",
      of("schedule_config: {cron_expression: 0 2 * * *}"),
      CRON,
      "0 3 * * *",
      of("schedule_config: {cron_expression: 0 3 * * *}"),
    ],
    [
      "a plain cron that cannot stay so",
      of("schedule_config: {cron_expression: 0 2 * * *}"),
      CRON,
      "*/5 * * * *",
      of('schedule_config: {cron_expression: "*/5 * * * *"}'),
    ],
    [
      "a new cron",
      of("schedule_config: { timezone: UTC }"),
      CRON,
      "0 3 * * *",
      of('schedule_config: { timezone: UTC, cron_expression: "0 3 * * *" }'),
    ],
    [
      "a number instead of a string",
      of("action_config: { batch_size: 'x' }"),
      "action_config.batch_size",
      5,
      of("action_config: { batch_size: 5 }"),
    ],
    [
      "a string instead of a number",
      of("action_config: { batch_size: 5 }"),
      "action_config.batch_size",
      "5",
      of('action_config: { batch_size: "5" }'),
    ],
    [
      "a comma at the end",
      of("schedule_config: { a: 1, }"),
      ZONE,
      "UTC",
      of("schedule_config: { a: 1, timezone: UTC, }"),
    ],
    [
      "keys without values",
      of("action_config: { a: , b: }"),
      "action_config.b",
      1,
      of("action_config: { a: , b: 1 }"),
    ],
    [
      "a multi-line flow map",
      of("schedule_config: {", "  a: 1, # one", '  "b": 2 # two', "  }"),
      ZONE,
      "UTC",
      of("schedule_config: {", "  a: 1, # one", '  "b": 2, # two', '  "timezone": UTC', "  }"),
    ],
    [
      "a key of a multi-line flow map",
      of("schedule_config: {", "  a: 1, # one", "  timezone: UTC # two", "  }"),
      ZONE,
      undefined,
      of("schedule_config: {", "  a: 1 # one", "  }"),
    ],
    [
      "a list of blocks",
      of("a:", "- x # 1", "- y # 2", "b: 1"),
      "a",
      ["z", "w", "v"],
      of("a:", "- z", "- w", "- v # 2", "b: 1"),
    ],
    [
      "a list that keeps its length",
      of("a:", "- x # 1", "- y # 2", "b: 1"),
      "a",
      ["x", "w"],
      of("a:", "- x # 1", "- w # 2", "b: 1"),
    ],
    ["a list that is emptied", of("a: # why", "- x", "- y", "b: 1"), "a", [], of("a: [] # why", "b: 1")],
    ["a map in a list", of("a:", "- x: 1", "  y: 2 # two"), "a", [{ y: 2 }], of("a:", "- y: 2 # two")],
    ["a map instead of a list", of("a:", "- x"), "a", { b: [1] }, of("a: { b: [ 1 ] }")],
    [
      "a multi-line text",
      of("a: |+ # raw", "    x", "", "b: 1"),
      "a",
      "y\nz\n",
      of("a: | # raw", "    y", "    z", "b: 1"),
    ],
    ["a tag", of("a: !!str 5"), "a", "6", of('a: !!str "6"')],
    ["an unused anchor", of("a: &x 5"), "a", 6, of("a: &x 6")],
    ["a key with a question mark", of("? a", ": 5"), "a", 6, of("? a", ": 6")],
    [
      "a file without a last newline",
      of("status: active").trimEnd(),
      "description",
      "x",
      of("status: active", "description: x").trimEnd(),
    ],
    [
      "JSON",
      '{"triggers":{"nightly":{"a":1}}}',
      "b",
      ["x", { c: null }],
      '{"triggers":{"nightly":{"a":1,"b":["x",{"c":null}]}}}',
    ],
    [
      "JSON with spaces",
      '{"triggers": {"nightly": {"a": 1}}}',
      "b",
      ["x", { c: null }],
      '{"triggers": {"nightly": {"a": 1, "b": ["x", {"c": null}]}}}',
    ],
    [
      "multi-line JSON",
      JSON.stringify({ triggers: { nightly: { a: 1 } } }, undefined, 2),
      "b",
      ["x", { c: null }],
      JSON.stringify({ triggers: { nightly: { a: 1, b: ["x", { c: null }] } } }, undefined, 2),
    ],
  ])("%s", (_what, before, where, value, after) => {
    expect(acceptInto(before, [change(where, value)])).toEqual({ text: after, refused: [] });
    expect(acceptInto(after, [change(where, value)])).toEqual({ text: after, refused: [] });
  });
});

test("a thousand triggers take one read per round, not one each", () => {
  const names = Array.from({ length: 1000 }, (_, at) => `t${at}`);
  const text = lines(
    "triggers:",
    ...names.map((name) => `  ${name}: { status: active, description: "x" } # c`),
  );
  const changes = names.map((name) => change(`${name}/status`, "paused"));
  const start = process.cpuUsage();
  const { text: after, refused } = acceptInto(text, changes);
  expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  expect(refused).toEqual([]);
  expect(after).toBe(text.replaceAll("active", "paused"));
});
