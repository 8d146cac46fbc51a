import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Schedule } from "../../provider/core/timeline/next-runs";
import { countRuns, eachRun } from "../../provider/core/timeline/runs";
import { ruleWords } from "../../provider/core/timeline/schedule-words";
import type { RowChange, RunState, TimelineEntry } from "../../provider/core/timeline/timeline-row";
import { densityOf, nextOf } from "../../provider/core/timeline-formats/density";
import { cron as anyCron, RUNS } from "./arbitraries";
import { alive, cron, declared, every, on, timelineIn, WEEK } from "./timeline-rows";

const NIGHTLY = cron("0 2 * * *");
const HOURLY = cron("0 * * * *");

describe("what the next up means", () => {
  test.each<
    [what: string, entry: TimelineEntry, change: RowChange, state: RunState, liveState: RunState | undefined]
  >([
    ["live as declared", declared("a", NIGHTLY, { live: alive("a", NIGHTLY) }), "none", "active", undefined],
    [
      "another spelling",
      declared("a", NIGHTLY, { live: alive("a", cron("00 02 * * *")) }),
      "none",
      "active",
      undefined,
    ],
    ["not live", declared("a", NIGHTLY), "create", "active", undefined],
    [
      "not live, declared paused",
      declared("a", NIGHTLY, { status: "paused" }),
      "create",
      "paused",
      undefined,
    ],
    ["another schedule", declared("a", NIGHTLY, { live: alive("a", HOURLY) }), "change", "active", "active"],
    ["another type", declared("a", NIGHTLY, { live: alive("a", every(60)) }), "change", "active", "active"],
    [
      "paused live and left so",
      declared("a", NIGHTLY, { live: alive("a", NIGHTLY, { status: "paused" }) }),
      "none",
      "paused",
      undefined,
    ],
    [
      "paused live, declared active",
      declared("a", NIGHTLY, { status: "active", live: alive("a", NIGHTLY, { status: "paused" }) }),
      "change",
      "active",
      "paused",
    ],
    [
      "active live, declared paused",
      declared("a", NIGHTLY, { status: "paused", live: alive("a", NIGHTLY) }),
      "change",
      "paused",
      "active",
    ],
    [
      "failed",
      declared("a", NIGHTLY, { live: alive("a", NIGHTLY, { status: "failed" }) }),
      "none",
      "failed",
      undefined,
    ],
    [
      "undeclared",
      { environment: "prod", name: "a", live: alive("a", NIGHTLY) },
      "undeclared",
      "active",
      undefined,
    ],
  ])("%s", (_what, entry, change, state, liveState) => {
    const { rows } = timelineIn([entry]);
    expect(rows).toMatchObject([{ name: "a", change, state }]);
    expect(rows[0]!.live?.state).toBe(liveState);
  });

  test("offline nothing is said of what is live", () => {
    expect(timelineIn([declared("a", NIGHTLY)], { isOffline: true }).rows).toMatchObject([
      { change: "none" },
    ]);
  });

  test("before and after a change have their own runs", () => {
    const [row] = timelineIn([declared("a", NIGHTLY, { live: alive("a", HOURLY) })]).rows;
    expect([countRuns(row!.runs), countRuns(row!.live!.runs)]).toEqual([7, 169]);
  });

  test("why a trigger failed is kept", () => {
    const failed = alive("a", NIGHTLY, { status: "failed", health: { last_execution_error: "no capacity" } });
    expect(timelineIn([declared("a", NIGHTLY, { live: failed })]).rows).toMatchObject([
      { error: "no capacity" },
    ]);
  });
});

describe("what an interval counts from", () => {
  const first = (entry: TimelineEntry): string => {
    const [run] = eachRun(timelineIn([entry]).rows[0]!.runs);
    return new Date(run!).toISOString();
  };
  const health = {
    next_scheduled_at: "2026-10-22T03:25:00.000Z",
    last_triggered_at: "2026-10-21T20:10:00.000Z",
  };
  test.each<[what: string, entry: TimelineEntry, expected: string]>([
    [
      "the next run that the service says",
      declared("a", every(7200), { live: alive("a", every(7200), { health }) }),
      "2026-10-22T03:25:00.000Z",
    ],
    [
      "the last run",
      declared("a", every(7200), {
        live: alive("a", every(7200), { health: { last_triggered_at: health.last_triggered_at } }),
      }),
      "2026-10-21T22:10:00.000Z",
    ],
    [
      "the creation",
      declared("a", every(7200), {
        live: alive("a", every(7200), { created_at: "2026-10-21T21:00:00.000Z" }),
      }),
      "2026-10-21T23:00:00.000Z",
    ],
    ["now, where it is not live", declared("a", every(7200)), "2026-10-22T00:00:00.000Z"],
    [
      "now, where it changes",
      declared("a", every(7200), { live: alive("a", every(60), { health }) }),
      "2026-10-22T00:00:00.000Z",
    ],
    [
      "now, where it is resumed",
      declared("a", every(7200), {
        status: "active",
        live: alive("a", every(7200), { health, status: "paused" }),
      }),
      "2026-10-22T00:00:00.000Z",
    ],
  ])("%s", (_what, entry, expected) => {
    expect(first(entry)).toBe(expected);
  });

  test("a note says so where it is not known", () => {
    const live = alive("a", every(60));
    expect(timelineIn([declared("a", every(60), { live })]).notes).toEqual([]);
    expect(timelineIn([declared("a", NIGHTLY)]).notes).toEqual([]);
    expect(timelineIn([declared("a", every(60))]).notes).toEqual([
      "Intervals that are not live as declared are counted from now: the service counts them from when they are applied.",
    ]);
    expect(timelineIn([declared("a", every(60))], { isOffline: true }).notes).toEqual([
      "Intervals are counted from the beginning of the window: the service counts them from when they are applied.",
    ]);
  });
});

