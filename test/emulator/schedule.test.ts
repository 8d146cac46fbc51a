import { describe, expect, test } from "@jest/globals";
import { cronProblem, nextCron } from "../../provider/emulator/schedule";

describe("the next time of a cron expression", () => {
  // Lord Howe's clocks go back half an hour at 15:00Z on 4 April: 02:00 becomes 01:30.
  test.each([
    ["0-1 * * * *", "2026-04-04T14:01:00Z", "2026-04-04T15:30:00.000Z"],
    ["0 * * * *", "2026-04-04T14:00:00Z", "2026-04-04T15:30:00.000Z"],
    ["*/20 * * * *", "2026-04-04T14:07:00Z", "2026-04-04T14:20:00.000Z"],
  ])("%s after %s in Lord Howe is %s", (expression, after, next) => {
    expect(new Date(nextCron(expression, "Australia/Lord_Howe", Date.parse(after))).toISOString()).toBe(next);
  });

  // The day each zone's clocks go back, and one on which they go forward.
  test.each([
    ["Australia/Lord_Howe", "2026-04-04"],
    ["America/New_York", "2026-11-01"],
    ["America/New_York", "2026-03-08"],
  ])("always lies after its start in %s on %s", (zone, day) => {
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

  test("an expression that never fires is a problem, told in a sentence", () => {
    expect(cronProblem("0 0 30 2 *")).toMatch(/\w/);
    expect(cronProblem("0 0 29 2 *")).toBeUndefined();
  });
});
