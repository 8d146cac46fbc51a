import { expect, test } from "@jest/globals";
import { nearest, Suggestions } from "../../../provider/core/issues/suggestions";

test("suggestions are made for the first mistakes of a run, however many there are", () => {
  const asked = (count: number): number => {
    let calls = 0;
    const suggestions = new Suggestions();
    const candidates = () => {
      calls += 1;
      return ["nightly"];
    };
    const found = Array.from({ length: count }, () => suggestions.of("nigthly", candidates));
    expect(found[0]).toBe("nightly");
    return calls;
  };
  expect(asked(10)).toBe(10);
  expect(asked(1000)).toBe(asked(2000));
});

test("nothing is suggested for a text that is longer than any name", () => {
  expect(nearest(`${"a".repeat(254)}b`, ["a".repeat(255)])).toBe("a".repeat(255));
  expect(nearest(`${"a".repeat(255)}b`, ["a".repeat(256)])).toBeUndefined();
  expect(nearest("nigthly", ["nightly", "nigthl".repeat(100)])).toBe("nightly");
});
