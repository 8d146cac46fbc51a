import { describe, expect, test } from "@jest/globals";
import { readSource } from "../../../provider/core/yaml/yaml-source";
import { linesOf, nightly, triggersOf } from "../files";

const schedule = (config: string): string => nightly(`schedule_config: ${config}`);
const action = (config: string): string => nightly(`action_config: ${config}`);

describe("a comma that ends an unquoted value inside { } is rejected, with the quotes that it needs", () => {
  test.each([
    [
      schedule("{ cron_expression: 0 2 * * 1,3,5, timezone: UTC }"),
      'a.yaml:6:41 YAML_SYNTAX a comma ends an unquoted value inside { }: cron_expression is read as "0 2 * * 1". Quote the whole value: cron_expression: "0 2 * * 1,3,5".',
    ],
    [
      schedule("{ timezone: UTC, cron_expression: 0 9,17 * * * }"),
      'a.yaml:6:56 YAML_SYNTAX a comma ends an unquoted value inside { }: cron_expression is read as "0 9". Quote the whole value: cron_expression: "0 9,17 * * *".',
    ],
    [
      nightly("x: { description: Cluster, then enrich }"),
      'a.yaml:7:23 YAML_SYNTAX a comma ends an unquoted value inside { }: description is read as "Cluster". Quote the whole value: description: "Cluster, then enrich".',
    ],
    [
      action("{ cluster_id: {cluster:p} }"),
      'a.yaml:6:34 YAML_SYNTAX "cluster:p" inside { } has no value. Did you mean "${cluster:p}"?',
    ],
    [
      action("{ cluster_id: { env:CLUSTER } }"),
      'a.yaml:6:34 YAML_SYNTAX "env:CLUSTER" inside { } has no value. Did you mean "${env:CLUSTER}"?',
    ],
    [
      action("{ cluster_id, mode: full }"),
      'a.yaml:6:22 YAML_SYNTAX "cluster_id" inside { } has no value. Write cluster_id: and its value, or remove it.',
    ],
  ])("%#", (definitions, line) => expect(linesOf({ definitions })[0]).toBe(line));

  test.each([
    ["lists", action('{ cluster_id: c, output_collection_ids: [a, b, "c,d"] }')],
    ["quoted keys", action('{ "cluster_id":"c", filters: { "a" : 1 } }')],
    ["multi-line values", action("{\n      cluster_id: c,\n      mode: full,\n      }")],
    ["an explicit null", action("{ cluster_id: c, filters: { a: , b: null, c: ~ } }")],
    ["block maps", schedule("\n      cron_expression: 0 2 1,3,5 * *")],
  ])("%s are read as before", (_, definitions) => expect(linesOf({ definitions })).toEqual([]));
});

