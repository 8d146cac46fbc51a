import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { crowdedMinutes, type ScheduledTrigger } from "../../../provider/core/timeline/crowded-minutes";
import { eachRun, runsBetween } from "../../../provider/core/timeline/runs";
import { scheduleWarnings } from "../../../provider/core/timeline/schedule-warnings";
import { RUNS } from "../arbitraries";
import { expectEqual } from "../equal";
import { cron, every, on } from "./timeline-rows";

const FROM = Date.parse("2026-11-28T12:00:00Z");
const DAY = 86_400_000;
const MINUTE = 60_000;

const trigger = (name: string, change: Partial<ScheduledTrigger> = {}): ScheduledTrigger => ({
  name,
  namespace: "prod",
  resource: "clust_1",
  schedule: cron("0 4 * * *"),
  ...change,
});
const crowd = (
  count: number,
  change: (n: number) => Partial<ScheduledTrigger> = () => ({}),
): ScheduledTrigger[] => Array.from({ length: count }, (_, n) => trigger(`job-${n + 1}`, change(n)));
const lines = (triggers: readonly ScheduledTrigger[], mostStarts?: number): string[] =>
  scheduleWarnings(triggers, { from: FROM, mostStarts }).map(
    ({ code, triggers: [first], message, hint }) => `${code} ${triggers[first!]!.name}: ${message}. ${hint}`,
  );

describe("CROWDED_MINUTE", () => {
  test("reports more starts in one namespace and minute than the limit", () => {
    const apart = (n: number) => ({ resource: `clust_${n}` });
    expect(lines(crowd(11, apart))).toEqual([
      'CROWDED_MINUTE job-1: 11 triggers in namespace "prod" start in the same minute, 2026-11-29 04:00 (Europe/Paris): job-1, job-2, job-3 and 8 more; too many also start in 30 other minutes within 31 days. Add spread: 30m to them, to distribute their starts over 30 minutes, or increase max_starts_per_minute (now 10) in the environment file.',
    ]);
    expect(lines(crowd(10, apart))).toEqual([]);
    expect(lines(crowd(10, apart), 9)).toHaveLength(1);
    expect(lines(crowd(12, (n) => ({ ...apart(n), namespace: n % 2 ? "eu" : "us" })))).toEqual([]);
  });

  test("reports more starts for one resource and minute than half of the limit", () => {
    expect(lines(crowd(6, () => ({ schedule: cron("0 4 1 * *", "UTC") })))).toEqual([
      "CROWDED_MINUTE job-1: 6 triggers for clust_1 start in the same minute, 2026-12-01 04:00 (UTC): job-1, job-2, job-3 and 3 more. Add spread: 30m to them, to distribute their starts over 30 minutes. The limit for one resource is 5, half of max_starts_per_minute in the environment file.",
    ]);
    expect(lines(crowd(5))).toEqual([]);
    expect(lines(crowd(6, () => ({ resource: undefined })))).toEqual([]);
  });

  test("a crowded namespace is one warning, whatever its resources are", () => {
    expect(lines(crowd(11))).toHaveLength(1);
  });

  test("times of different zones are combined, and shown in UTC", () => {
    const zones = (n: number) => ({ schedule: n % 2 ? cron("0 4 * * *") : cron("0 3 * * *", "UTC") });
    expect(lines(crowd(6, zones))[0]).toContain("2026-11-29 03:00 (UTC)");
  });

  test("intervals count if their phase is known; an interval of a minute or less starts in each minute anyway", () => {
    const hourly = (n: number) => ({ resource: `clust_${n}`, schedule: every(3600), phase: FROM + n * 1000 });
    expect(lines(crowd(12, hourly))).toEqual([
      'CROWDED_MINUTE job-1: 12 triggers in namespace "prod" start in the same minute, 2026-11-28 13:00 (UTC): job-1, job-2, job-3 and 9 more; too many also start in 742 other minutes within 31 days. An interval counts from the `up` that creates its trigger. Write cron schedules with spread: 30m instead, or create them in separate runs, or increase max_starts_per_minute (now 10) in the environment file.',
    ]);
    expect(lines(crowd(12, (n) => ({ ...hourly(n), phase: FROM + n * MINUTE })))).toEqual([]);
    expect(lines(crowd(12, (n) => ({ ...hourly(n), phase: undefined })))).toEqual([]);
    expect(lines(crowd(40, (n) => ({ ...hourly(n), schedule: every(60) })))).toEqual([]);
  });

  test("intervals and cron schedules are combined", () => {
    const schedule = (n: number) => ({
      schedule: n % 2 ? every(86_400) : cron("0 12 * * *", "UTC"),
      phase: FROM,
    });
    expect(lines(crowd(6, schedule))).toEqual([
      "CROWDED_MINUTE job-1: 6 triggers for clust_1 start in the same minute, 2026-11-29 12:00 (UTC): job-1, job-2, job-3 and 3 more; too many also start in 29 other minutes within 31 days. An interval counts from the `up` that creates its trigger. Write cron schedules instead, and add spread: 30m to all of them. The limit for one resource is 5, half of max_starts_per_minute in the environment file.",
    ]);
  });

  test("law: it is found exactly if a count of all starts, minute by minute, finds one", () => {
    const schedule = fc
      .tuple(
        fc.constantFrom("0", "30", "*/15", "0,15"),
        fc.constantFrom("4", "*", "4,5"),
        fc.constantFrom("*", "1-5"),
      )
      .map(([minute, hour, weekday]) => cron(`${minute} ${hour} * * ${weekday}`));
    fc.assert(
      fc.property(
        fc.array(schedule, { maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        (schedules, limit) => {
          const span = { from: FROM, to: FROM + 3 * DAY };
          const triggers = schedules.map((each, n) =>
            trigger(`job-${n}`, { schedule: each, resource: undefined }),
          );
          const starts = new Map<number, number[]>();
          for (const [index, { schedule }] of triggers.entries())
            for (const run of eachRun(runsBetween(schedule, span))) {
              const minute = Math.floor(run / MINUTE) * MINUTE;
              starts.set(minute, [...(starts.get(minute) ?? []), index]);
            }
          const most = Math.max(0, ...[...starts.values()].map((own) => own.length));
          const over = [...starts.values()].filter((own) => own.length > limit);
          const [found, ...more] = crowdedMinutes(triggers, span, limit);
          expectEqual(more, []);
          expectEqual(found !== undefined, most > limit);
          if (!found) return;
          expectEqual(found.triggers, starts.get(found.at));
          expectEqual(found.triggers.length, most);
          expectEqual(found.others, over.length - 1);
        },
      ),
      RUNS,
    );
  });
});

describe("RARE_SCHEDULE", () => {
  const rare = (schedule: ScheduledTrigger["schedule"]): string[] =>
    lines([trigger("job", { schedule })]).filter((line) => line.startsWith("RARE_SCHEDULE "));

  test.each([
    [cron("0 4 29 2 *"), '"0 4 29 2 *" runs less than once a year, next on 2028-02-29'],
    [cron("0 4 * 2 MON#5"), '"0 4 * 2 MON#5" runs less than once a year, next on 2044-02-29'],
    [every(40_000_000), "an interval of 40000000 seconds runs less than once a year"],
  ])("%j", (schedule, message) => {
    expect(lines([trigger("job", { schedule })])[0]).toMatch(`RARE_SCHEDULE job: ${message}. `);
  });

  test.each([
    cron("0 4 1 1 *"),
    cron("0 4 31 * *"),
    cron("0 4 31 12 *"),
    cron("0 4 L 2 *"),
    cron("0 4 29 2 MON"),
    cron("0 4 29 2,3 *"),
    every(31_536_000),
    on("event", { event_type: "documents_added", event_threshold: 1 }),
    on("conditional", { condition_type: "drift" }),
  ])("is not given for %j", (schedule) => {
    expect(rare(schedule)).toEqual([]);
  });

  test("law: it is given exactly if the 400 years of the calendar have fewer than 400 runs", () => {
    const some = (min: number, max: number) =>
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 2 });
    const dates = fc.oneof(some(29, 30), some(1, 31));
    fc.assert(
      fc.property(dates, some(1, 4), fc.option(fc.integer({ min: 1, max: 5 })), (date, month, nth) => {
        const schedule = cron(
          `0 4 ${nth === null ? date.join(",") : "*"} ${month.join(",")} ${nth === null ? "*" : `TUE#${nth}`}`,
          "UTC",
        );
        fc.pre(
          nth !== null || Math.min(...date) <= Math.max(...month.map((each) => [31, 29, 31, 30][each - 1]!)),
        );
        let runs = 0;
        for (let year = 2000; year < 2400; year += 1)
          for (const each of month)
            for (let day = Date.UTC(year, each - 1, 1); day < Date.UTC(year, each, 1); day += DAY) {
              const at = new Date(day);
              const isTuesday = at.getUTCDay() === 2 && Math.ceil(at.getUTCDate() / 7) === nth;
              if (nth === null ? date.includes(at.getUTCDate()) : isTuesday) runs += 1;
            }
        expectEqual(rare(schedule).length, runs < 400 ? 1 : 0);
      }),
      { numRuns: 30 },
    );
  });
});

