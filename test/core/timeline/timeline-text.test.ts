import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { JsonObject } from "../../../provider/core/schema/model";
import { nextRuns, type Schedule, scheduleChangeText } from "../../../provider/core/timeline/next-runs";
import { missedText, resumeText } from "../../../provider/core/timeline/resume-text";
import { cron as anyCron, RUNS } from "../arbitraries";
import { expectEqual } from "../equal";
import { SCHEDULE_CONFIGS } from "../samples";

const cron = (cron_expression: string, timezone?: string): Schedule => ({
  trigger_type: "cron",
  schedule_config: timezone === undefined ? { cron_expression } : { cron_expression, timezone },
});
const every = (interval_seconds: number | string): Schedule => of("interval", { interval_seconds });
const of = (trigger_type: string, schedule_config: JsonObject = {}): Schedule => ({
  trigger_type,
  schedule_config,
});
const EVENT = of("event", SCHEDULE_CONFIGS["event"]);
const CONDITION = of("conditional", SCHEDULE_CONFIGS["conditional"]);
/** A Wednesday. */
const NOW = new Date("2026-07-01T10:00:00Z");

describe("scheduleChangeText", () => {
  test.each<[before: Schedule, after: Schedule, expected: string | undefined]>([
    [cron("0 2 * * *"), cron("4 * * * *"), "fires 24 times a day instead of once, next in 4 minutes"],
    [cron("0 * * * *"), cron("20 13 * * *"), "fires once a day instead of 24 times, next in 3 h 20 min"],
    [cron("0 10 * * 1"), cron("0 10 * * 5"), "fires as often as before, next in 2 days"],
    [cron("0 2 * * *"), cron("0 2 * * *", "Europe/Paris"), "fires as often as before, next in 14 hours"],
    [cron("0 2 * * *"), every(86_400), "fires as often as before, next in 1 day"],
    [every(3600), cron("0 2 * * *"), "fires once a day instead of 24 times, next in 16 hours"],
    [cron("0 2 * * 1"), cron("0 * * * *"), "fires 24 times a day instead of once a week, next in 1 hour"],
    [cron("0 2 * * *"), cron("0 2 1 * *"), "fires once a month instead of once a day, next in 31 days"],
    [cron("0 2 1 * *"), cron("0 2 1 1 *"), "fires once a year instead of once a month, next in 184 days"],
    [cron("0 2 1 1 *"), cron("0 2 29 2 *"), "fires 0.24 times a year instead of once, next in 608 days"],
    [cron("0 2 * * 1"), cron("0 2 * * 1,4"), "fires 2 times a week instead of once, next in 16 hours"],
    [every(3600), every(1), "fires 86,400 times a day instead of 24 times, next in 1 second"],
    [every(3600), every(3599), "fires about as often as before, next in 1 hour"],
    [every(20_000), every(36_000), "fires 2.4 times a day instead of 4.3 times, next in 10 hours"],
    [every(1e10), every(1e11), "fires about as often as before, next in 1,157,407 days"],
    [EVENT, cron("0 2 * * *"), "fires once a day from now on, next in 16 hours"],
    [cron("@daily"), cron("0 2 * * *"), "fires once a day from now on, next in 16 hours"],
    [of("lunar"), every(3600), "fires 24 times a day from now on, next in 1 hour"],
    [cron("0 2 * * *"), EVENT, "fires on events from now on"],
    [cron("0 2 * * *"), CONDITION, "fires on its condition from now on"],
    [EVENT, CONDITION, "fires on its condition from now on"],
    // Not about times.
    [EVENT, of("event", { event_type: "documents_added", event_threshold: 9 }), undefined],
    [CONDITION, of("conditional", { condition_type: "drift", threshold: 0.9 }), undefined],
    [cron("0 2 * * *"), cron("00 2 * * *", "UTC"), undefined],
    [cron("0 2 * * *", "US/Eastern"), cron("0 2 * * *", "America/New_York"), undefined],
    [every(60), every("60"), undefined],
    [every(60), of("interval", { interval_seconds: 60, start_immediately: true }), undefined],
    [cron("0 2 * * *"), cron("@daily"), undefined],
    [cron("0 2 * * *"), cron("0 2 * * *", "Mars/Olympus"), undefined],
    [cron("0 2 * * *"), every("soon"), undefined],
    [cron("0 2 * * *"), of("lunar"), undefined],
    [cron("0 2 * * *"), of("constructor"), undefined],
  ])("%j to %j", (before, after, expected) => {
    expect(scheduleChangeText(before, after, { now: NOW })).toBe(expected);
  });

  test("an interval counts from its anchor", () => {
    const anchor = new Date("2026-07-01T09:30:00Z");
    expect(scheduleChangeText(every(60), every(3600), { now: NOW, anchor })).toBe(
      "fires 24 times a day instead of 1,440 times, next in 30 minutes",
    );
  });

  test("nothing is said about a next run that never comes", () => {
    expect(scheduleChangeText(cron("0 2 * * *"), every(1e15), { now: NOW })).toBe(
      "fires under 0.01 times a year instead of once a day",
    );
  });

  const SECOND = 1;
  const MINUTE = 60;
  const HOUR = 60 * MINUTE;
  const DAYS = 24 * HOUR;
  test.each([
    [SECOND, "1 second"],
    [59 * SECOND, "59 seconds"],
    [MINUTE, "1 minute"],
    [MINUTE + 29, "1 minute"],
    [MINUTE + 30, "2 minutes"],
    [HOUR - 31, "59 minutes"],
    [HOUR - 30, "1 hour"],
    [HOUR + MINUTE, "1 h 1 min"],
    [DAYS - 31, "23 h 59 min"],
    [DAYS - 30, "1 day"],
    [DAYS + HOUR, "1 day 1 h"],
    [2 * DAYS + 4 * HOUR, "2 days 4 h"],
    [7 * DAYS - HOUR, "6 days 23 h"],
    [7 * DAYS - 20 * MINUTE, "7 days"],
    [7 * DAYS + 5 * HOUR, "7 days"],
    [400 * DAYS, "400 days"],
  ])("%d seconds are printed as %s", (seconds, expected) => {
    const schedule = every(seconds);
    const text = resumeText(schedule, { now: NOW, live: { ...schedule, status: "paused" } });
    expect(text?.split(/[,;](?= 2\d{3}-| runs)/)[0]).toBe(`next run in ${expected}`);
    expect(text).toMatch(/; runs missed while it was paused are not replayed$/);
  });

  test("anything less than a second away is a second away", () => {
    const now = new Date("2026-07-01T09:59:59.900Z");
    expect(scheduleChangeText(every(60), cron("* * * * *", "Europe/Paris"), { now })).toBe(
      "fires as often as before, next in 1 second",
    );
  });

  test("whatever changes, it is one short line", () => {
    const schedule = fc.oneof(
      anyCron.map((expression) => cron(expression)),
      fc.integer({ min: 1, max: 1e9 }).map(every),
      fc.constantFrom(EVENT, CONDITION),
    );
    fc.assert(
      fc.property(schedule, schedule, (before, after) => {
        expect(scheduleChangeText(before, before, { now: NOW })).toBeUndefined();
        expect(scheduleChangeText(before, after, { now: NOW }) ?? "fires ").toMatch(/^fires [^\n]{0,90}$/);
        expect(scheduleChangeText(before, after, { now: NOW }) ?? "").not.toMatch(
          /NaN|undefined|(?<![\d.])1 \w+s\b/,
        );
      }),
      RUNS,
    );
  });
});

