import { describe, expect, test } from "@jest/globals";
import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { nextRuns, runsPerDay, type Schedule } from "../../../provider/core/timeline/next-runs";
import { cron as anyCron } from "../arbitraries";

const cron = (cron_expression: string, timezone?: string): Schedule => ({
  trigger_type: "cron",
  schedule_config: timezone === undefined ? { cron_expression } : { cron_expression, timezone },
});
const every = (interval_seconds: number | string): Schedule => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds },
});
const DAY = 86_400_000;

describe("runsPerDay", () => {
  test.each<[schedule: Schedule, expected: number]>([
    [cron("* * * * *"), 1440],
    [cron("0 2 * * *"), 1],
    [cron("*/15 8-18 * * *"), 44],
    [cron("0 0,12 * * *", "Europe/Paris"), 2],
    [cron("0 0 * * 1"), 1 / 7],
    [cron("0 0 * * 7"), 1 / 7],
    [cron("0 0 * * 0-7"), 1],
    [cron("0 0 * * MON-FRI"), 5 / 7],
    [cron("0 0 1 * *"), 12 / 365.2425],
    [cron("0 0 L * *"), 12 / 365.2425],
    [cron("0 0 ? * ?"), 1],
    [cron("0 0 31 * *"), 7 / 365.2425],
    [cron("0 0 31,L * *"), 12 / 365.2425],
    [cron("0 0 29 2 *"), 97 / 146_097],
    [cron("0 0 * * 5#2"), 12 / 365.2425],
    [cron("0 0 * * 5L"), 12 / 365.2425],
    [cron("0 0 1-31 * 1"), 1],
    [cron("0 0 1 1 *"), 1 / 365.2425],
    [every(3600), 24],
    [every("86400"), 1],
    [every(1), 86_400],
  ])("%j", (schedule, expected) => {
    expect(runsPerDay(schedule)).toBeCloseTo(expected, 12);
  });

  test("a day of the month and a weekday: either one", () => {
    // In the Gregorian cycle, 688 of 4800 first days of a month are Sundays.
    expect(runsPerDay(cron("0 0 1 * 0"))! * 146_097).toBeCloseTo(20_871 + 4800 - 688, 6);
  });

  const special = fc.constantFrom(
    "0 0 L 2 *",
    "5 3 * * 7L",
    "0 6 1,L * 1,5L",
    "0 0 * 2 3#5",
    "*/7 1-3 L * 2#1",
  );

  test.each([
    [cron("*/7 3-5 * * 1-5"), 28],
    [cron("0 1,23 * * *", "Europe/Paris"), 60],
    [cron("30 6 1,15 * *"), 1461],
    [every(7 * 3600), 70],
  ])("%j over %i days equals the next runs", (schedule, days) => {
    const from = new Date("2026-12-31T23:59:59Z");
    const expected = runsPerDay(schedule)! * days;
    const times = nextRuns(schedule, { from, count: Math.ceil(expected) + 5 });
    const within = times.filter((time) => time.getTime() <= from.getTime() + days * DAY);
    expect(Math.abs(within.length - expected)).toBeLessThanOrEqual(0.5);
  });

  test("equals the number of days of an expression in 400 years, times its runs in a day", () => {
    // A year is one of 14 kinds, by its first weekday and whether it is a leap year. One of each kind represents the
    // rest.
    const kinds = new Map<string, { days: Date[]; years: number }>();
    for (let year = 2000; year < 2400; year += 1) {
      const count = (Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / DAY;
      const kind = `${count} ${new Date(Date.UTC(year, 0)).getUTCDay()}`;
      const days = Array.from({ length: count }, (_, at) => new Date(Date.UTC(year, 0, 1) + at * DAY));
      kinds.set(kind, { days, ...kinds.get(kind), years: (kinds.get(kind)?.years ?? 0) + 1 });
    }
    expect(kinds.size).toBe(14);
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: anyCron }, special), (expression) => {
        const [, , ...rest] = expression.split(" ");
        const midnights = ["0", "0", ...rest].join(" ");
        const parsed = CronExpressionParser.parse(midnights, { tz: "UTC" });
        let count = 0;
        for (const { days, years } of kinds.values())
          count += years * days.filter((day) => parsed.includesDate(day)).length;
        expect(runsPerDay(cron(midnights))! * 146_097).toBeCloseTo(count, 4);
        const { minute, hour } = CronExpressionParser.parse(expression).fields;
        expect(runsPerDay(cron(expression))).toBeCloseTo(
          runsPerDay(cron(midnights))! * minute.values.length * hour.values.length,
          9,
        );
      }),
      { numRuns: 50 },
    );
  });

  test("is fast for every schedule", () => {
    const expressions = fc.sample(anyCron, 100);
    for (const expression of expressions) runsPerDay(cron(expression));
    const start = process.cpuUsage();
    for (let round = 0; round < 5; round += 1) for (const each of expressions) runsPerDay(cron(each));
    expect(process.cpuUsage(start).user / 500).toBeLessThan(1_000);
  });
});
