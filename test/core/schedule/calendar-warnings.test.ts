import { describe, expect, test } from "@jest/globals";
import { notPortable } from "../../../provider/core/schedule/cron-portability";
import { scheduleWarnings } from "../../../provider/core/timeline/schedule-warnings";
import { cron } from "../timeline/timeline-rows";

const FROM = Date.parse("2026-11-28T12:00:00Z");

const lines = (expression: string, zone = "UTC"): string[] =>
  scheduleWarnings([{ name: "job", schedule: cron(expression, zone) }], { from: FROM }).map(
    ({ code, message, hint }) => `${code} ${message}. ${hint}`,
  );

describe("a cron schedule that is less regular than it looks", () => {
  test.each([
    [
      "*/45 * * * *",
      'UNEVEN_STEP "*/45 * * * *" does not run every 45 minutes: */45 starts again each hour, 15 minutes after the last run of the hour before. Choose a step that divides 60, such as */30, or trigger_type: interval with interval_seconds: 2700.',
    ],
    [
      "*/7 8-18 * * MON-FRI",
      'UNEVEN_STEP "*/7 8-18 * * MON-FRI" does not run every 7 minutes: */7 starts again each hour, 4 minutes after the last run of the hour before. Choose a step that divides 60, such as */6 or */10, or trigger_type: interval with interval_seconds: 420.',
    ],
    [
      "0 */5 * * *",
      'UNEVEN_STEP "0 */5 * * *" does not run every 5 hours: */5 starts again each day, 4 hours after the last run of the day before. Choose a step that divides 24, such as */4 or */6, or trigger_type: interval with interval_seconds: 18000.',
    ],
    [
      "30 4 */2 * *",
      'UNEVEN_STEP "30 4 */2 * *" does not run every 2 days: */2 starts again on the 1st of each month. List the intended days, or use trigger_type: interval with interval_seconds: 172800.',
    ],
    [
      "0 4 31 * *",
      'SKIPPED_MONTHS "0 4 31 * *" does not run in February, April, June, September and November: they have no day 31. Choose a day up to 28, or the 1st of the next month. No spelling of the last day of a month is portable.',
    ],
    [
      "0 4 30,31 * *",
      'SKIPPED_MONTHS "0 4 30,31 * *" does not run in February: it has no day 30. Choose a day up to 28, or the 1st of the next month. No spelling of the last day of a month is portable.',
    ],
    [
      "0 4 29 * *",
      'SKIPPED_MONTHS "0 4 29 * *" does not run in February, except in leap years: it has no day 29. Choose a day up to 28, or the 1st of the next month. No spelling of the last day of a month is portable.',
    ],
    [
      "0 4 31 MAR,JUN,SEP,DEC *",
      'SKIPPED_MONTHS "0 4 31 MAR,JUN,SEP,DEC *" does not run in June and September: they have no day 31. Choose a day up to 28, or the 1st of the next month. No spelling of the last day of a month is portable.',
    ],
  ])("%s", (expression, line) => {
    expect(lines(expression)).toEqual([line]);
  });

  test.each([
    ["a step that divides the hour", "*/15 * * * *"],
    ["a step that divides the day", "0 */6 * * *"],
    ["a step within one hour of a day", "*/45 4 * * *"],
    ["a step within hours apart from each other", "*/45 4,8 * * *"],
    ["a step within one day of a week", "0 */5 * * MON"],
    ["a step within one day of a month", "0 */5 1 * *"],
    ["a range that says where it ends", "0-45/45 * * * *"],
    ["days of one month", "0 4 */2 JAN *"],
    ["the last date of months that have it", "0 4 31 JAN,MAR,MAY *"],
    ["one of several dates that each month has", "0 4 15,31 * *"],
    ["the last day of each month", "0 4 L * *"],
  ])("is not %s: %s", (_, expression) => {
    expect(lines(expression)).toEqual([]);
  });
});

describe("seven dates and a weekday", () => {
  test.each([
    [
      "0 6 1-7 * MON",
      'This does not mean the first MON of a month, which no portable expression can express: most libraries run it on days 1-7 and on each MON. Choose a fixed date or each MON; if both days are meant, declare two triggers, "0 6 1-7 * *" and "0 6 * * MON".',
    ],
    [
      "0 6 25-31 * 5",
      'This does not mean the last FRI of a month, which no portable expression can express: most libraries run it on days 25-31 and on each FRI. Choose a fixed date or each FRI; if both days are meant, declare two triggers, "0 6 25-31 * *" and "0 6 * * FRI".',
    ],
    ["0 6 1-7 * MON,TUE", 'Declare two triggers, "0 6 1-7 * *" and "0 6 * * MON,TUE".'],
    ["0 6 2-8 * MON", 'Declare two triggers, "0 6 2-8 * *" and "0 6 * * MON".'],
  ])("%s", (expression, hint) => {
    expect(notPortable(expression)?.hint).toBe(hint);
  });
});

describe("runs every two hours keep their distance over a clock change, in each zone", () => {
  test.each(["Europe/Paris", "Europe/London", "America/New_York", "America/Havana", "Australia/Lord_Howe"])(
    "%s",
    (zone) => {
      expect(lines("0 */2 * * *", zone)).toEqual([]);
    },
  );
});
