import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Schedule } from "../../../provider/core/timeline/next-runs";
import { countRuns, eachRun } from "../../../provider/core/timeline/runs";
import { ruleWords } from "../../../provider/core/timeline/schedule-words";
import type { RowChange, RunState, TimelineEntry } from "../../../provider/core/timeline/timeline-row";
import { cron as anyCron, RUNS } from "../arbitraries";
import { alive, cron, declared, every, on, timelineIn } from "./timeline-rows";

const NIGHTLY = cron("0 2 * * *");
const HOURLY = cron("0 * * * *");

describe("what the next up changes", () => {
  test.each<
    [what: string, entry: TimelineEntry, change: RowChange, state: RunState, liveState: RunState | undefined]
  >([
    ["live as declared", declared("a", NIGHTLY, { live: alive("a", NIGHTLY) }), "none", "active", undefined],
    [
      "another notation",
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

  test("offline, nothing is said about live triggers", () => {
    expect(timelineIn([declared("a", NIGHTLY)], { isOffline: true }).rows).toMatchObject([
      { change: "none" },
    ]);
  });

  test("before and after a change have separate runs", () => {
    const [row] = timelineIn([declared("a", NIGHTLY, { live: alive("a", HOURLY) })]).rows;
    expect([countRuns(row!.runs), countRuns(row!.live!.runs)]).toEqual([7, 169]);
  });

  test("the reason for a failed trigger is kept", () => {
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
      "the next run that the service reports",
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
    ["now, if it is not live", declared("a", every(7200)), "2026-10-22T00:00:00.000Z"],
    [
      "now, if it changes",
      declared("a", every(7200), { live: alive("a", every(60), { health }) }),
      "2026-10-22T00:00:00.000Z",
    ],
    [
      "now, if it is resumed",
      declared("a", every(7200), {
        status: "active",
        live: alive("a", every(7200), { health, status: "paused" }),
      }),
      "2026-10-22T00:00:00.000Z",
    ],
  ])("%s", (_what, entry, expected) => {
    expect(first(entry)).toBe(expected);
  });

  test("a note says so if it is unknown", () => {
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

test("what is not started by time is listed with what it waits for, and a secret schedule is not shown", () => {
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
    ["on-events", "active", "none", "After 100 documents_added, at most once every 5 minutes"],
    ["secret", "active", "none", "Its schedule is a secret"],
    ["odd", "paused", "undeclared", "On trigger type lunar"],
  ]);
});

describe("ruleWords", () => {
  test.each<[schedule: Schedule, expected: string]>([
    [NIGHTLY, "At 02:00, every day (Europe/Paris)"],
    [cron("30 5 * * MON-FRI", "UTC"), "At 05:30, Monday through Friday (UTC)"],
    [on("cron", { cron_expression: "* * * * *" }), "Every minute (UTC)"],
    // Either of the days, not both.
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