describe("what YAML cannot parse has its place and its fix", () => {
  test.each([
    [
      action("{ cluster_id: ${cluster:p} }"),
      'a.yaml:6:34 YAML_SYNTAX an expression inside { } or [ ] needs quotes. Write "${cluster:p}".',
    ],
    [
      action("{ cluster_id: c, output_collection_ids: [ ${collection:a}-b, d ] }"),
      'a.yaml:6:62 YAML_SYNTAX an expression inside { } or [ ] needs quotes. Write "${collection:a}-b".',
    ],
    [
      action("{ cluster_id: c, output_collection_ids: [\n        ${collection:a},\n        b ] }"),
      'a.yaml:7:9 YAML_SYNTAX an expression inside { } or [ ] needs quotes. Write "${collection:a}".',
    ],
    [
      nightly("description: ${var.team}: nightly"),
      'a.yaml:7:29 YAML_SYNTAX bad indentation of a mapping entry. Text with ": " in it needs quotes.',
    ],
    [
      nightly("description: {{ team }}"),
      'a.yaml:7:18 YAML_SYNTAX templates such as {{ … }} are not supported. Use a variable of the environment, in quotes: "${var.name}".',
    ],
    [
      action("{ cluster_id: {{ .Values.cluster }} }"),
      'a.yaml:6:34 YAML_SYNTAX templates such as {{ … }} are not supported. Use a variable of the environment, in quotes: "${var.name}".',
    ],
    [
      nightly("description: !include a.yaml"),
      "a.yaml:7:18 YAML_SYNTAX the YAML tag !include is not supported. Includes are not supported: every file in triggers/ is read; add others with --definitions.",
    ],
    [
      action("{ cluster_id: !Ref clusters }"),
      "a.yaml:6:34 YAML_SYNTAX the YAML tag !Ref is not supported. Remove the tag, or quote the value if the tag is part of it.",
    ],
    [
      nightly("description: !!python/object a"),
      "a.yaml:7:18 YAML_SYNTAX the YAML tag !!python/object is not supported. Remove the tag, or quote the value if the tag is part of it.",
    ],
    [
      action("{\n      cluster_id: c\n    }"),
      "a.yaml:8:5 YAML_SYNTAX deficient indentation. Indent the closing bracket further than the key that it belongs to.",
    ],
    [`${nightly()}---\n`, "a.yaml:7:1 YAML_SYNTAX an empty document begins here. Remove this line."],
    [
      `---\n${nightly()}---\n# end\n`,
      "a.yaml:8:1 YAML_SYNTAX an empty document begins here. Remove this line.",
    ],
    [
      `---\n${nightly()}--- # two\n${nightly()}`,
      "a.yaml:8:1 YAML_SYNTAX holds several documents: another one begins here. Put each into a file of its own.",
    ],
    [
      `${nightly()}...\n${nightly()}`,
      "a.yaml:7:1 YAML_SYNTAX holds several documents: another one begins here. Put each into a file of its own.",
    ],
  ])("%#", (definitions, line) => expect(linesOf({ definitions })[0]).toBe(line));
});

describe("a number that would be sent as another one is rejected", () => {
  const filter = (value: string): string =>
    action(`{ cluster_id: c, filters: { AND: [{ field: id, operator: eq, value: ${value} }] } }`);

  test.each([
    ["9007199254740995", "would be sent as 9007199254740996"],
    ["1234567890123456789", "would be sent as 1234567890123456800"],
    ["-9007199254740993", "would be sent as -9007199254740992"],
    ["0.12345678901234567890", "would be sent as 0.12345678901234568"],
    ["0x20000000000001", "has more digits than JSON parsers keep"],
    ["1e999", "is larger than any number that JSON parsers keep"],
    ["1e-999", "would be sent as 0"],
    ["0123", "would lose its leading zeros"],
    ["-007", "would lose its leading zeros"],
  ])("%s", (value, reason) => {
    expect(linesOf({ definitions: filter(value) })).toEqual([
      `a.yaml:6:88 TYPE_WRONG ${value} ${reason}. If it is text, quote it: "${value}".`,
    ]);
    expect(linesOf({ definitions: filter(`"${value}"`) })).toEqual([]);
  });

  test.each([
    ["9007199254740992", 9007199254740992],
    ["0", 0],
    ["-0", -0],
    ["+12", 12],
    ["0.30", 0.3],
    ["1e3", 1000],
    ["1.5E-7", 1.5e-7],
    ["100000000000000000000", 1e20],
    ["0x1F", 31],
    [".5", 0.5],
    ["1.7976931348623157e308", Number.MAX_VALUE],
  ])("%s is sent as it is", (value, number) => {
    expect(linesOf({ definitions: filter(value) })).toEqual([]);
    expect(readSource("a.yaml", `a: ${value}`).source?.value).toEqual({ a: number });
  });

  test.each(["2026-11-28", "1.2.3", "12:30", "0-59", "1_000", "+33 1 23 45 67 89 01 23"])(
    "%s is text",
    (value) =>
      expect(readSource("a.yaml", `a: ${value}`)).toMatchObject({
        source: { value: { a: value } },
        issues: [],
      }),
  );

  test("in JSON, in lists and in an environment, too", () => {
    const definitions = '{"triggers": {"a": [12345678901234567890]}}';
    expect(linesOf({ definitions })).toContain(
      'a.yaml:1:21 TYPE_WRONG 12345678901234567890 would be sent as 12345678901234567000. If it is text, quote it: "12345678901234567890".',
    );
    const environment = "variables: { id: 9007199254740995 }";
    expect(linesOf({ definitions: nightly('description: "batch ${var.id}"'), environment })).toEqual([
      'prod.yaml:1:18 TYPE_WRONG 9007199254740995 would be sent as 9007199254740996. If it is text, quote it: "9007199254740995".',
    ]);
  });
});

