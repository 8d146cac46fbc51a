import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { affectedRuns, clockChangeWarning } from "../../../provider/core/timeline/clock-changes";
import { cronOf } from "../../../provider/core/timeline/next-runs";
import { RUNS } from "../arbitraries";
import { expectEqual } from "../equal";

const FROM = Date.parse("2026-11-28T12:00:00Z");
const YEAR = { from: FROM, to: FROM + 365 * 86_400_000 };

const warningOf = (cron_expression: string, timezone: string): string | undefined => {
  const found = clockChangeWarning({ cron_expression, timezone }, YEAR);
  return found && `${found.message}. ${found.hint}`;
};

describe("CLOCK_CHANGE lists the days and times", () => {
  test.each([
    [
      "30 2 * * *",
      "Europe/Paris",
      '"30 2 * * *" is affected by clock changes in Europe/Paris: 2027-03-28 02:30 does not exist (the run is lost or up to 1 h late); 2027-10-31 02:30 occurs twice (it may run twice). Choose a time outside 02:00-03:00, or timezone: UTC.',
    ],
    [
      "*/20 1 * * SUN",
      "Europe/London",
      '"*/20 1 * * SUN" is affected by clock changes in Europe/London: 2027-03-28 01:00, 01:20 and 01:40 do not exist (the runs are lost or up to 1 h late); 2027-10-31 01:00, 01:20 and 01:40 occur twice (they may run twice). Choose a time outside 01:00-02:00, or timezone: UTC.',
    ],
    [
      "30 2 * 3 *",
      "America/New_York",
      '"30 2 * 3 *" is affected by clock changes in America/New_York: 2027-03-14 02:30 does not exist (the run is lost or up to 1 h late). Choose a time outside 01:00-03:00, or timezone: UTC.',
    ],
    [
      "15 2 * * *",
      "Australia/Lord_Howe",
      '"15 2 * * *" is affected by clock changes in Australia/Lord_Howe: 2027-10-03 02:15 does not exist (the run is lost or up to 30 min late). Choose a time outside 01:30-02:30, or timezone: UTC.',
    ],
    [
      "0-59 2 * * *",
      "Europe/Paris",
      '"0-59 2 * * *" is affected by clock changes in Europe/Paris: 2027-03-28 02:00, 02:01, 02:02 and 57 more do not exist (the runs are lost or up to 1 h late); 2027-10-31 02:00, 02:01, 02:02 and 57 more occur twice (they may run twice). Choose a time outside 02:00-03:00, or timezone: UTC.',
    ],
  ])("%s in %s", (expression, zone, text) => {
    expect(warningOf(expression, zone)).toBe(text);
  });

  test.each([
    ["0 4 * * *", "Europe/Paris"],
    ["0 3 * * *", "Europe/Paris"],
    ["30 2 * * MON-SAT", "Europe/Paris"],
    ["30 2 * 6 *", "Europe/Paris"],
    ["30 2 * * *", "UTC"],
    ["30 2 * * *", "Asia/Tokyo"],
    ["0 * * * *", "Europe/Paris"],
    ["*/15 * * * *", "Europe/Paris"],
    ["0 */2 * * *", "Europe/Paris"],
    ["0 */3 * * *", "America/New_York"],
    ["0 25 * * *", "Europe/Paris"],
    ["30 2 * * *", "Mars/Olympus"],
  ])("and is not given for %s in %s", (expression, zone) => {
    expect(warningOf(expression, zone)).toBeUndefined();
  });

  test("a time that a program does not know yet gives no warning", () => {
    expect(clockChangeWarning({ cron_expression: 5 }, YEAR)).toBeUndefined();
  });
});

const ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC"] as const;

const QUARTER = 900_000;
const textOf = (local: number): string => new Date(local).toISOString().slice(0, 16).replace("T", " ");

/**
 * Each minute of the year's local times that does not occur exactly once, from Intl alone. Offsets are whole quarters
 * of an hour and change at them, so all minutes of a quarter are alike.
 */
function oddMinutes(zone: string): { time: string; kind: string }[] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const counts = new Map<number, number>();
  for (let quarter = YEAR.from; quarter < YEAR.to; quarter += QUARTER) {
    const local = Date.parse(`${format.format(quarter).replace(" ", "T")}Z`);
    counts.set(local, (counts.get(local) ?? 0) + 1);
  }
  const odd: { time: string; kind: string }[] = [];
  const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())];
  for (let local = first; local <= last; local += QUARTER) {
    const count = counts.get(local) ?? 0;
    for (let minute = 0; count !== 1 && minute < 15; minute += 1)
      odd.push({ time: textOf(local + minute * 60_000), kind: count === 0 ? "skipped" : "repeated" });
  }
  return odd;
}

describe("law: the affected runs are exactly the local minutes that do not occur once", () => {
  test.each(ZONES)("in %s, over a year of Intl's local times", (zone) => {
    const odd = oddMinutes(zone);
    expect(odd.length > 0).toBe(zone !== "UTC");
    const subset = (min: number, max: number, size: number) =>
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: size });
    fc.assert(
      fc.property(
        subset(0, 59, 4),
        subset(0, 3, 2),
        fc.option(subset(1, 12, 6), { nil: undefined }),
        fc.option(subset(0, 6, 4), { nil: undefined }),
        (minute, hour, month, weekday) => {
          const list = (values: readonly number[] | undefined) => values?.join(",") ?? "*";
          const expression = `${list(minute)} ${list(hour)} * ${list(month)} ${list(weekday)}`;
          const runsAt = (time: string): boolean => {
            const date = new Date(`${time.replace(" ", "T")}Z`);
            return (
              minute.includes(date.getUTCMinutes()) &&
              hour.includes(date.getUTCHours()) &&
              (month?.includes(date.getUTCMonth() + 1) ?? true) &&
              (weekday?.includes(date.getUTCDay()) ?? true)
            );
          };
          const { cron } = cronOf({ cron_expression: expression, timezone: zone })!;
          const found = affectedRuns(cron, zone, YEAR).map(({ time, kind }) => ({ time, kind }));
          expectEqual(
            found,
            odd.filter(({ time }) => runsAt(time)),
          );
        },
      ),
      RUNS,
    );
  });
});
