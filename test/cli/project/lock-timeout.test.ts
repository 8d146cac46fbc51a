import { describe, expect, test } from "@jest/globals";
import { lockTimeoutOf } from "../../../provider/cli/project/lock-timeout";
import { durationText } from "../../../provider/core/text/duration-text";

const MINUTE = 60_000;

describe("--lock-timeout", () => {
  test.each<[option: string | undefined, variable: string | undefined, milliseconds: number]>([
    [undefined, undefined, 0],
    [undefined, "", 0],
    ["0", "10m", 0],
    ["0s", undefined, 0],
    ["90s", undefined, 90_000],
    ["10m", undefined, 10 * MINUTE],
    ["2h", undefined, 120 * MINUTE],
    ["1h30m", undefined, 90 * MINUTE],
    ["1m5s", "2h", 65_000],
    [undefined, "3m", 3 * MINUTE],
  ])("%j with MIXPEEK_LOCK_TIMEOUT=%j is %i ms", (option, variable, milliseconds) => {
    expect(lockTimeoutOf("up", { lockTimeout: option }, { MIXPEEK_LOCK_TIMEOUT: variable })).toBe(
      milliseconds,
    );
  });

  test.each(["", "10", "m", "10 m", "-5m", "1.5h", "5m1h", "10ms", "1d", "NaN", "1e3s", "9999999h"])(
    "%j is rejected, as an option and as a variable",
    (text) => {
      expect(() => lockTimeoutOf("up", { lockTimeout: text }, {})).toThrow(
        `mixpeek-triggers up: --lock-timeout ${JSON.stringify(text)} is not a duration. Write a number with s, m or h, such as --lock-timeout 10m.`,
      );
      if (text === "") return;
      expect(() => lockTimeoutOf("destroy", {}, { MIXPEEK_LOCK_TIMEOUT: text })).toThrow(
        `mixpeek-triggers destroy: MIXPEEK_LOCK_TIMEOUT=${JSON.stringify(text)} is not a duration. Write a number with s, m or h, such as MIXPEEK_LOCK_TIMEOUT=10m.`,
      );
    },
  );
});

test.each([
  [0, "0 s"],
  [499, "0 s"],
  [45_000, "45 s"],
  [2 * MINUTE, "2 min"],
  [90_000, "1 min 30 s"],
  [65 * MINUTE, "1 h 5 min"],
  [3_600_000 + 5_000, "1 h 5 s"],
])("%i ms is printed as %s", (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
