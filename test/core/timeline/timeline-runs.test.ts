import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clockChanges, localTime, momentOf, windowEnd } from "../../../provider/core/schedule/local-time";
import { nextRuns, type Schedule } from "../../../provider/core/timeline/next-runs";
import {
  countRuns,
  eachMinute,
  eachRun,
  type Runs,
  runsBetween,
  runsInMinute,
} from "../../../provider/core/timeline/runs";
import { cron as anyCron, RUNS } from "../arbitraries";
import { expectEqual } from "../equal";

const DAY = 86_400_000;
const MINUTE = 60_000;

const cron = (cron_expression: string, timezone = "UTC"): Schedule => ({
  trigger_type: "cron",
  schedule_config: { cron_expression, timezone },
});
const every = (interval_seconds: number): Schedule => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds },
});
const span = (from: string, days: number) => ({ from: Date.parse(from), to: Date.parse(from) + days * DAY });
const times = (runs: Runs): string[] => [...eachRun(runs)].map((time) => new Date(time).toISOString());

/** What `runsBetween` combines, run by run: `count` in the window, and the one after them outside it. */
function oneByOne(
  schedule: Schedule,
  { from, to }: { from: number; to: number },
  count: number,
  anchor = from,
) {
  const after = new Date(from - 1);
  const times = nextRuns(schedule, { from: after, count: count + 1, anchor: new Date(anchor) }).map(Number);
  return { runs: times.slice(0, count), isNextOutside: times[count] === undefined || times[count] >= to };
}

const ZONES = [
  "UTC",
  "Europe/Paris",
  "America/New_York",
  // Half an hour.
  "Australia/Lord_Howe",
  // At midnight.
  "America/Santiago",
  "Asia/Kolkata",
  "Pacific/Apia",
];

describe("runsBetween", () => {
  test("equals nextRuns, in zones whose clocks change, over 30 days", () => {
    const special = fc.constantFrom(
      "30 2 * * *",
      "0 0 L * *",
      "*/20 1-3 * * 7L",
      "15 */2 * * 2#1",
      "0 0 13 * FRI",
      "59 23 * * *",
      "0 0 29 2 *",
    );
    const start = fc.date({ min: new Date("2026-02-20"), max: new Date("2026-11-10"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.oneof(anyCron, special), fc.constantFrom(...ZONES), start, (expression, zone, from) => {
        const window = { from: from.getTime(), to: from.getTime() + 30 * DAY };
        const schedule = cron(expression, zone);
        const runs = [...eachRun(runsBetween(schedule, window))];
        // Run by run, an expression for every minute takes seconds.
        fc.pre(runs.length < 400);
        expectEqual({ runs, isNextOutside: true }, oneByOne(schedule, window, runs.length));
      }),
      { ...RUNS, numRuns: RUNS.numRuns / 2 },
    );
  });

  test("of an interval equals nextRuns, from any anchor", () => {
    const moment = fc.integer({ min: Date.parse("2026-11-01"), max: Date.parse("2026-11-10") });
    fc.assert(
      fc.property(fc.integer({ min: 3000, max: 200_000 }), moment, moment, (seconds, from, anchor) => {
        const window = { from, to: from + 5 * DAY };
        const runs = [...eachRun(runsBetween(every(seconds), window, anchor))];
        expectEqual({ runs, isNextOutside: true }, oneByOne(every(seconds), window, runs.length, anchor));
      }),
      RUNS,
    );
  });

  test.each<[schedule: Schedule, from: string, days: number, series: number, runs: number]>([
    [every(1), "2026-11-01T00:00:00Z", 30, 1, 2_591_999],
    [cron("* * * * *"), "2026-11-01T00:00:00Z", 30, 1, 43_200],
    [cron("* * * * *", "Europe/Paris"), "2026-10-10T00:00:00Z", 30, 1, 43_200],
    [cron("0 2 * * *", "Asia/Kolkata"), "2026-11-01T00:00:00Z", 30, 1, 30],
    [cron("*/15 8-18 * * *"), "2026-11-01T00:00:00Z", 30, 30, 1320],
    [cron("0 2 1 1 *"), "2026-11-01T00:00:00Z", 30, 0, 0],
    [every(86_400), "2026-11-01T00:00:00Z", 1, 0, 0],
    [every(80_000), "2026-11-01T00:00:00Z", 1, 1, 1],
    [every(4e12), "2026-11-01T00:00:00Z", 30, 0, 0],
    [{ trigger_type: "event", schedule_config: {} }, "2026-11-01T00:00:00Z", 30, 0, 0],
    [cron("@daily"), "2026-11-01T00:00:00Z", 30, 0, 0],
  ])("%j from %s over %i days is %i series of %i runs", (schedule, from, days, series, runs) => {
    const found = runsBetween(schedule, span(from, days));
    expect({ series: found.length, runs: countRuns(found) }).toEqual({ series, runs });
  });

  test("the first instant is in the window, the last is not", () => {
    const window = span("2026-12-07T02:00:00Z", 1);
    expect(times(runsBetween(cron("0 2 * * *"), window))).toEqual(["2026-12-07T02:00:00.000Z"]);
  });

  test("a thousand cron expressions with a run per minute are not examined run by run", () => {
    const schedules = Array.from({ length: 1000 }, (_, n) => cron(`* 0-${n % 24} ${1 + (n % 28)}-31 * *`));
    const start = process.cpuUsage();
    const found = schedules.map((schedule) => runsBetween(schedule, span("2026-12-01T00:00:00Z", 31)));
    // Run by run they would take minutes.
    expect(process.cpuUsage(start).user).toBeLessThan(20_000_000);
    expect(found.reduce((sum, runs) => sum + countRuns(runs), 0)).toBeGreaterThan(10_000_000);
  });
});

describe("eachMinute and runsInMinute", () => {
  test("count the runs of each minute", () => {
    const schedule = fc.oneof(
      fc.integer({ min: 1, max: 4000 }).map(every),
      anyCron.map((each) => cron(each)),
    );
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 59_999 }), (each, offset) => {
        const from = Date.parse("2026-11-01T00:00:00Z") + offset;
        const runs = runsBetween(each, { from, to: from + 6 * 3_600_000 });
        const expected = new Map<number, number>();
        for (const time of eachRun(runs)) {
          const minute = Math.floor(time / MINUTE);
          expected.set(minute, (expected.get(minute) ?? 0) + 1);
        }
        const found = new Map<number, number>();
        eachMinute(runs, (minute, count) => void found.set(minute, (found.get(minute) ?? 0) + count));
        expectEqual(found, expected);
        const first = Math.floor(from / MINUTE);
        for (let minute = first - 1; minute < first + 100; minute += 1)
          expectEqual([minute, runsInMinute(runs, minute)], [minute, expected.has(minute)]);
      }),
      RUNS,
    );
  });
});

