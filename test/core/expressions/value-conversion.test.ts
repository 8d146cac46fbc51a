import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { withSpelling } from "../../../provider/core/expressions/value-conversion";
import type { Key, Keys } from "../../../provider/core/schema/config-keys";
import { VARIANTS } from "../../../provider/core/schema/field-rules";
import { accepts, isWhole } from "../../../provider/core/schema/value-type";
import { expectEqual } from "../equal";
import { type Files, linesOf, triggersOf } from "../files";

const DEFINITIONS = `triggers:
  enrich:
    action_type: taxonomy_enrichment
    action_config:
      taxonomy_id: tax_1
      collection_id: col_1
      batch_size: "\${var.size}"
      incremental: "\${env:MIXPEEK_VAR_SINCE}"
      filters: { AND: [{ field: a, operator: eq, value: "\${var.text}" }] }
    trigger_type: interval
    schedule_config: { interval_seconds: "\${env:MIXPEEK_VAR_POLL}" }
    description: "\${var.text}"
    protect: "\${var.kept}"
`;

const files = ({ size = '"500"', poll = "3600", since = "true", kept = '"false"' } = {}): Files => ({
  definitions: DEFINITIONS,
  environment: `namespace: dev\nvariables: { size: ${size}, text: "7", kept: ${kept} }\n`,
  env: { MIXPEEK_VAR_POLL: poll, MIXPEEK_VAR_SINCE: since },
});

test("text from a variable becomes the number or boolean that its key needs, and stays text elsewhere", () => {
  expect(linesOf(files())).toEqual([]);
  expect(triggersOf(files())["enrich"]).toMatchObject({
    description: "7",
    action_config: {
      batch_size: 500,
      incremental: true,
      filters: { AND: [{ field: "a", operator: "eq", value: "7" }] },
    },
    schedule_config: { interval_seconds: 3600 },
    secret_paths: ["action_config.incremental", "schedule_config.interval_seconds"],
  });
});

test("text inside a map from a variable, and below an override, is converted, too", () => {
  const definitions = DEFINITIONS.replace(
    '{ interval_seconds: "${env:MIXPEEK_VAR_POLL}" }',
    '"${var.schedule}"',
  );
  const environment = `variables:
  size: 500
  text: "7"
  kept: true
  schedule: { interval_seconds: "\${env:MIXPEEK_VAR_POLL}" }
overrides: { enrich: { action_config: { parallelism: "\${env:MIXPEEK_VAR_POLL}" } } }
`;
  const env = { MIXPEEK_VAR_POLL: "8", MIXPEEK_VAR_SINCE: "false" };
  expect(triggersOf({ definitions, environment, env })["enrich"]).toMatchObject({
    action_config: { batch_size: 500, parallelism: 8, incremental: false },
    schedule_config: { interval_seconds: 8 },
  });
});

test("text that is written directly stays text", () => {
  const definitions = DEFINITIONS.replace('"${env:MIXPEEK_VAR_POLL}"', '"3600"');
  const [line] = linesOf({ ...files(), definitions });
  expect(line).toMatch(/TYPE_WRONG .*interval_seconds: "3600" is a string\. Write a whole number\.$/);
});

describe("text that is not exactly one number or boolean is rejected with the correct notation", () => {
  test.each(["007", " 5", "5 ", "5\n", "1e3", "0x10", "0b1", "1_000", "1,000", "+5", "-0", ".5", "5.", ""])(
    "as number: %j",
    (poll) => {
      expect(linesOf(files({ poll }))).toEqual([
        expect.stringMatching(
          / TYPE_WRONG .*MIXPEEK_VAR_POLL.* Write a whole number in digits only, .* Correct the environment variable MIXPEEK_VAR_POLL where this runs\.$/,
        ),
      ]);
    },
  );
  test.each([
    "NaN",
    "Infinity",
    "five",
    "５",
    "true",
    "9007199254740993",
    "99999999999999999999",
    "0.12345678901234567891",
  ])("as number: %j", (poll) =>
    expect(linesOf(files({ poll }))).toEqual([
      expect.stringContaining("Write a whole number in digits only"),
    ]),
  );
  test.each(["True", "TRUE", "yes", "on", "1", "", " true"])("as boolean: %j", (since) => {
    expect(linesOf(files({ since }))).toEqual([
      expect.stringContaining("Write true or false, in lower case"),
    ]);
  });
  test("in the environment's own variables, with both places", () => {
    expect(linesOf(files({ size: '"0500"', kept: '"no"' }))).toEqual([
      expect.stringMatching(
        /batch_size: "0500" is a string \(\$\{var\.size\}, prod\.yaml:2\)\. Write a whole number in/,
      ),
      expect.stringMatching(
        /protect: "no" is a string \(\$\{var\.kept\}, prod\.yaml:2\)\. Write true or false/,
      ),
    ]);
  });
  test("the bounds are those of the number", () => {
    expect(linesOf(files({ poll: "0" }))).toEqual([
      expect.stringMatching(/ OUT_OF_BOUNDS .*Write at least 1\./),
    ]);
    expect(linesOf(files({ size: '"99"' }))).toEqual([
      expect.stringMatching(/ OUT_OF_BOUNDS .*99 is out of/),
    ]);
  });
});