test("the work grows with the number of triggers, not with their pairs", () => {
  const triggers = crowd(800, (n) => ({
    resource: `clust_${n % 50}`,
    schedule: [
      cron(`${n % 60} ${n % 24} * * *`),
      cron(`${n % 15}/15 8-18 * * MON-FRI`),
      cron(`${n % 60} 3 ${1 + (n % 28)} * *`, "America/New_York"),
      every(300 + n),
      cron(`${n % 60} * * ${1 + (n % 12)} *`, "UTC"),
    ][n % 5]!,
  }));
  const cpuOf = (count: number, round: number): number => {
    const start = process.cpuUsage();
    scheduleWarnings(triggers.slice(0, count), { from: FROM + round * MINUTE });
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  // The least of several rounds: another process may slow one of them down.
  const [few, all]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    few.push(cpuOf(100, round));
    all.push(cpuOf(800, round));
  }
  // Eight times as many take eight times as long; their pairs would take 64 times as long.
  expect(Math.min(...all) / Math.min(...few)).toBeLessThan(24);
});

test("at the end of year 9999, only times with four-digit years are listed", () => {
  const from = Date.UTC(9999, 9, 1);
  const [warning] = scheduleWarnings([trigger("odd", { schedule: cron("30 2 * * *") })], { from });
  expect(warning!.message).toMatch(/: 9999-10-31 02:30 occurs twice \(it may run twice\)$/);
});
