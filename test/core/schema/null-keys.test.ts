import { describe, expect, test } from "@jest/globals";
import { flag, free, nested } from "../../../provider/core/schema/config-keys";
import { present, withoutNulls } from "../../../provider/core/schema/null-keys";

const KEYS = { a: flag(""), b: nested("B", { c: flag("") }, ""), data: free("") };

class Given {
  c = true;
  d = null;
}

describe("null keys", () => {
  test.each<[what: string, given: Record<string, unknown>, kept: object]>([
    ["in the table are dropped", { a: null, x: 1 }, { x: 1 }],
    ["in a nested table are dropped", { x: 1, b: { c: null }, a: true }, { x: 1, b: {}, a: true }],
    ["in the user's data stay", { data: { p: null, q: undefined } }, { data: { p: null } }],
    [
      "that are in no table stay, but undefined never does",
      { x: null, y: undefined, a: true },
      { x: null, a: true },
    ],
    ["in a list stay", { data: { list: [null, { p: undefined }] } }, { data: { list: [null, {}] } }],
    ["of a class instance are treated like those of a map", { b: new Given() }, { b: { c: true, d: null } }],
    ["after others do not change the order", { x: 1, a: null, y: 2 }, { x: 1, y: 2 }],
  ])("%s", (_, given, kept) => {
    const result = withoutNulls(given, KEYS);
    expect(result).toStrictEqual(kept);
    expect(Object.keys(result)).toEqual(Object.keys(kept));
  });

  test("if there are none, the result is the same object", () => {
    const given = { a: true, b: { c: false }, data: { p: [null, { q: null }] } };
    expect(withoutNulls(given, KEYS)).toBe(given);
    expect(present(given, true)).toBe(given);
  });

  test("a key named __proto__ stays a key", () => {
    const given = JSON.parse('{"a":null,"data":{"__proto__":{"p":1},"q":1}}');
    expect(JSON.stringify(withoutNulls(given, KEYS))).toBe('{"data":{"__proto__":{"p":1},"q":1}}');
  });
});
