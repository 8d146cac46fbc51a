import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Key, type Meaning, whole } from "../../../provider/core/schema/config-keys";
import { canonical, equalJson, isSameJson, sameMeaning, text } from "../../../provider/core/schema/equality";
import type { Json } from "../../../provider/core/schema/model";
import { RUNS } from "../arbitraries";
import { expectEqual } from "../equal";

const key = (meaning: Meaning): Key => ({ ...whole(0, 1, ""), ts: "unknown", meaning });
const number: Key = whole(0, undefined, "");
const a = { field: "a", operator: "eq", value: 1 };
const b = { field: "b", operator: "in", value: [1, 2] };

type Pair = [string, Key | undefined, Json | undefined, Json | undefined];

const SAME: Pair[] = [
  ["two absent values", undefined, undefined, undefined],
  ["keys in another order", undefined, { x: 1, y: { p: 1, q: 2 } }, { y: { q: 2, p: 1 }, x: 1 }],
  ["a null key and an absent one", undefined, { x: 1, y: null }, { x: 1 }],
  ["a null key deep inside and an absent one", undefined, { x: [{ y: null }] }, { x: [{}] }],
  ["a number as text", number, 5, "5"],
  ["a number as other text", number, 0.5, "0.50"],
  ["cron notations", key("cron"), "00 2 * * *", "0 2 * * *"],
  ["zone names in another case", key("zone"), "Etc/UTC", "UTC"],
  ["a set in another order", key("set"), ["b", "a"], ["a", "b"]],
  ["a set with repeats", key("set"), ["a", "b", "a"], ["a", "b"]],
  ["conditions in another order", key("filters"), { AND: [a, b] }, { AND: [b, a] }],
  [
    "nested conditions in another order",
    key("filters"),
    { OR: [{ NOT: [a, b] }, a] },
    { OR: [a, { NOT: [b, a] }] },
  ],
];

const OTHER: Pair[] = [
  ["a value and an absent one", undefined, 0, undefined],
  ["a list in another order", undefined, [1, 2], [2, 1]],
  ["a null item and an absent one", undefined, [1, null], [1]],
  ["a number and a string, for a string key", undefined, 5, "5"],
  ["a number and an empty string", number, 0, ""],
  ["a number and a word", number, 5, "five"],
  ["true and 1", undefined, true, 1],
  ["other hours", key("cron"), "0 2 * * *", "0 3 * * *"],
  ["other zones", key("zone"), "UTC", "Europe/London"],
  ["another item", key("set"), ["a"], ["a", "b"]],
  ["a null in a condition and an absent key", key("filters"), { AND: [{ ...a, extra: null }] }, { AND: [a] }],
  ["a null in the user's data and an absent key", key("data"), { x: 1, y: null }, { x: 1 }],
  ["sets of a number and its text", key("set"), [1], ["1"]],
  ["AND and OR", key("filters"), { AND: [a] }, { OR: [a] }],
  ["another condition", key("filters"), { AND: [a] }, { AND: [b] }],
  [
    "the value of a condition in another order",
    key("filters"),
    { AND: [b] },
    { AND: [{ ...b, value: [2, 1] }] },
  ],
];

describe("sameMeaning", () => {
  test.each(SAME)("%s mean the same", (_, key, one, two) => {
    expect(sameMeaning(one, two, key)).toBe(true);
    expect(sameMeaning(two, one, key)).toBe(true);
  });

  test.each(OTHER)("%s differ", (_, key, one, two) => {
    expect(sameMeaning(one, two, key)).toBe(false);
    expect(sameMeaning(two, one, key)).toBe(false);
  });
});

test.each([
  ["cron", 5],
  ["zone", { a: 1 }],
  ["set", "abc"],
  ["filters", "abc"],
] as [Meaning, Json][])("a %s of a wrong type is left as it is", (meaning, value) => {
  expect(canonical(value, key(meaning))).toEqual(value);
});

test("canonical does not modify its input", () => {
  const value = { AND: [b, a, { x: null }] };
  const before = structuredClone(value);
  canonical(value, key("filters"));
  expect(value).toEqual(before);
});

test("text sorts keys at every depth and keeps lists", () => {
  expect(text({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
});

describe("equalJson", () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).reverse();
    return Object.fromEntries(entries.map(([name, inner]) => [name, reversed(inner)]));
  };

  test("agrees with comparing texts, and without texts detects values that differ only by key order", () => {
    fc.assert(
      fc.property(json, json, (one, two) => {
        expectEqual(equalJson(one, two), text(one) === text(two));
        expectEqual(isSameJson(one, two) && text(one) !== text(two), false);
        expectEqual(isSameJson(one, reversed(one)), true);
      }),
      RUNS,
    );
  });

  test.each<[what: string, one: unknown, two: unknown, same: boolean]>([
    ["an undefined key and an absent one", { a: undefined }, {}, true],
    ["undefined and null at the top", undefined, null, true],
    ["gaps in a list and nulls", new Array(2), [null, null], true],
    ["gaps in a list and values", new Array(2), [1, 1], false],
    ["two dates", new Date(0), new Date(1), false],
    ["an inherited key and an own one", {}, { constructor: 1 }, false],
    ["the same number of keys with other names", { a: undefined }, { b: 1 }, false],
    ["a list and a map", [], {}, false],
  ])("%s", (_, one, two, same) => {
    expect(equalJson(one, two)).toBe(same);
    expect(equalJson(two, one)).toBe(same);
  });
});
