import { describe, expect, test } from "@jest/globals";
import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import type { JsonObject } from "../../../provider/core/schema/model";
import { nextRuns, runsPerDay, type Schedule } from "../../../provider/core/timeline/next-runs";
import { cron as anyCron, RUNS } from "../arbitraries";
import { expectEqual } from "../equal";
import { SCHEDULE_CONFIGS } from "../samples";

const cron = (cron_expression: string, timezone?: string): Schedule => ({
  trigger_type: "cron",
  schedule_config: timezone === undefined ? { cron_expression } : { cron_expression, timezone },
});
const every = (interval_seconds: number | string): Schedule => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds },
});
const of = (trigger_type: string, schedule_config: JsonObject = {}): Schedule => ({
  trigger_type,
  schedule_config,
});
const EVENT = of("event", SCHEDULE_CONFIGS["event"]);
const CONDITION = of("conditional", SCHEDULE_CONFIGS["conditional"]);

/** A Wednesday. */
const NOW = new Date("2026-07-01T10:00:00Z");
const short = (time: Date): string => time.toISOString().replace(/:00\.000Z$/, "Z");
const runs = (schedule: Schedule, from: string, count: number, anchor?: string): string[] =>
  nextRuns(schedule, { from: new Date(from), count, anchor: anchor ? new Date(anchor) : undefined }).map(
    short,
  );

/** Schedules that the vendor may have and this release cannot read. */
const UNREADABLE: [name: string, schedule: Schedule][] = [
  ["a cron expression with six fields", cron("0 0 2 * * *")],
  ["an empty cron expression", cron("")],
  ["@daily", cron("@daily")],
  ["H", cron("H 2 * * *")],
  ["a day that the month does not have", cron("0 0 30 2 *")],
  ["a cron expression that is not a string", of("cron", { cron_expression: 5 })],
  ["a cron without its expression", of("cron")],
  ["an unknown zone", cron("0 2 * * *", "Mars/Olympus")],
  ["an offset instead of a zone", cron("0 2 * * *", "+02:00")],
  ["a zone that is not a string", of("cron", { cron_expression: "0 2 * * *", timezone: 2 })],
  ["an interval of zero", every(0)],
  ["a negative interval", every(-60)],
  ["an interval in words", every("soon")],
  ["an interval without its seconds", of("interval")],
  ["an unknown type", of("lunar", { phase: "full" })],
  ["a property name of objects as the type", of("constructor")],
];

