import { describe, expect, test } from "@jest/globals";
import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { canonicalCron, cronProblem } from "../../../provider/core/schedule/cron";
import { parseCron } from "../../../provider/core/schedule/cron-grammar";
import { cronRuns } from "../../../provider/core/schedule/cron-runs";
import { RUNS } from "../arbitraries";
import { expectEqual } from "../equal";

describe("canonicalCron", () => {
  test.each([
    ["00 2 * * *", "0 2 * * *"],
    ["  0\t2 *  * *\n", "0 2 * * *"],
    ["0 09 * * mon-Fri", "0 9 * * MON-FRI"],
    ["*/05 00-06 01,02 jan *", "*/5 0-6 1,2 JAN *"],
  ])("%j means %j", (a, b) => {
    expect(canonicalCron(a)).toBe(canonicalCron(b));
    expect(fires(a)).toEqual(fires(b));
  });

  // One library reads these alike, another does not: a change must be sent.
  test.each([
    ["0 9 * * 1", "0 9 * * MON"],
    ["0 9 * * 1-5", "0 9 * * MON-FRI"],
    ["0 9-9 * * *", "0 9 * * *"],
    ["0 0 * * MON-FRI/2", "0 0 * * MON,WED,FRI"],
    ["0 0 * * 1/2", "0 0 * * 0,1,3,5"],
    ["0 0 13 * */1", "0 0 13 * 0-6"],
    ["*/1 * * * *", "* * * * *"],
    ["*/30 * * * *", "0,30 * * * *"],
    ["0 0 * * 7", "0 0 * * 0"],
    ["0 0 ? * *", "0 0 * * *"],
    ["0 0 1-31 * *", "0 0 * * *"],
    ["0 2 * * *", "0 3 * * *"],
    ["0 0 * * 5L", "0 0 * * 5"],
    ["10 2 * * *", "1 2 * * *"],
  ])("%j is a change from %j", (a, b) => {
    expect(canonicalCron(a)).not.toBe(canonicalCron(b));
  });

  test.each(["", "nonsense", "@daily", "0 2 * *", "30 0 2 * * *", "H * * * *", "0 0 * * MON,H"])(
    "%j is invalid and stays as it is",
    (expression) => expect(canonicalCron(expression)).toBe(expression),
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
    // Only cron-parser rejects a value that is in a list twice.
    "0 0,*/6 * * *",
    "0 9-17,12 * * *",
    "*/15,*/20 * * * *",
    "0 0 1-15,15 * *",
    "0 0 * * 0,7",
  ])("%j is valid", (expression) => expect(cronProblem(expression)).toBeUndefined());

  test.each([
    ["60 * * * *", "minute must be 0-59", 'Write "1 * * * *"'],
    ["a * * * *", "minute must be 0-59", "one minute past each hour"],
    ["*/0 * * * *", "a step must be at least 1", 'Write "* * * * *" for every value, or "0 * * * *"'],
    ["0 8-18/0 * * *", "a step must be at least 1", 'Write "0 8-18 * * *" for every value, or "0 8 * * *"'],
    ["0 0 */0 * *", "a step must be at least 1", 'Write "0 0 * * *" for every value, or "0 0 1 * *"'],
    ["1,,2 * * * *", "an item of the list is empty", "one minute past each hour"],
    ["0 24 * * *", 'hour must be 0-23, not "24"', 'Write "0 2 * * *"'],
    ["0 2 0 * *", 'day of month must be 1-31 or L, not "0"', 'Write "0 2 1 * *"'],
    ["0 2 32 * *", 'day of month must be 1-31 or L, not "32"', 'Write "0 2 1 * *"'],
    ["0 2 * 13 *", 'month must be 1-12 or JAN-DEC, not "13"', 'Write "0 2 1 1 *"'],
    ["0 2 * MARCH *", 'month must be 1-12 or JAN-DEC, not "MARCH"', 'Write "0 2 1 1 *"'],
    ["0 2 * * 8", "day of week must be SUN-SAT, or 0-7", 'Write "0 2 * * MON"'],
    ["H * * * *", "H (a hash in Jenkins) is not supported", 'Write "1 * * * *"'],
    ["h/15 * * * *", "H (a hash in Jenkins) is not supported", 'Write "1 * * * *"'],
    ["0 0 * * MON,H", "H (a hash in Jenkins) is not supported", 'Write "0 2 * * MON"'],
    ["0 0 15W * *", "the nearest working day, is not supported", 'Write "0 2 1 * *"'],
    ["0 0 * * L5", "the last weekday is written 5L here", 'Write "0 2 * * MON"'],
    ["0 0 * * 5#6", "the number after # must be 1 to 5", 'Write "0 2 * * MON"'],
    ["0 0 * * 5#2,3", "an item with # must be the only one in the field", 'Write "0 2 * * MON"'],
    ["0 0 31 2 *", 'no month in "2" has a day 31', "never fires"],
    ["0 0 31 4,6 *", 'no month in "4,6" has a day 31', "never fires"],
  ])("%j is invalid: %s", (expression, message, hint) => {
    const problem = cronProblem(expression);
    expect(problem).toMatchObject({ code: "CRON_INVALID", message: expect.stringContaining(message) });
    expect(problem!.message.startsWith(`"${expression}": `)).toBe(true);
    expect(`${problem!.message} ${problem!.hint}`).toContain(hint);
  });

  // Some readers wrap around the end of a field, others reject that. A notation that all accept exists.
  test.each([
    ["0 22-4 * * *", "0 22-23,0-4 * * *"],
    ["0 0 * NOV-FEB *", "0 0 * 11-12,1-2 *"],
    ["0 0 * * SAT-SUN", "0 0 * * SAT,SUN"],
    ["0 0 * * FRI-MON", "0 0 * * FRI,SAT,SUN,MON"],
    ["0 0 * * 5-1", "0 0 * * FRI,SAT,SUN,MON"],
    ["5-1 * * * *", "5-59,0-1 * * * *"],
    ["0 22-4,12 * * *", "0 22-23,0-4,12 * * *"],
    ["0 20-4/4 * * *", "0 20,0,4 * * *"],
  ])("%j wraps around the end: %j", (expression, instead) => {
    const problem = cronProblem(expression);
    expect(problem).toMatchObject({ code: "CRON_INVALID", hint: `Write "${instead}".` });
    expect(problem!.message).toContain("starts after its end");
  });

  test.each([
    ["", "0 fields", "minute, hour, day of month"],
    ["0 2 * *", "4 fields", "minute, hour, day of month"],
    ["* * * * * * * *", "8 fields", "minute, hour, day of month"],
    ["@daily", "nicknames", 'Write "0 0 * * *" for @daily.'],
    ["@Weekly", "nicknames", 'Write "0 0 * * SUN" for @Weekly.'],
    ["@reboot", "nicknames", "minute, hour, day of month"],
    // EventBridge.
    ["15 10 * * ? *", "EventBridge the last field is a year", 'Write "15 10 * * *".'],
    ["0 18 ? * MON-FRI *", "EventBridge the last field is a year", 'Write "0 18 * * MON-FRI".'],
    ["0 18 ? * 2-6 *", "EventBridge the last field is a year", 'Write "0 18 * * MON-FRI".'],
    ["0/15 * * * ? *", "EventBridge the last field is a year", 'Write "*/15 * * * *".'],
    ["0 8 1 * ? 2027", "EventBridge the last field is a year", 'Write "0 8 1 * *", which fires every year.'],
    ["cron(15 10 * * ? *)", "cron(…) is EventBridge syntax", 'Write "15 10 * * *".'],
    ["cron(0 9 * * MON)", "cron(…) is EventBridge syntax", 'Write "0 9 * * MON".'],
    ["rate(5 minutes)", "a fixed interval", "interval_seconds: 300"],
    ["rate(1 day)", "a fixed interval", "interval_seconds: 86400"],
    ["at(2026-12-01T00:00:00)", "a single run", "minute, hour"],
    // Quartz and Spring.
    ["0 0 12 ? * MON-FRI", "Quartz and Spring the first field is seconds", 'Write "0 12 * * MON-FRI".'],
    ["0 15 10 ? * 2", "Quartz and Spring the first field is seconds", 'Write "15 10 * * MON".'],
    [
      "30 15 10 ? * 6L",
      "Quartz and Spring the first field is seconds",
      'Write "15 10 * * 5L", which fires at second 0.',
    ],
    ["0 0 9 * * MON-FRI", "Quartz and Spring the first field is seconds", 'Write "0 9 * * MON-FRI".'],
    [
      "0 15 10 * * ? 2026",
      "in Quartz the first field is seconds and the last a year",
      'Write "15 10 * * *", which fires every year.',
    ],
    // Quartz, Spring or EventBridge.
    [
      "30 0 2 * * *",
      "the first may be seconds",
      'Write "0 2 * * *" if the first is seconds, or "30 0 2 * *" if the last is a year.',
    ],
    // Kubernetes and Go.
    ["CRON_TZ=Europe/Paris 0 2 * * *", "a time zone prefix", 'Write "0 2 * * *" and timezone: Europe/Paris.'],
    ["TZ=UTC 30 4 1 * *", "a time zone prefix", 'Write "30 4 1 * *" and timezone: UTC.'],
    ["CRON_TZ=UTC @daily", "a time zone prefix", "Write only the five fields, and timezone: UTC."],
    ["@every 1h", "a fixed interval", "interval_seconds: 3600"],
    // Blanks.
    ["0 9, 17 * * *", "a space inside a list or range", 'Write "0 9,17 * * *".'],
    ["0 9 - 17 * * *", "a space inside a list or range", 'Write "0 9-17 * * *".'],
    ["*/ 5 * * * *", "a space inside a list or range", 'Write "*/5 * * * *".'],
  ])("%j does not have five fields", (expression, message, hint) => {
    expect(cronProblem(expression)).toMatchObject({
      code: "CRON_FIELDS",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});

test("every expression that a hint suggests is valid, whatever was written", () => {
  const item = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        "*",
        "?",
        "0",
        "1",
        "5",
        "7",
        "12",
        "31",
        "60",
        "MON",
        "JAN",
        "L",
        "5L",
        "MON#2",
        "W",
        "H",
        "2027",
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "*/0",
        "*/5",
        "0/15",
        "22-4",
        "9-17",
        "MON-FRI",
        "SAT-SUN",
        "NOV-FEB",
        "1-5",
        "6L",
        "2#3",
      ),
    },
  );
  const field = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
  const around = fc.constantFrom(
    (text: string) => text,
    (text: string) => `cron(${text})`,
    (text: string) => `CRON_TZ=UTC ${text}`,
    (text: string) => text.replace(",", ", "),
  );
  let offers = 0;
  fc.assert(
    fc.property(fc.array(field, { minLength: 4, maxLength: 7 }), around, (fields, wrap) => {
      const { hint = "" } = cronProblem(wrap(fields.join(" "))) ?? {};
      for (const [, offered] of hint.matchAll(/"([^"]+)"/g)) {
        offers += 1;
        expectEqual([hint, cronProblem(offered!)], [hint, undefined]);
      }
    }),
    { numRuns: Math.max(2000, RUNS.numRuns) },
  );
  expect(offers).toBeGreaterThan(500);
});