describe("an unknown key is rejected, whatever its value", () => {
  test.each([
    [
      action("{ cluster_id: c, fliters: }"),
      "a.yaml:6:37 KEY_UNKNOWN nightly: action_config.fliters: is not a key of action_config. Did you mean filters?",
    ],
    [
      schedule('{ cron_expression: "0 2 * * *", timezon: ~ }'),
      "a.yaml:6:54 KEY_UNKNOWN nightly: schedule_config.timezon: is not a key of schedule_config. Did you mean timezone?",
    ],
    [
      nightly("stats: null"),
      "a.yaml:7:5 KEY_UNKNOWN nightly: stats: is not a key of a trigger. Did you mean status?",
    ],
    [
      `defaults: { timezon: }\n${nightly()}`,
      "a.yaml:1:13 KEY_UNKNOWN defaults.timezon: is not a key of defaults. Did you mean timezone?",
    ],
    [
      `trigers:\n${nightly()}`,
      "a.yaml:1:1 KEY_UNKNOWN trigers: is not a key of a definitions file. Did you mean triggers?",
    ],
  ])("%#", (definitions, line) => expect(linesOf({ definitions })).toEqual([line]));

  test("a null for a known key is an absent key", () => {
    const definitions = schedule('{ cron_expression: "0 2 * * *", timezone: }').replace(
      "cluster_id: clust_1",
      "cluster_id: clust_1, mode: ~",
    );
    expect(triggersOf({ definitions })["nightly"]).toMatchObject({
      action_config: { cluster_id: "clust_1" },
      schedule_config: { cron_expression: "0 2 * * *" },
    });
  });
});

describe("a null is kept if the data is the user's own", () => {
  const configs = [
    { cluster_id: "c", filters: { AND: [{ field: "deleted_at", operator: "is", value: null }] } },
    { cluster_id: "c", filters: { status: null, nested: { a: null, b: [null, { c: null }] } } },
  ];
  test.each(configs)("%j", (config) => {
    const definitions = action(JSON.stringify(config));
    expect(triggersOf({ definitions })["nightly"]?.["action_config"]).toEqual(config);
  });

  test("in inputs and source_filters, from a variable too", () => {
    const inputs = action("{ retriever_id: r, inputs: { x: null, y: ${var.none} } }")
      .replace("${var.none}", '"${var.none}"')
      .replace("action_type: cluster", "action_type: retriever_execution");
    const sources = action("{ collection_id: c, source_filters: { a: null } }").replace(
      "action_type: cluster",
      "action_type: collection_trigger",
    );
    const environment = "variables: { none: null }";
    expect(triggersOf({ definitions: inputs, environment })["nightly"]?.["action_config"]).toEqual({
      retriever_id: "r",
      inputs: { x: null, y: null },
    });
    expect(triggersOf({ definitions: sources })["nightly"]?.["action_config"]).toEqual({
      collection_id: "c",
      source_filters: { a: null },
    });
  });

  test("in an override, which removes only what is not data", () => {
    const definitions = action("{ cluster_id: c, mode: assign, filters: { a: 1, b: 2 } }");
    const environment = "overrides: { nightly: { action_config: { mode: null, filters: { a: null } } } }";
    expect(triggersOf({ definitions, environment })["nightly"]?.["action_config"]).toEqual({
      cluster_id: "c",
      filters: { a: null, b: 2 },
    });
  });
});
