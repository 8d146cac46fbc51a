import { describe, expect, test } from "@jest/globals";
import { replaceOpenTexts } from "../../../provider/core/expressions/open-texts";
import type { Path } from "../../../provider/core/issues/issue";

const VALUE = { a: ["x", { b: "${one}" }], c: { d: "plain" }, e: "${two}", f: 1, g: null };

describe("texts with ${", () => {
  test("are replaced, each with its own path; a value without any stays the same object", () => {
    const found: [string, Path][] = [];
    const replaced = replaceOpenTexts(
      VALUE,
      (text, path) => {
        found.push([text, path]);
        return { was: text };
      },
      ["top"],
    ) as typeof VALUE;
    expect(found).toEqual([
      ["${one}", ["top", "a", 1, "b"]],
      ["${two}", ["top", "e"]],
    ]);
    expect(replaced).toEqual({ ...VALUE, a: ["x", { b: { was: "${one}" } }], e: { was: "${two}" } });
    expect(replaced.c).toBe(VALUE.c);
    expect(VALUE.e).toBe("${two}");
  });

  test("that stay leave the whole value as it is", () => {
    expect(replaceOpenTexts(VALUE, (text) => text)).toBe(VALUE);
    const list = ["a", "${b}"];
    expect(replaceOpenTexts(list, () => "c")).toEqual(["a", "c"]);
    expect(list).toEqual(["a", "${b}"]);
  });

  test("below a key named __proto__ are replaced there", () => {
    const value = JSON.parse('{"__proto__":"${a}"}');
    expect(JSON.stringify(replaceOpenTexts(value, () => "b"))).toBe('{"__proto__":"b"}');
  });
});