describe("resumeText", () => {
  test.each<[schedule: Schedule, expected: string | undefined]>([
    [cron("20 13 * * *"), "next run in 3 h 20 min, 2026-07-01 13:20 (UTC)"],
    [cron("20 13 * * *", "Europe/Paris"), "next run in 1 h 20 min, 2026-07-01 13:20 (Europe/Paris)"],
    [every(21_600), "next run in 6 hours, 2026-07-01 16:00 (UTC)"],
    [EVENT, "fires on events again"],
    [CONDITION, "fires on its condition again"],
    [cron("@daily"), undefined],
    [every(0), undefined],
    [of("lunar"), undefined],
    [of("constructor"), undefined],
  ])("%j with an unknown last run", (schedule, expected) => {
    const text = (status: "paused" | "failed") =>
      resumeText(schedule, { now: NOW, live: { ...schedule, status } });
    expect(text("paused")).toBe(expected && `${expected}; runs missed while it was paused are not replayed`);
    expect(text("failed")).toBe(expected && `${expected}; runs missed since it failed are not replayed`);
  });

  const DAILY = cron("0 2 * * *", "Europe/Paris");
  test.each<[live: Schedule, last: string, missed: string]>([
    [DAILY, "2026-07-01T00:00:03Z", "no run was missed while it was paused"],
    [
      DAILY,
      "2026-06-30T00:00:03Z",
      "1 run missed while it was paused (2026-07-01 02:00, Europe/Paris) is not replayed",
    ],
    [
      DAILY,
      "2026-06-29T00:00:03Z",
      "2 runs missed while it was paused (2026-06-30 02:00 and 2026-07-01 02:00, Europe/Paris) are not replayed",
    ],
    [
      DAILY,
      "2026-06-01T00:00:03Z",
      "30 runs missed while it was paused (2026-06-02 02:00 to 2026-07-01 02:00, Europe/Paris) are not replayed",
    ],
    [
      every(3600),
      "2026-07-01T07:30:00Z",
      "2 runs missed while it was paused (2026-07-01 08:30 and 2026-07-01 09:30, UTC) are not replayed",
    ],
    [
      every(1),
      "2026-06-01T10:00:00Z",
      "2,592,000 runs missed while it was paused (2026-06-01 10:00 to 2026-07-01 10:00, UTC) are not replayed",
    ],
    [EVENT, "2026-06-01T10:00:00Z", "runs missed while it was paused are not replayed"],
    [DAILY, "1970-01-01T00:00:00Z", "runs missed while it was paused are not replayed"],
  ])("%j that ran last at %s", (live, last, missed) => {
    const stopped = { ...live, status: "paused" as const, health: { last_triggered_at: last } };
    expect(resumeText(DAILY, { now: NOW, live: stopped })).toBe(
      `next run in 14 hours, 2026-07-02 02:00 (Europe/Paris); ${missed}`,
    );
    const created = { ...live, status: "paused" as const, created_at: last, health: {} };
    expect(resumeText(DAILY, { now: NOW, live: created })).toContain(missed);
  });

  test("law: the missed runs are those that would have run between the last one and now", () => {
    fc.assert(
      fc.property(anyCron, fc.integer({ min: 0, max: 24 * 60 }), (expression, minutes) => {
        const live = cron(expression, "Europe/Paris");
        const from = new Date(NOW.getTime() - minutes * 60_000);
        let expected = 0;
        for (let [run] = nextRuns(live, { from, count: 1 }); run && run <= NOW; expected += 1)
          [run] = nextRuns(live, { from: run, count: 1 });
        const text = missedText({ ...live, status: "paused", created_at: from.toISOString() }, NOW);
        const count = Number(/^([\d,]+) runs? missed/.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
        expectEqual(count, expected);
      }),
      { numRuns: 40 },
    );
  });
});
