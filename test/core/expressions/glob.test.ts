import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { globOf } from "../../../provider/core/expressions/glob";
import { expectEqual } from "../equal";

describe("a glob", () => {
  test.each<[string, string[], string[]]>([
    ["nightly", ["nightly"], ["nightly2", "Nightly", ""]],
    ["exp-*", ["exp-", "exp-a/b"], ["exp", "an exp-a"]],
    ["*", ["", "a"], []],
    ["**", ["a/b"], []],
    ["a*b*c", ["abc", "a1b2c"], ["ab", "acb"]],
    ["a?c", ["abc", "a😀c"], ["ac", "abbc"]],
    ["{a,b}-x", ["a-x", "b-x"], ["c-x", "{a,b}-x"]],
    ["{a{1,2},b}", ["a1", "a2", "b"], ["a", "12"]],
    ["{a,}b", ["ab", "b"], ["a"]],
    ["[a-c]x", ["ax", "cx"], ["dx", "x"]],
    ["[!a-c]x", ["dx"], ["ax"]],
    ["[]x]y", ["]y", "xy"], ["y"]],
    ["!a*", ["b"], ["a", "ab"]],
    ["\\*", ["*"], ["a"]],
    ["{a}", ["{a}"], ["a"]],
    ["[a", ["[a"], ["a"]],
    ["a{", ["a{"], ["a"]],
    ["}a,", ["}a,"], ["a"]],
    ["", [""], ["a"]],
  ])("%j", (pattern, matched, others) => {
    const { matches } = globOf(pattern);
    expect(matched.filter((name) => !matches(name))).toEqual([]);
    expect(others.filter(matches)).toEqual([]);
  });

  test("has one name only if it matches no other", () => {
    expect(
      ["a", "a\\*b", "{a}", "*", "a?", "[a]", "{a,b}", "!a"].map((each) => globOf(each).literal),
    ).toEqual(["a", "a*b", "{a}", ...Array(5).fill(undefined)]);
  });

  test("matches any name whose special characters are escaped", () => {
    const name = fc.string({ unit: fc.constantFrom(..."ab*?[]{},!\\-") });
    fc.assert(
      fc.property(name, fc.string({ unit: "grapheme" }), (special, other) => {
        const escaped = special.replaceAll(/[*?[\]{},!\\-]/g, "\\$&");
        expectEqual(globOf(escaped).literal, special);
        expectEqual(globOf(`${escaped}*`).matches(special + other), true);
      }),
    );
  });
});
