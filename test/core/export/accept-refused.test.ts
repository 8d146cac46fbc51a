import { describe, expect, test } from "@jest/globals";
import { acceptInto } from "../../../provider/core/export/accept-into-yaml";
import type { Json } from "../../../provider/core/schema/model";
import { change, differing, lines, ZONE } from "./accept-cases";

describe("what is rejected, and changes nothing", () => {
  const SHARED = lines(
    'x-night: &night { cron_expression: "0 2 * * *", timezone: UTC }',
    "triggers:",
    "  nightly: &nightly",
    "    schedule_config: &own",
    "      <<: *night",
    "      more: 1",
    '    action_config: { batch_size: &size 5, cluster_id: "${cluster:products}", k: [ 1, "${env:KEY} x" ] }',
    '    description: "in ${var.zone}"',
    "    status: active",
    "    none:",
    "  other:",
    "    <<: *nightly",
    "    status: paused",
    "    schedule_config: *own",
    "    batch_size: *size",
  );

  test.each<[where: string, value: Json | undefined, reason: string]>([
    [
      "other/schedule_config.more",
      2,
      "is behind the alias *own: changing it would change every place that uses it; write it out here first",
    ],
    ["other/schedule_config", { more: 2 }, "is behind the alias *own: "],
    ["other/batch_size", undefined, "is behind the alias *size: "],
    [
      ZONE,
      "Europe/Paris",
      "comes from a merge key (<<): changing it would change other triggers; write it out here first",
    ],
    [ZONE, undefined, "comes from a merge key (<<): "],
    ["schedule_config", { more: 1 }, "holds cron_expression, which comes from a merge key (<<): "],
    ["other/action_config.batch_size", 6, "comes from a merge key (<<): "],
    [
      "action_config.batch_size",
      6,
      "is at the anchor &size: changing it would change every place that uses *size; in those places, write the value out first, or move the anchor to one of them",
    ],
    ["schedule_config.more", 2, "is at the anchor &own: changing it would change every place that uses *own"],
    [
      "action_config.cluster_id",
      "clust_2",
      "comes from ${cluster:products}: name another cluster, or write the value out here first",
    ],
    ["action_config.cluster_id", undefined, "comes from ${cluster:products}: "],
    [
      "action_config",
      { batch_size: 5, cluster_id: "clust_2", k: [1, "${env:KEY} x"] },
      "holds cluster_id, which comes from ${cluster:products}: ",
    ],
    ["action_config.k", [1, 2, 3], "comes from ${env:KEY}: change the environment variable KEY, or "],
    [
      "description",
      "in UTC",
      "comes from ${var.zone}: change the variable zone, or write the value out here first",
    ],
    ["description.deep", 1, "comes from ${var.zone}: "],
    ["status.deep", 1, "goes through a value that is not a map"],
    ["none.0", 1, "goes through a list that does not exist"],
    ["none.a.0.b", 1, "goes through a list that does not exist"],
    ["action_config.k.7", 1, "goes through a list that has no item 7"],
    ["action_config.k.0", undefined, "is an item of a list, and the items after it would move up"],
    ["gone/status", "active", "belongs to a trigger that is not in this file"],
  ])("%s as %j", (where, value, reason) => {
    const one = change(where, value);
    const refusal = { trigger: one.trigger, path: one.path, reason: expect.stringContaining(reason) };
    expect(acceptInto(SHARED, [one])).toEqual({ text: SHARED, refused: [refusal] });
    // Next to others, which are still written.
    const { text, refused } = acceptInto(SHARED, [
      change("other/status", "active"),
      one,
      change("other/new", 1),
    ]);
    expect(refused).toEqual([refusal]);
    expect(differing(SHARED, text)).toEqual([
      "-    status: paused",
      "-    schedule_config: *own",
      "-    batch_size: *size",
      "+    status: active",
      "+    schedule_config: *own",
      "+    batch_size: *size",
      "+    new: 1",
    ]);
  });

  test("a value that other triggers write out themselves is changed at its anchor", () => {
    const { text, refused } = acceptInto(SHARED, [change("status", "paused")]);
    expect(refused).toEqual([]);
    expect(differing(SHARED, text)).toEqual(["-    status: active", "+    status: paused"]);
  });

  test.each([
    ["nothing", "", "belongs to a trigger that is not in this file"],
    ["a list", "- a\n", "belongs to a trigger that is not in this file"],
    ["no triggers", "defaults: {}\n", "belongs to a trigger that is not in this file"],
    ["null for triggers", "triggers:\n", "belongs to a trigger that is not in this file"],
    ["broken syntax", "triggers: {\n", "is in a file that has an error ("],
    [
      "a key twice",
      "triggers: { nightly: { a: 1, a: 2 } }\n",
      'is in a file that has an error ("a" is declared twice in one map, first at line 1): fix that first',
    ],
    [
      "triggers that are an alias",
      "x-a: &a { nightly: { a: 1 } }\ntriggers: *a\n",
      "is behind the alias *a: ",
    ],
  ])("a file of %s", (_what, text, reason) => {
    expect(acceptInto(text, [change("a", 5)])).toEqual({
      text,
      refused: [{ trigger: "nightly", path: ["a"], reason: expect.stringContaining(reason) }],
    });
  });
});
