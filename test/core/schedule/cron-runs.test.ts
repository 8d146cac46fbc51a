import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fieldValues, isFree, parseCron } from "../../../provider/core/schedule/cron-grammar";
import { cronRuns } from "../../../provider/core/schedule/cron-runs";
import { expectEqual } from "../equal";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function cronOf(expression: string) {
  const parsed = parseCron(expression);
  if ("refusal" in parsed) throw new Error(expression);
  return parsed.cron;
}

const runs = (expression: string, zone: string, from: string, count: number): string[] =>
  cronRuns(cronOf(expression), zone, new Date(from), count).map((time) =>
    time.toISOString().replace(":00.000Z", "Z"),
  );

describe("near clock changes", () => {
  test.each([
    // Half an hour: back at 15:00Z on 3 April 2027, forward at 15:30Z on 2 October.
    ["15 2 * * *", "Australia/Lord_Howe", "2027-04-03T12:00Z", ["2027-04-03T15:45Z", "2027-04-04T15:45Z"]],
    ["45 1 * * *", "Australia/Lord_Howe", "2027-04-03T12:00Z", ["2027-04-03T14:45Z", "2027-04-04T15:15Z"]],
    ["10 2 * * *", "Australia/Lord_Howe", "2027-10-02T12:00Z", ["2027-10-02T15:40Z", "2027-10-03T15:10Z"]],
    ["10 * * * *", "Australia/Lord_Howe", "2027-10-02T14:00Z", ["2027-10-02T14:40Z", "2027-10-02T16:10Z"]],
    // Forty-five minutes past the hour.
    ["0 3 * * *", "Pacific/Chatham", "2027-04-03T00:00Z", ["2027-04-03T13:15Z", "2027-04-04T14:15Z"]],
    ["0 3 * * *", "Pacific/Chatham", "2027-09-25T00:00Z", ["2027-09-25T14:15Z", "2027-09-26T13:15Z"]],
    // Two hours at once.
    ["30 1 * * *", "Antarctica/Troll", "2027-03-27T12:00Z", ["2027-03-28T01:30Z", "2027-03-28T23:30Z"]],
    ["30 1 * * *", "Antarctica/Troll", "2027-10-30T12:00Z", ["2027-10-30T23:30Z", "2027-11-01T01:30Z"]],
    // At midnight.
    ["0 0 * * *", "America/Havana", "2027-03-13T12:00Z", ["2027-03-14T05:00Z", "2027-03-15T04:00Z"]],
    ["30 23 * * *", "America/Nuuk", "2027-03-27T12:00Z", ["2027-03-28T01:30Z", "2027-03-29T00:30Z"]],
    ["30 0 * * *", "Atlantic/Azores", "2027-03-27T12:00Z", ["2027-03-28T01:30Z", "2027-03-29T00:30Z"]],
    // A skipped time and the one that it moves to are the same run.
    ["0 2,3 * * *", "Europe/Paris", "2027-03-28T00:00Z", ["2027-03-28T01:00Z", "2027-03-29T00:00Z"]],
    [
      "*/20 2 * * *",
      "Europe/Paris",
      "2027-03-28T00:30Z",
      ["2027-03-28T01:00Z", "2027-03-28T01:20Z", "2027-03-28T01:40Z"],
    ],
    [
      "*/20 * * * *",
      "Europe/Paris",
      "2027-03-28T00:30Z",
      ["2027-03-28T00:40Z", "2027-03-28T01:00Z", "2027-03-28T01:20Z"],
    ],
    // Across the end of a year, and far ahead.
    ["0 0 1 1 *", "Pacific/Auckland", "2026-12-31T12:00Z", ["2027-12-31T11:00Z", "2028-12-31T11:00Z"]],
    ["0 12 29 2 *", "Europe/Paris", "2096-03-01T00:00Z", ["2104-02-29T11:00Z"]],
  ])("%s in %s after %s", (expression, zone, from, expected) => {
    expect(runs(expression, zone, from, expected.length)).toEqual(expected);
  });
});

/** Local times in the zone of the last call, as most calls are for the same zone as the one before. */
let inZone: { zone: string; format: Intl.DateTimeFormat } | undefined;

function localFormat(zone: string): Intl.DateTimeFormat {
  if (inZone?.zone !== zone) {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    inZone = { zone, format };
  }
  return inZone.format;
}

/** Every minute of a window in a zone's local time. Shares nothing with the code under test. */
function wallClock(zone: string, from: number, until: number) {
  const format = localFormat(zone);
  const minutes: { time: number; local: number }[] = [];
  // Clocks change at a quarter of an hour; within a quarter, all minutes pass alike.
  for (let time = from; time < until; time += 15 * MINUTE) {
    const [, day, month, year, hour, minute] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/
      .exec(format.format(time))!
      .map(Number);
    const local = Date.UTC(year!, month! - 1, day, hour, minute);
    for (let passed = 0; passed < 15 * MINUTE; passed += MINUTE)
      minutes.push({ time: time + passed, local: local + passed });
  }
  return minutes;
}

/**
 * The documented rule, minute by minute: a skipped time runs later by the size of the gap, a repeated time runs the
 * first time.
 */
