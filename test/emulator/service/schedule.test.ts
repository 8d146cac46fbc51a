import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseCron } from "../../../provider/core/schedule/cron-grammar";
import { cronRuns } from "../../../provider/core/schedule/cron-runs";
import type { CronDialect } from "../../../provider/emulator";
import { cronProblem, nextCron, nextScheduled } from "../../../provider/emulator/schedule/schedule";
import { expectEqual } from "../../core/equal";
import { create, cronBody, start, stopAll } from "../harness";

afterEach(stopAll);

const short = (time: number): string => new Date(time).toISOString().replace(":00.000Z", "Z");

function runs(
  expression: string,
  zone: string,
  after: string,
  count: number,
  dialect?: CronDialect,
): string[] {
  const found: string[] = [];
  for (let time = Date.parse(after); found.length < count; ) {
    time = nextCron(expression, zone, time, dialect);
    found.push(short(time));
  }
  return found;
}

describe("the next time of a cron expression", () => {
  // Lord Howe's clocks go back half an hour at 15:00Z on 4 April: 02:00 becomes 01:30.
  test.each([
    ["0-1 * * * *", "2026-04-04T14:01:00Z", "2026-04-04T15:30:00.000Z"],
    ["0 * * * *", "2026-04-04T14:00:00Z", "2026-04-04T15:30:00.000Z"],
    ["*/20 * * * *", "2026-04-04T14:07:00Z", "2026-04-04T14:20:00.000Z"],
  ])("%s after %s in Lord Howe is %s", (expression, after, next) => {
    expect(new Date(nextCron(expression, "Australia/Lord_Howe", Date.parse(after))).toISOString()).toBe(next);
  });

  // The day on which each zone's clocks go back, and one on which they go forward.
  test.each([
    ["Australia/Lord_Howe", "2026-04-04"],
    ["America/New_York", "2026-11-01"],
    ["America/New_York", "2026-03-08"],
  ])("is always after its start in %s on %s", (zone, day) => {
    const early: string[] = [];
    const midnight = Date.parse(`${day}T00:00:00Z`);
    for (const expression of ["0-1 * * * *", "30 1 * * *", "*/20 * * * *"]) {
      for (let minute = 0; minute < 1440; minute += 10) {
        const start = midnight + minute * 60_000;
        if (nextCron(expression, zone, start) <= start)
          early.push(`${expression} ${new Date(start).toISOString()}`);
      }
    }
    expect(early).toEqual([]);
  });

  test("an expression that never fires is reported as a problem, in a sentence", () => {
    expect(cronProblem("0 0 30 2 *")).toMatch(/\w/);
    expect(cronProblem("0 0 29 2 *")).toBeUndefined();
    expect(cronProblem("0 0 * 2 MON#5")).toBeUndefined();
  });

  test("equals the provider's, from separate code: around clock changes, for random expressions", () => {
    const zones = [
      "UTC",
      "Europe/Paris",
      "Australia/Lord_Howe",
      "Pacific/Chatham",
      "America/Nuuk",
      "Antarctica/Troll",
      "America/Havana",
      "Atlantic/Azores",
      "Africa/Casablanca",
      "Pacific/Apia",
    ];
    const field = (min: number, max: number, ...more: string[]) =>
      fc.oneof(
        fc.constantFrom("*", "*/7", ...more),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max })).map(([a, step]) => `${a}/${step}`),
      );
    const expression = fc
      .tuple(
        field(0, 59),
        fc.oneof(field(0, 23), field(0, 4)),
        field(1, 28, "L", "?"),
        field(1, 12, "MAR-APR", "10"),
        field(0, 7, "SUN", "5L", "MON#2", "MON-FRI"),
      )
      .map((fields) => fields.join(" "));
    const start = fc.integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2028, 11, 1) / 60_000 });
    fc.assert(
      fc.property(expression, fc.constantFrom(...zones), start, (text, zone, minute) => {
        const parsed = parseCron(text);
        if ("refusal" in parsed || cronProblem(text) !== undefined) return;
        const from = new Date(minute * 60_000);
        const shown = cronRuns(parsed.cron, zone, from, 8).map((time) => short(time.getTime()));
        expectEqual([text, zone, runs(text, zone, from.toISOString(), 8)], [text, zone, shown]);
      }),
      { numRuns: 400 },
    );
  });
});