test("what cron-parser accepts is read in the same way", () => {
  const number = (min: number, max: number) => fc.integer({ min, max });
  const part = (min: number, max: number, ...more: string[]) =>
    fc.oneof(
      fc.constant("*"),
      number(min, max).map(String),
      fc.tuple(number(min, max), number(min, max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.tuple(number(min, max), number(1, max)).map(([a, step]) => `${a}/${step}`),
      fc
        .tuple(number(min, max), number(min, max), number(1, max))
        .map(([a, b, step]) => `${Math.min(a, b)}-${Math.max(a, b)}/${step}`),
      number(1, max).map((step) => `*/${step}`),
      ...more.map((text) => fc.constant(text)),
    );
  const expression = fc
    .tuple(
      part(0, 59),
      part(0, 23),
      part(1, 31, "L", "?"),
      part(1, 12, "JAN-MAR", "dec"),
      part(0, 7, "5L", "MON#2", "mon-FRI", "0,7", "?"),
    )
    .map((fields) => fields.join(" "));
  let read = 0;
  fc.assert(
    fc.property(expression, (text) => {
      if (cronProblem(text) !== undefined) return;
      const expected = firesOrNot(text);
      if (expected === undefined) return;
      read += 1;
      expectEqual([text, fires(text)], [text, expected]);
    }),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(200);
});

const START = "2026-01-01T00:00:00Z";

/** The next forty runs, as this project reads the expression. */
function fires(expression: string): string[] {
  const parsed = parseCron(expression);
  if ("refusal" in parsed) throw new Error(parsed.refusal.reason);
  return cronRuns(parsed.cron, "UTC", new Date(START), 40).map((time) => time.toISOString());
}

/** And as cron-parser reads it; undefined if it rejects the expression. */
function firesOrNot(expression: string): string[] | undefined {
  try {
    const times = CronExpressionParser.parse(expression, { currentDate: START, tz: "UTC" });
    return Array.from({ length: 40 }, () => times.next().toISOString() ?? "");
  } catch {
    return undefined;
  }
}
