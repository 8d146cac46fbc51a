import { describe, expect, test } from "@jest/globals";
import { CronExpressionParser } from "cron-parser";
import { canonicalCron, cronProblem } from "../../provider/core/cron";

describe("canonicalCron", () => {
  test.each([
    ["00 2 * * *", "0 2 * * *"],
    ["  0\t2 *  * *\n", "0 2 * * *"],
    ["*/1 * * * *", "* * * * *"],
    ["0-59 0-23 * 1-12 *", "* * * * *"],
    ["*/30 * * * *", "0,30 * * * *"],
    ["0 0 * * SUN", "0 0 * * 0"],
    ["0 0 * * 7", "0 0 * * 0"],
    ["0 0 * * sat,MON", "0 0 * * 1,6"],
    ["0 0 * * 6-7", "0 0 * * 0,6"],
    ["0 0 * * MON-FRI", "0 0 * * 1,2,3,4,5"],
    ["0 0 1 JAN,feb *", "0 0 1 1-2 *"],
    ["0 0 1 */1 *", "0 0 1 * *"],
    ["0 0 ? * *", "0 0 * * *"],
    ["0 0 ? * 1", "0 0 * * 1"],
    ["0 0 1 * ?", "0 0 1 * *"],
    ["0 0 1-31 * *", "0 0 * * *"],
    ["0 0 * * 0-6", "0 0 * * *"],
    ["0 0 * * 0-7", "0 0 * * *"],
    ["0 0 1-31/2 * *", "0 0 */2 * *"],
  ])("%j means %j", (a, b) => {
    expect(canonicalCron(a)).toBe(canonicalCron(b));
    expect(fires(a)).toEqual(fires(b));
  });

  test.each([
    ["0 2 * * *", "0 3 * * *"],
    ["0 2 * * *", "2 0 * * *"],
    ["0 2 1 * *", "0 2 * * *"],
    ["0 0 * * 1-5,7", "0 0 * * *"],
    // Two restricted day fields mean either of them.
    ["0 2 1-31 * 1", "0 2 * * 1"],
    ["0 2 1 * 0-6", "0 2 1 * *"],
    ["0 0 * * 5L", "0 0 * * 5"],
  ])("%j does not mean %j", (a, b) => {
    expect(fires(a)).not.toEqual(fires(b));
    expect(canonicalCron(a)).not.toBe(canonicalCron(b));
  });

  test.each([
    "",
    "nonsense",
    "@daily",
    "0 2 * *",
    "30 0 2 * * *",
    "H * * * *",
    "0 0 * * MON,H",
    "61 * * * *",
  ])("%j is unreadable and stays as it is", (expression) =>
    expect(canonicalCron(expression)).toBe(expression),
  );

  test.each(["0 0 L * *", "0 0 * * 5#2", "15,45 8-18 * * 1-5"])(
    "%j fires when its canonical form does",
    (expression) => {
      expect(fires(canonicalCron(expression))).toEqual(fires(expression));
    },
  );
});

describe("cronProblem", () => {
  test.each([
    "0 2 * * *",
    "*/15 8-18 * * MON-FRI",
    "0 0 L * *",
    "0 0 29 2 *",
    "0 0 31 2 1",
    "0 0 * * THU",
    " 0 2 * * * ",
  ])("%j is sound", (expression) => expect(cronProblem(expression)).toBeUndefined());

  test.each([
    ["60 * * * *", "minute must be 0-59", 'Write "1 * * * *"'],
    ["a * * * *", "minute must be 0-59", "one minute past each hour"],
    ["*/0 * * * *", "a step of 0 never moves on", 'Write "*/1" for each one, or "0" for that one alone.'],
    [
      "0 8-18/0 * * *",
      "a step of 0 never moves on",
      'Write "8-18/1" for each one, or "8" for that one alone.',
    ],
    ["0 0 */0 * *", "a step of 0 never moves on", 'Write "*/1" for each one, or "1" for that one alone.'],
    ["1,,2 * * * *", "Invalid list value format", "one minute past each hour"],
    ["5-1 * * * *", "min(5) > max(1)", "one minute past each hour"],
    ["0 24 * * *", 'hour must be 0-23, not "24"', 'Write "0 2 * * *"'],
    ["0 2 0 * *", 'day of month must be 1-31 or L, not "0"', 'Write "0 2 1 * *"'],
    ["0 2 32 * *", 'day of month must be 1-31 or L, not "32"', 'Write "0 2 1 * *"'],
    ["0 2 * 13 *", 'month must be 1-12 or JAN-DEC, not "13"', 'Write "0 2 1 1 *"'],
    ["0 2 * MARCH *", 'month must be 1-12 or JAN-DEC, not "MARCH"', 'Write "0 2 1 1 *"'],
    ["0 2 * * 8", "day of week must be 0-7 or SUN-SAT", 'Write "0 2 * * 1"'],
    ["H * * * *", "H has no fixed meaning", 'Write "1 * * * *"'],
    ["h/15 * * * *", "H has no fixed meaning", 'Write "1 * * * *"'],
    ["0 0 * * MON,H", "H has no fixed meaning", 'Write "0 2 * * 1"'],
    ["0 0 31 2 *", "Invalid explicit day of month", "never fire"],
    ["0 0 31 4,6 *", "Invalid explicit day of month", "never fire"],
  ])("%j is invalid: %s", (expression, message, hint) => {
    const problem = cronProblem(expression);
    expect(problem).toMatchObject({ code: "CRON_INVALID", message: expect.stringContaining(message) });
    expect(problem!.message.startsWith(`"${expression}": `)).toBe(true);
    expect(problem!.hint).toContain(hint);
  });

  test.each([
    ["", "0 fields", "minute, hour, day of month"],
    ["0 2 * *", "4 fields", "minute, hour, day of month"],
    ["@daily", "1 field where", '"0 0 * * *" for @daily'],
    ["30 0 2 * * *", "6 fields", 'Seconds are not supported. Write "0 2 * * *".'],
    ["0 0 2 * * * 2026", "7 fields", "minute, hour, day of month"],
  ])("%j has not five fields", (expression, message, hint) => {
    expect(cronProblem(expression)).toMatchObject({
      code: "CRON_FIELDS",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});

/** The next forty runs: the truth that canonical forms are held to. */
function fires(expression: string): string[] {
  const times = CronExpressionParser.parse(expression, { currentDate: "2026-01-01T00:00:00Z", tz: "UTC" });
  return Array.from({ length: 40 }, () => times.next().toISOString() ?? "");
}