describe("nextRuns", () => {
  test.each<[schedule: Schedule, from: string, expected: string[]]>([
    [cron("0 2 * * *"), "2026-07-01T10:00:00Z", ["2026-07-02T02:00Z", "2026-07-03T02:00Z"]],
    [cron("0 2 * * *", "Europe/Paris"), "2026-07-01T10:00:00Z", ["2026-07-02T00:00Z", "2026-07-03T00:00Z"]],
    [cron("0 2 * * *", "europe/paris"), "2026-07-01T10:00:00Z", ["2026-07-02T00:00Z", "2026-07-03T00:00Z"]],
    [
      // 1:30 to 2:00 occurs twice, because the clocks go back half an hour.
      cron("0-1 * * * *", "Australia/Lord_Howe"),
      "2026-04-04T13:30:00Z",
      ["2026-04-04T14:00Z", "2026-04-04T14:01Z", "2026-04-04T15:30Z", "2026-04-04T15:31Z"],
    ],
    [cron("0-1 * * * *", "Australia/Lord_Howe"), "2026-04-04T14:01:00Z", ["2026-04-04T15:30Z"]],
    [cron("0 * * * *", "Australia/Lord_Howe"), "2026-04-04T14:00:00Z", ["2026-04-04T15:30Z"]],
    [
      cron("*/20 9 * * MON", "Asia/Kolkata"),
      "2026-07-01T10:00:00Z",
      ["2026-07-06T03:30Z", "2026-07-06T03:50Z", "2026-07-06T04:10Z", "2026-07-13T03:30Z"],
    ],
    // A run is after the given time, never at it.
    [cron("0 2 * * *"), "2026-07-01T02:00:00Z", ["2026-07-02T02:00Z"]],
    [cron("0 2 * * *"), "2026-07-01T01:59:59.999Z", ["2026-07-01T02:00Z"]],
    [
      cron("0 0 13 * FRI"),
      "2026-07-01T10:00:00Z",
      ["2026-07-03T00:00Z", "2026-07-10T00:00Z", "2026-07-13T00:00Z"],
    ],
    [cron("0 0 L * *"), "2027-02-01T00:00:00Z", ["2027-02-28T00:00Z", "2027-03-31T00:00Z"]],
    [cron("0 0 29 2 *"), "2026-07-01T00:00:00Z", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
  ])("%j from %s", (schedule, from, expected) => {
    expect(runs(schedule, from, expected.length)).toEqual(expected);
  });

  describe("if clocks change", () => {
    test.each<[what: string, schedule: Schedule, from: string, expected: string[]]>([
      [
        "02:30 that is skipped in Paris is 03:30",
        cron("30 2 * * *", "Europe/Paris"),
        "2026-03-28T00:00:00Z",
        ["2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"],
      ],
      [
        "02:30 that occurs twice in Paris is the first",
        cron("30 2 * * *", "Europe/Paris"),
        "2026-10-24T00:00:00Z",
        ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
      ],
      [
        "02:30 does not fire again when starting between the two",
        cron("30 2 * * *", "Europe/Paris"),
        "2026-10-25T00:45:00Z",
        ["2026-10-26T01:30Z"],
      ],
      [
        "each hour of a 23-hour day",
        cron("0 * * * *", "Europe/Paris"),
        "2026-03-28T23:30:00Z",
        ["2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z"],
      ],
      [
        "each hour of a 25-hour day",
        cron("0 * * * *", "Europe/Paris"),
        "2026-10-24T23:30:00Z",
        ["2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"],
      ],
      [
        "02:30 that is skipped in New York",
        cron("30 2 * * *", "America/New_York"),
        "2026-03-07T12:00:00Z",
        ["2026-03-08T07:30Z", "2026-03-09T06:30Z"],
      ],
      [
        "01:30 that occurs twice in New York",
        cron("30 1 * * *", "America/New_York"),
        "2026-10-31T12:00:00Z",
        ["2026-11-01T05:30Z", "2026-11-02T06:30Z"],
      ],
      [
        "each hour of New York's 25-hour day",
        cron("0 * * * *", "America/New_York"),
        "2026-11-01T04:30:00Z",
        ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"],
      ],
      [
        "UTC has none",
        cron("30 2 * * *"),
        "2026-03-28T12:00:00Z",
        ["2026-03-29T02:30Z", "2026-03-30T02:30Z"],
      ],
    ])("%s", (_what, schedule, from, expected) => {
      expect(runs(schedule, from, expected.length)).toEqual(expected);
    });
  });

  test.each<[what: string, schedule: Schedule, anchor: string | undefined, expected: string[]]>([
    ["from now", every(3600), undefined, ["2026-07-01T11:00Z", "2026-07-01T12:00Z"]],
    ["from the last run", every(3600), "2026-07-01T09:20:00Z", ["2026-07-01T10:20Z", "2026-07-01T11:20Z"]],
    ["from a run long ago", every(3600), "2026-06-01T00:20:00Z", ["2026-07-01T10:20Z"]],
    ["after a run that is due now", every(3600), "2026-07-01T09:00:00Z", ["2026-07-01T11:00Z"]],
    ["from a future run", every(3600), "2026-07-01T12:00:00Z", ["2026-07-01T13:00Z"]],
    ["of a number as text", every("3600"), undefined, ["2026-07-01T11:00Z"]],
    [
      "that started immediately, which is not repeated",
      of("interval", { interval_seconds: 60, start_immediately: true }),
      undefined,
      ["2026-07-01T10:01Z", "2026-07-01T10:02Z"],
    ],
  ])("an interval %s", (_what, schedule, anchor, expected) => {
    expect(runs(schedule, NOW.toISOString(), expected.length, anchor)).toEqual(expected);
  });

  test("an interval ends with the last possible date", () => {
    expect(nextRuns(every(4e12), { from: NOW, count: 5 })).toHaveLength(2);
  });

  test.each([["events", EVENT], ["conditions", CONDITION], ...UNREADABLE] as const)(
    "there is none for %s",
    (_, schedule) => {
      expect(nextRuns(schedule, { from: NOW, count: 3 })).toEqual([]);
      expect(runsPerDay(schedule)).toBeUndefined();
    },
  );

  test("a count of 0 returns no runs", () => {
    expect(nextRuns(cron("* * * * *"), { from: NOW, count: 0 })).toEqual([]);
    expect(nextRuns(every(60), { from: NOW, count: 0 })).toEqual([]);
  });

  test("runs ascend, are after the start, and match the expression", () => {
    const zone = fc.constantFrom("UTC", "Asia/Kolkata", "America/Phoenix");
    const start = fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(anyCron, zone, start, (expression, tz, from) => {
        const times = nextRuns(cron(expression, tz), { from, count: 12 });
        expectEqual(times.length, 12);
        const parsed = CronExpressionParser.parse(expression, { tz });
        let last = from.getTime();
        for (const time of times) {
          expect(time.getTime()).toBeGreaterThan(last);
          expectEqual([time, parsed.includesDate(time)], [time, true]);
          last = time.getTime();
        }
      }),
      RUNS,
    );
  });

  test("runs ascend even if clocks change", () => {
    const zone = fc.constantFrom(
      "Europe/Paris",
      "America/New_York",
      "America/Santiago",
      "Australia/Lord_Howe",
    );
    const start = fc.date({ min: new Date("2025-10-01"), max: new Date("2027-04-01"), noInvalidDate: true });
    fc.assert(
      fc.property(anyCron, zone, start, (expression, tz, from) => {
        let last = from.getTime();
        for (const time of nextRuns(cron(expression, tz), { from, count: 12 })) {
          expect(time.getTime()).toBeGreaterThan(last);
          last = time.getTime();
        }
      }),
      RUNS,
    );
  });
});
