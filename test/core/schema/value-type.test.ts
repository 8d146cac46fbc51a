import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Key, Keys } from "../../../provider/core/schema/config-keys";
import { FIELDS, VARIANTS } from "../../../provider/core/schema/field-rules";
import { DEFAULTS, DEFINITION, DEFINITIONS_FILE, ENVIRONMENT } from "../../../provider/core/schema/file-keys";
import { accepts, acceptsKeys, choicePaths, type Shape } from "../../../provider/core/schema/value-type";
import { keysSchema, schemaOf } from "../../../provider/core/schema/zod-schemas";
import { anyValue, RUNS } from "../arbitraries";
import { expectEqual } from "../equal";

const configs: [string, Keys][] = VARIANTS.flatMap(({ table }) =>
  Object.entries(table).map(([name, { keys = {} }]): [string, Keys] => [name, keys]),
);
const shapes: [string, Shape][] = [
  ...configs,
  ["a trigger", FIELDS],
  ["a definition", DEFINITION],
  ["defaults", DEFAULTS],
  ["a definitions file", DEFINITIONS_FILE],
  ["an environment", ENVIRONMENT],
];

/** Edge cases of the rules. */
const edge = fc.constantFrom<unknown[]>(
  ...[
    "",
    " ",
    "null",
    "true",
    "x".repeat(255),
    "x".repeat(256),
    "x".repeat(1001),
    "a\u0007",
    "0 2 * * *",
    "UTC",
  ],
  ...[-1, 0, 0.5, 1, 1.5, 16, 17, 99, 100, 10_000, 10_001, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
  ...[
    null,
    undefined,
    true,
    false,
    [],
    [""],
    ["a"],
    [null],
    [undefined],
    {},
    { a: null },
    { channel_type: "slack" },
  ],
  ...[new Date(0), new Map(), new Array(1), Object.create(null)],
  ...[
    [{ channel_type: "slack" }],
    [{ channel_type: null }],
    [{ channel_type: "email", channel_id: null, more: 1 }],
  ],
);
const any = fc.oneof(edge, fc.jsonValue({ maxDepth: 3 }));

describe("what is accepted without zod is accepted by zod", () => {
  test.each(
    configs.flatMap(([name, keys]) =>
      Object.entries(keys).map(([key, of]) => [`${name} ${key}`, of] as const),
    ),
  )("%s", (_, key: Key) => {
    const schema = schemaOf(key.type);
    fc.assert(
      fc.property(fc.oneof(any, anyValue(key)), (value) => {
        expectEqual(accepts(key.type, value), schema.safeParse(value).success);
      }),
      RUNS,
    );
  });

  test.each(shapes)("the keys of %s", (_, shape) => {
    const schema = keysSchema(shape);
    const names = Object.keys(shape);
    const key = fc.constantFrom(...names, "__proto__", "constructor", "more");
    const each = fc.record(
      Object.fromEntries(
        Object.entries(shape).map(([name, { type, keys }]) => [
          name,
          fc.oneof(keys ? any : anyValue({ type, doc: "", ts: "" }), any),
        ]),
      ),
      { requiredKeys: names.filter((name) => shape[name]?.required) },
    );
    fc.assert(
      fc.property(fc.oneof(each, fc.dictionary(key, any), any), (value) => {
        const isRight = schema.safeParse(value).success;
        // A value that is not simple enough to decide may still be valid.
        if (acceptsKeys(shape, value)) expectEqual(isRight, true);
        else if (isRight) expect(JSON.parse(JSON.stringify(value))).not.toStrictEqual(value);
      }),
      RUNS,
    );
  });
});

test("texts with a few allowed values are found wherever they are", () => {
  const { type } = VARIANTS[0].table["retriever_execution"]!.keys!["notification_config"]!.keys!["channels"]!;
  const channels = [
    { channel_type: "slack", config: { webhook_url: "u" } },
    { channel_type: "other" },
    "x",
    { a: "b" },
  ];
  expect(choicePaths(type, channels)).toEqual([
    [0, "channel_type"],
    [1, "channel_type"],
  ]);
});