function walked(expression: string, minutes: ReturnType<typeof wallClock>): number[] {
  const cron = cronOf(expression);
  const [minute, hour, dates, months, weekdays] = cron.map(
    (parts, index) => new Set(fieldValues(parts, index)),
  );
  const isEitherDay = !isFree(cron[2]!) && !isFree(cron[4]!);
  const meets = (local: number): boolean => {
    const at = new Date(local);
    if (!minute!.has(at.getUTCMinutes()) || !hour!.has(at.getUTCHours())) return false;
    const isDate = dates!.has(at.getUTCDate());
    const isWeekday = weekdays!.has(at.getUTCDay());
    const isDay = isEitherDay ? isDate || isWeekday : isDate && isWeekday;
    return months!.has(at.getUTCMonth() + 1) && isDay;
  };
  const isEveryHour = hour!.size === 24;
  const found = new Set<number>();
  const seen = new Set<number>();
  let before = minutes[0]!.local - MINUTE;
  for (const { time, local } of minutes) {
    if (meets(local) && (isEveryHour || !seen.has(local))) found.add(time);
    if (!isEveryHour)
      for (let skipped = before + MINUTE; skipped < local; skipped += MINUTE)
        if (meets(skipped)) found.add(time + skipped - (before + MINUTE));
    seen.add(local);
    before = local;
  }
  return [...found].sort((a, b) => a - b);
}

const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2029, 0, 1);

/** The days on which the offset of a zone from UTC changes. */
function changesOf(zone: string): number[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    timeZoneName: "longOffset",
    hour: "numeric",
  });
  const offset = (time: number): string => /GMT.*$/.exec(format.format(time))?.[0] ?? "";
  const changes = (from: number, step: number, until: number): number[] => {
    const found: number[] = [];
    for (let time = from, before = offset(from); time < until; time += step) {
      const after = offset(time + step);
      if (before !== after) found.push(...(step > DAY ? changes(time, DAY, time + step) : [time]));
      before = after;
    }
    return found;
  };
  return changes(FROM, 8 * DAY, UNTIL);
}

const ZONES = Intl.supportedValuesOf("timeZone");
const CHANGES = ZONES.flatMap((zone) => changesOf(zone).map((time) => ({ zone, time })));

test("every run of 2026 to 2028 is found around every clock change of every zone, each once", () => {
  expect(new Set(CHANGES.map(({ zone }) => zone)).size).toBeGreaterThan(100);
  const number = (min: number, max: number) => fc.integer({ min, max });
  const field = (min: number, max: number) =>
    fc.oneof(
      number(min, max).map(String),
      fc
        .tuple(number(min, max - 1), number(1, max - min))
        .map(([from, more]) => `${from}-${Math.min(max, from + more)}`),
      fc.constantFrom("*", "*/5", "*/20", "*/3"),
      fc.uniqueArray(number(min, max), { minLength: 2, maxLength: 5 }).map((list) => list.join(",")),
    );
  const expression = fc
    .tuple(
      field(0, 59),
      fc.oneof(field(0, 23), field(0, 5)),
      fc.constantFrom("*", "*", "*", "1-15"),
      fc.constant("*"),
      fc.constantFrom("*", "*", "SAT,SUN", "MON"),
    )
    .map((fields) => fields.join(" "));
  // One random expression for the hours around each change.
  const expressions = fc.sample(expression, { numRuns: CHANGES.length, seed: 14 });
  const wrong: unknown[] = [];
  for (const [at, { zone, time }] of CHANGES.entries()) {
    const each = expressions[at]!;
    const minutes = wallClock(zone, time - 4 * HOUR, time + DAY + 4 * HOUR);
    const [from, until] = [minutes[0]!.time, minutes.at(-1)!.time];
    const expected = walked(each, minutes).filter((run) => run > from && run <= until);
    const found = cronRuns(cronOf(each), zone, new Date(from), expected.length + 1)
      .map((run) => run.getTime())
      .filter((run) => run <= until);
    if (JSON.stringify(found) !== JSON.stringify(expected))
      wrong.push({
        zone,
        expression: each,
        from: new Date(from).toISOString(),
        found: found.length,
        expected: expected.length,
      });
  }
  expect(wrong).toEqual([]);
});

test("runs ascend, and starting from any of them gives the same ones", () => {
  const changes = fc.constantFrom(...CHANGES);
  const expressions = fc.constantFrom(
    "*/20 * * * *",
    "30 1,2 * * *",
    "0 0 * * *",
    "15 2 * * *",
    "45 1-3 * * *",
    "0 */6 * * *",
  );
  fc.assert(
    fc.property(changes, expressions, fc.integer({ min: 0, max: 20 }), ({ zone, time }, expression, at) => {
      const cron = cronOf(expression);
      const all = cronRuns(cron, zone, new Date(time - DAY), 40).map((run) => run.getTime());
      expectEqual(
        all,
        [...new Set(all)].sort((a, b) => a - b),
      );
      const again = cronRuns(cron, zone, new Date(all[at]!), 40 - at - 1).map((run) => run.getTime());
      expectEqual([zone, expression, again], [zone, expression, all.slice(at + 1)]);
    }),
    { numRuns: 300 },
  );
});
