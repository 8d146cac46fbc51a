import { describe, expect, test } from "@jest/globals";
import type { TimelineEntry } from "../../../provider/core/timeline/timeline-row";
import { densityOf, nextOf } from "../../../provider/core/timeline-formats/density";
import { alive, cron, declared, every, timelineIn, WEEK } from "./timeline-rows";

const NIGHTLY = cron("0 2 * * *");
const HOURLY = cron("0 * * * *");

describe("densityOf", () => {
  const timeline = timelineIn([
    declared("a", HOURLY),
    declared("b", NIGHTLY),
    declared("c", cron("0 3 * * *")),
    declared("paused", cron("* * * * *"), { status: "paused" }),
    declared("each-second", every(1)),
  ]);

  test("counts the active triggers by local hours, even if the clocks change", () => {
    const { days, runs, most } = densityOf(timelineIn([declared("a", HOURLY), declared("b", NIGHTLY)]));
    expect(days.map(({ day, runs }) => [day, runs])).toEqual([
      ["Thu 22 Oct", 25],
      ["Fri 23 Oct", 25],
      ["Sat 24 Oct", 25],
      ["Sun 25 Oct", 26],
      ["Mon 26 Oct", 25],
      ["Tue 27 Oct", 25],
      ["Wed 28 Oct", 25],
    ]);
    expect({ runs, most }).toEqual({ runs: 176, most: 3 });
    expect(days[3]).toMatchObject({ change: { before: 7_200_000, after: 3_600_000 } });
    expect(days[3]!.hours[2]).toEqual({ runs: 3, minutes: 120, isSkipped: false });
  });

  test("an hour that the clocks skip is marked, and no other", () => {
    const from = Date.parse("2026-03-28T23:00:00Z");
    const { days } = densityOf(
      timelineIn([declared("a", NIGHTLY)], { from, to: from + 23 * 3_600_000, now: from }),
    );
    expect(days).toHaveLength(1);
    expect(days[0]!.hours.flatMap(({ isSkipped }, hour) => (isSkipped ? [hour] : []))).toEqual([2]);
    expect(days[0]!.hours[3]!.runs).toBe(1);
  });

  test("lists the minutes in which most triggers start, counting each trigger once however often it runs", () => {
    const { busiest } = densityOf(timeline);
    expect(
      busiest
        .map(({ at, triggers, days, rows }) => [
          new Date(at).toISOString(),
          triggers,
          days,
          rows.map(({ name }) => name),
        ])
        .slice(0, 2),
    ).toEqual([
      ["2026-10-22T00:00:00.000Z", 3, 7, ["a", "b", "each-second"]],
      ["2026-10-22T01:00:00.000Z", 3, 7, ["a", "c", "each-second"]],
    ]);
    expect(densityOf(timelineIn([declared("a", HOURLY)])).busiest).toEqual([]);
  });

  test("an interval of a second over 30 days and 100 triggers is not counted run by run", () => {
    const entries = Array.from({ length: 100 }, (_, n) => declared(`t${n}`, every(1 + (n % 7))));
    const start = process.cpuUsage();
    const { runs } = densityOf(timelineIn(entries, { to: WEEK.from + 30 * 86_400_000 }));
    expect(process.cpuUsage(start).user).toBeLessThan(20_000_000);
    expect(runs).toBeGreaterThan(90_000_000);
  });

  test("the next runs are one per trigger, the earliest first", () => {
    expect(nextOf(timeline, 3).map(({ at, row }) => [new Date(at).toISOString(), row.name])).toEqual([
      ["2026-10-21T22:00:00.000Z", "a"],
      ["2026-10-21T22:00:01.000Z", "each-second"],
      ["2026-10-22T00:00:00.000Z", "b"],
    ]);
  });
});

describe("CROWDED_MINUTE for intervals", () => {
  const NAMES = ["a", "b", "c", "d", "e", "f"];
  const created = (minute: (n: number) => number): TimelineEntry[] =>
    NAMES.map((name, n) =>
      declared(name, every(3600), {
        live: alive(name, every(3600), {
          created_at: new Date(WEEK.from + minute(n) * 60_000).toISOString(),
        }),
      }),
    );
  const planned = NAMES.map((name) => declared(name, every(3600)));
  test.each<[string, TimelineEntry[], boolean, string[]]>([
    ["created live in one minute", created(() => 7), false, ["2026-10-21T23:07:00.000Z"]],
    ["created live in different minutes", created((n) => n), false, []],
    ["created together by the next up", planned, false, ["2026-10-21T23:00:00.000Z"]],
    ["as declared, created at unknown times", planned, true, []],
  ])("%s", (_, entries, isOffline, times) => {
    const { warnings } = timelineIn(entries, { isOffline });
    expect(warnings.flatMap(({ at }) => at.map((time) => new Date(time).toISOString()))).toEqual(times);
  });
});