describe("momentOf", () => {
  test.each([
    ["2026-12-01", "UTC", "2026-12-01T00:00:00.000Z"],
    ["2026-12-01", "Europe/Paris", "2026-11-30T23:00:00.000Z"],
    ["2026-12-01T08:30", "Asia/Kolkata", "2026-12-01T03:00:00.000Z"],
    ["2026-12-01T08:30:15Z", "Europe/Paris", "2026-12-01T08:30:15.000Z"],
    ["2026-12-01T08:30:15.250+02:00", "Europe/Paris", "2026-12-01T06:30:15.250Z"],
    // Occurs twice: the first counts.
    ["2026-10-25T02:30", "Europe/Paris", "2026-10-25T00:30:00.000Z"],
    ["2026-10-25T03:00", "Europe/Paris", "2026-10-25T02:00:00.000Z"],
    // Skipped: an hour later.
    ["2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:30:00.000Z"],
    ["2026-03-29T03:00", "Europe/Paris", "2026-03-29T01:00:00.000Z"],
    ["2026-03-08T12:00", "America/New_York", "2026-03-08T16:00:00.000Z"],
    ["2026-02-31", "UTC", undefined],
    ["2026-13-01", "UTC", undefined],
    ["2026-12-01T25:00", "UTC", undefined],
    ["tomorrow", "UTC", undefined],
    ["", "UTC", undefined],
    ["2026", "UTC", undefined],
  ])("%j in %s is %s", (text, zone, expected) => {
    const found = momentOf(text, zone);
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(expected);
  });

  test("parses what localTime prints", () => {
    const moment = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom(...ZONES), (at, zone) => {
        const second = Math.floor(at.getTime() / 1000) * 1000;
        const { date, time, offset } = localTime(zone, second);
        expectEqual(momentOf(`${date}T${time}${offset}`, zone), second);
      }),
      RUNS,
    );
  });
});

test.each([
  ["2026-10-22T00:00", "7d", "2026-10-28T23:00:00.000Z"],
  ["2026-10-22T00:00", "168h", "2026-10-28T22:00:00.000Z"],
  ["2026-12-01T08:30", "36h", "2026-12-02T19:30:00.000Z"],
  ["2026-12-01T08:30", "2w", "2026-12-15T07:30:00.000Z"],
  ["2026-12-01T00:00", "366d", "2027-12-01T23:00:00.000Z"],
  ...["367d", "53w", "8785h", "0d", "7", "-7d", "7 d", "1.5d", ""].map(
    (span) => ["2026-12-01T00:00", span, undefined] as const,
  ),
])("from %s in Paris, %j ends at %s", (from, span, expected) => {
  const end = windowEnd(momentOf(from, "Europe/Paris")!, span, "Europe/Paris");
  expect(end === undefined ? undefined : new Date(end).toISOString()).toBe(expected);
});

test("clockChanges of a year, and of a window next to them", () => {
  const year = clockChanges("Europe/Paris", span("2026-01-01T00:00:00Z", 365));
  expect(
    year.map(({ at, before, after }) => [new Date(at).toISOString(), before / 3_600_000, after / 3_600_000]),
  ).toEqual([
    ["2026-03-29T01:00:00.000Z", 1, 2],
    ["2026-10-25T01:00:00.000Z", 2, 1],
  ]);
  expect(clockChanges("Europe/Paris", span("2026-03-29T01:00:00Z", 30))).toEqual([]);
  expect(clockChanges("UTC", span("2026-01-01T00:00:00Z", 366))).toEqual([]);
});