test("what no time starts is listed with what it waits for, and a secret schedule is not shown", () => {
  const { rows, others } = timelineIn([
    declared(
      "on-events",
      on("event", { event_type: "documents_added", event_threshold: 100, cooldown_seconds: 300 }),
    ),
    declared("secret", cron("7 3 * * *"), { isSecret: true }),
    { environment: "prod", name: "odd", live: alive("odd", on("lunar", {}), { status: "paused" }) },
  ]);
  expect(rows).toEqual([]);
  expect(others.map(({ name, state, change, waitsFor }) => [name, state, change, waitsFor])).toEqual([
    ["on-events", "active", "none", "After 100 documents_added, at most once in 5 minutes"],
    ["secret", "active", "none", "Its schedule is a secret"],
    ["odd", "paused", "undeclared", "On trigger type lunar"],
  ]);
});

describe("ruleWords", () => {
  test.each<[schedule: Schedule, expected: string]>([
    [NIGHTLY, "At 02:00, every day (Europe/Paris)"],
    [cron("30 5 * * MON-FRI", "UTC"), "At 05:30, Monday through Friday (UTC)"],
    [on("cron", { cron_expression: "* * * * *" }), "Every minute (UTC)"],
    // Either day, not both.
    [cron("0 0 13 * FRI", "UTC"), "At 00:00, on day 13 of the month; also at 00:00, only on Friday (UTC)"],
    [cron("0 0 L * *", "UTC"), "At 00:00, on the last day of the month (UTC)"],
    [cron("@daily", "UTC"), "By a cron expression that this release cannot read: @daily (UTC)"],
    [every(300), "Every 5 minutes"],
    [every(3600), "Every hour"],
    [every(86_400), "Every day"],
    [every(5400), "Every 90 minutes"],
    [every(61), "Every 61 seconds"],
    [on("interval", { interval_seconds: "soon" }), "By an interval that this release cannot read"],
    [
      on("event", { event_type: "documents_added", event_threshold: 1, collection_id: "col_1" }),
      "After 1 documents_added in col_1",
    ],
    [
      on("conditional", {
        condition_type: "drift",
        threshold: 0.3,
        metric: "cosine_drift",
        check_interval_seconds: 3600,
      }),
      "When drift (cosine_drift) exceeds 0.3, checked every hour",
    ],
    [on("conditional", { condition_type: "volume" }), "When volume"],
  ])("%j", (schedule, expected) => {
    expect(ruleWords(schedule)).toBe(expected);
  });
});

test("ruleWords has words for every expression that is accepted", () => {
  const special = fc.constantFrom(
    "0 0 l * ?",
    "00 02 * jan,JUL mon-fri",
    "5 3 * * 7L",
    "0 6 1,L * 1,5L",
    "*/7 1-3 L * 2#1",
    "0 0 * * 0-7",
  );
  fc.assert(
    fc.property(fc.oneof(anyCron, special), (expression) => {
      expect(ruleWords(cron(expression))).toMatch(
        /^(At|Every|On the hour, every|Minutes?|[0-9]+ minutes?|Between) .*\(Europe\/Paris\)$/i,
      );
    }),
    RUNS,
  );
});

describe("densityOf", () => {
  const timeline = timelineIn([
    declared("a", HOURLY),
    declared("b", NIGHTLY),
    declared("c", cron("0 3 * * *")),
    declared("paused", cron("* * * * *"), { status: "paused" }),
    declared("each-second", every(1)),
  ]);

  test("counts the active ones by local hours, also where the clocks change", () => {
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

  test("names the minutes in which most triggers start, one each however often it runs", () => {
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

  test("of an interval of a second over 30 days and 100 triggers is not counted run by run", () => {
    const entries = Array.from({ length: 100 }, (_, n) => declared(`t${n}`, every(1 + (n % 7))));
    const start = process.cpuUsage();
    const { runs } = densityOf(timelineIn(entries, { to: WEEK.from + 30 * 86_400_000 }));
    expect(process.cpuUsage(start).user).toBeLessThan(20_000_000);
    expect(runs).toBeGreaterThan(90_000_000);
  });

  test("the next runs are one a trigger, the earliest first", () => {
    expect(nextOf(timeline, 3).map(({ at, row }) => [new Date(at).toISOString(), row.name])).toEqual([
      ["2026-10-21T22:00:00.000Z", "a"],
      ["2026-10-21T22:00:01.000Z", "each-second"],
      ["2026-10-22T00:00:00.000Z", "b"],
    ]);
  });
});

describe("CROWDED_MINUTE of intervals", () => {
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
    ["created live in minutes of their own", created((n) => n), false, []],
    ["created together by the next up", planned, false, ["2026-10-21T23:00:00.000Z"]],
    ["as declared, created at times that are not known", planned, true, []],
  ])("%s", (_, entries, isOffline, times) => {
    const { warnings } = timelineIn(entries, { isOffline });
    expect(warnings.flatMap(({ at }) => at.map((time) => new Date(time).toISOString()))).toEqual(times);
  });
});