describe("dialects", () => {
  const WEEK = "2026-11-29T00:00:00Z"; // a Sunday
  test.each<[string, CronDialect, string[]]>([
    ["0 9 * * 1", "standard", ["2026-11-30T09:00Z", "2026-12-07T09:00Z"]],
    ["0 9 * * 1", "croniter", ["2026-11-30T09:00Z", "2026-12-07T09:00Z"]],
    ["0 9 * * 1", "apscheduler", ["2026-12-01T09:00Z", "2026-12-08T09:00Z"]],
    ["0 9 * * MON", "apscheduler", ["2026-11-30T09:00Z", "2026-12-07T09:00Z"]],
    ["0 9-9 * * *", "standard", ["2026-11-29T09:00Z", "2026-11-30T09:00Z"]],
    ["0 9-9 * * *", "croniter", ["2026-11-29T01:00Z", "2026-11-29T02:00Z"]],
    [
      "0 9 * * MON-FRI/2",
      "standard",
      ["2026-11-30T09:00Z", "2026-12-02T09:00Z", "2026-12-04T09:00Z", "2026-12-07T09:00Z"],
    ],
    ["0 9 * * MON-FRI/2", "apscheduler", ["2026-11-30T09:00Z", "2026-12-01T09:00Z"]],
    ["0 9 * * MON-5", "apscheduler", ["2026-11-30T09:00Z", "2026-12-07T09:00Z"]],
    ["0 9 * * 1/2", "standard", ["2026-11-29T09:00Z", "2026-11-30T09:00Z", "2026-12-02T09:00Z"]],
    [
      "0 9 * * 1/2",
      "croniter",
      ["2026-11-30T09:00Z", "2026-12-02T09:00Z", "2026-12-04T09:00Z", "2026-12-07T09:00Z"],
    ],
    [
      "0 9 * * 1/2",
      "apscheduler",
      ["2026-12-01T09:00Z", "2026-12-03T09:00Z", "2026-12-05T09:00Z", "2026-12-08T09:00Z"],
    ],
    ["0 9 13 * FRI", "standard", ["2026-12-04T09:00Z", "2026-12-11T09:00Z", "2026-12-13T09:00Z"]],
    ["0 9 13 * FRI", "croniter", ["2026-12-04T09:00Z", "2026-12-11T09:00Z", "2026-12-13T09:00Z"]],
    ["0 9 13 * FRI", "apscheduler", ["2027-08-13T09:00Z"]],
    [
      "0 22-1 * * *",
      "croniter",
      ["2026-11-29T01:00Z", "2026-11-29T22:00Z", "2026-11-29T23:00Z", "2026-11-30T00:00Z"],
    ],
    ["0 9 * * SAT-SUN", "apscheduler", ["2026-11-29T09:00Z", "2026-12-05T09:00Z"]],
    ["0 9 * * L5", "croniter", ["2026-12-25T09:00Z", "2027-01-29T09:00Z"]],
    ["@daily", "croniter", ["2026-11-30T00:00Z", "2026-12-01T00:00Z"]],
    ["*/90 * * * *", "croniter", ["2026-11-29T01:00Z", "2026-11-29T02:00Z"]],
  ])("%s by %s", (expression, dialect, expected) => {
    expect(runs(expression, "UTC", WEEK, expected.length, dialect)).toEqual(expected);
  });

  test.each<[string, CronDialect]>([
    ["0 9 * * 7", "apscheduler"],
    ["0 9 * * SUN-TUE", "apscheduler"],
    ["0 9 L * *", "apscheduler"],
    ["0 9 ? * *", "apscheduler"],
    ["0 9 * * 5#2", "apscheduler"],
    ["0 9 * * FRIL", "apscheduler"],
    ["*/90 * * * *", "apscheduler"],
    ["0 */24 * * *", "apscheduler"],
    ["0 0-6/12 * * *", "apscheduler"],
    ["@daily", "apscheduler"],
    ["0 9 * * 5L", "croniter"],
    ["? ? * * *", "croniter"],
    ["0 9 ? * ?", "croniter"],
    ["0 22-4 * * *", "standard"],
    ["0 9 * * L5", "standard"],
    ["@daily", "standard"],
    ["0 0 0 * * *", "croniter"],
  ])("%s is rejected by %s", (expression, dialect) => {
    expect(cronProblem(expression, dialect)).toMatch(/\w/);
  });

  test.each<[CronDialect, string[], string[]]>([
    ["standard", ["2027-03-28T01:30Z"], ["2027-10-31T00:30Z", "2027-11-01T01:30Z"]],
    ["croniter", ["2027-03-28T01:00Z"], ["2027-10-31T00:30Z", "2027-10-31T01:30Z"]],
    ["apscheduler", ["2027-03-28T01:30Z"], ["2027-10-31T00:30Z", "2027-10-31T01:30Z"]],
  ])("%s: 02:30 in Paris when the clocks change", (dialect, spring, autumn) => {
    expect(runs("30 2 * * *", "Europe/Paris", "2027-03-27T12:00:00Z", 1, dialect)).toEqual(spring);
    expect(runs("30 2 * * *", "Europe/Paris", "2027-10-30T12:00:00Z", 2, dialect)).toEqual(autumn);
  });

  test("a stored trigger that the dialect cannot read never fires", () => {
    const config = { cron_expression: "0 9 * * 7" };
    expect(nextScheduled("cron", config, 0, false, "apscheduler")).toBeNull();
    expect(nextScheduled("cron", config, 0, false, "standard")).toBe(Date.UTC(1970, 0, 4, 9));
  });

  test.each<[CronDialect, string, number]>([
    ["standard", "2026-11-30T09:00:00Z", 200],
    ["apscheduler", "2026-12-01T09:00:00Z", 422],
  ])("with %s, weekday 1 runs on %s, and weekday 7 gets a %i", async (cron, next, status) => {
    const rig = await start({ cron, at: "2026-11-29T00:00:00Z" });
    const id = await create(rig, { schedule_config: { cron_expression: "0 9 * * 1" } });
    expect((await rig.call("GET", `/v1/triggers/${id}`)).body.next_scheduled_at).toBe(next);
    const schedule_config = { cron_expression: "0 9 * * 7" };
    expect((await rig.call("PATCH", `/v1/triggers/${id}`, { schedule_config })).status).toBe(status);
    const other = await rig.call("POST", "/v1/triggers", cronBody({ name: "other", schedule_config }));
    expect(other.status).toBe(status);
  });
});