test("for any text, the number is the one that is written, or there is an error", () => {
  const digits = fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{1,20})?$/);
  fc.assert(
    fc.property(
      fc.oneof(fc.maxSafeInteger().map(String), digits, fc.double().map(String), fc.string()),
      (poll) => {
        const value = triggersOf(files({ poll }))["enrich"]?.["schedule_config"] as
          | { interval_seconds: number }
          | undefined;
        if (value === undefined) expectEqual(linesOf(files({ poll })).length, 1);
        // No rounding: the same digits come out.
        else expectEqual(String(value.interval_seconds), poll.replace(/\.0+$/, ""));
      },
    ),
  );
});

describe("an expression with a default is rejected with the way to write it", () => {
  test.each<[string, string]>([
    [
      "${env:MIXPEEK_VAR_P:-3600}",
      "Write ${env:MIXPEEK_VAR_P} and set it where this runs, or write ${var.name}",
    ],
    ["${env:MIXPEEK_VAR_P:=3600}", "Write ${env:MIXPEEK_VAR_P} and"],
    ["${env:MIXPEEK_VAR_P:?not set}", "Write ${env:MIXPEEK_VAR_P} and"],
    ["${env:MIXPEEK_VAR_P | default(5)}", "Write ${env:MIXPEEK_VAR_P} and"],
    ["${env:MIXPEEK_VAR_P, 5}", "Write ${env:MIXPEEK_VAR_P} and"],
    ["${MIXPEEK_VAR_P:-3600}", "Write ${env:MIXPEEK_VAR_P} and"],
    ["${var.poll:-3600}", "Write ${var.poll} and give poll a value under variables in each environment"],
    ["${var.poll ?? 3600}", "Write ${var.poll} and"],
    ["${var.poll || 3600}", "Write ${var.poll} and"],
  ])("%s", (text, hint) => {
    const definitions = DEFINITIONS.replace("${env:MIXPEEK_VAR_POLL}", text);
    const lines = linesOf({ ...files(), definitions });
    expect(lines).toEqual([
      expect.stringContaining(
        ` EXPRESSION_INVALID enrich: schedule_config.interval_seconds: "${text}" contains more than a name, and expressions have no defaults. ${hint}`,
      ),
    ]);
  });

  test("a variable with such a name is still a variable", () => {
    const environment = 'variables: { size: 500, text: a, kept: true, "poll, slow": 60 }\n';
    const definitions = DEFINITIONS.replace("${env:MIXPEEK_VAR_POLL}", "${var.poll, slow}");
    expect(triggersOf({ ...files(), environment, definitions })["enrich"]).toMatchObject({
      schedule_config: { interval_seconds: 60 },
    });
  });
});

describe("the number that a hint suggests is valid for its key", () => {
  const numbersOf = (keys: Keys, at: string[]): [path: string[], key: Key][] =>
    Object.entries(keys).flatMap(([name, key]): [string[], Key][] =>
      key.keys ? numbersOf(key.keys, [...at, name]) : key.ts === "number" ? [[[...at, name], key]] : [],
    );
  const rows = VARIANTS.flatMap(({ type, config, table }) =>
    Object.entries(table).flatMap(([name, { keys = {} }]) =>
      numbersOf(keys, [config]).map(([path, key]) => ({ type, name, path, key })),
    ),
  );

  test("such keys of both kinds exist", () => {
    expect(new Set(rows.map(({ key }) => isWhole(key.type))).size).toBe(2);
  });

  test.each(rows)("$name $path", ({ type, name, path, key }) => {
    const issue = { code: "TYPE_WRONG" as const, path, message: "", hint: "" };
    const { hint } = withSpelling(issue, { [type]: name }, { overlapping: () => true });
    const [, offered] = /such as (\S+):/.exec(hint)!;
    expect(accepts(key.type, Number(offered))).toBe(true);
    expect(hint).toContain(isWhole(key.type) ? "Write a whole number" : "Write a number");
  });
});

describe("60.0 for a whole number is accepted without a warning: JSON has one number type, and 60 is what is sent", () => {
  test.each(["60.0", "60", "6e1"])("written as %s", (value) => {
    const definitions = DEFINITIONS.replace('"${env:MIXPEEK_VAR_POLL}"', value);
    expect(linesOf({ ...files(), definitions })).toEqual([]);
    const { schedule_config } = triggersOf({ ...files(), definitions })["enrich"]!;
    expect(JSON.stringify(schedule_config)).toBe('{"interval_seconds":60}');
  });

  test("60.5 is rejected", () => {
    const definitions = DEFINITIONS.replace('"${env:MIXPEEK_VAR_POLL}"', "60.5");
    expect(linesOf({ ...files(), definitions })).toEqual([
      expect.stringMatching(/ TYPE_WRONG .*60\.5 is a number\. Write a whole number\.$/),
    ]);
  });
});
