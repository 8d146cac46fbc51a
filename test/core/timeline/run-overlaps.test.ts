import { describe, expect, test } from "@jest/globals";
import { runTimeText } from "../../../provider/core/text/duration-text";
import type { Schedule } from "../../../provider/core/timeline/next-runs";
import { overlapCandidates, withOverlaps } from "../../../provider/core/timeline/run-overlaps";
import type { TimelineEntry } from "../../../provider/core/timeline/timeline-row";
import { timelineText } from "../../../provider/core/timeline-formats/timeline-text";
import { alive, cron, declared, every, timelineIn } from "./timeline-rows";

const MINUTE = 60_000;

const running = (name: string, schedule: Schedule): TimelineEntry =>
  declared(name, schedule, { live: alive(name, schedule) });
const lines = (schedule: Schedule, times: readonly number[]): string[] => {
  const timeline = timelineIn([running("job", schedule)]);
  const { asked, left } = overlapCandidates(timeline);
  const { warnings } = withOverlaps(timeline, new Map(asked.map((each) => [each, times])), left);
  return warnings
    .filter(({ code }) => code === "RUNS_OVERLAP")
    .map(({ rows, message, hint }) => `${rows[0]!.name}: ${message}. ${hint}`);
};

describe("RUNS_OVERLAP", () => {
  test.each<[string, Schedule, number[], string[]]>([
    [
      "an interval that is shorter than a run",
      every(300),
      [61_000, 432_000, 850],
      [
        "job: two runs start 5 min apart, and the longest of its last 3 runs took 7 min 12 s: a run may start before the previous one has ended. Choose a schedule whose runs are more than 7 min 12 s apart.",
      ],
    ],
    [
      "the smallest distance of a cron schedule",
      cron("0,50 4 * * *"),
      [3_001_000],
      [
        "job: two runs start 50 min apart, and its last run took 50 min 1 s: a run may start before the previous one has ended. Choose a schedule whose runs are more than 50 min 1 s apart.",
      ],
    ],
    ["a run that ends when the next one starts", every(300), [300_000], []],
    ["no run yet", every(300), [], []],
    ["runs a day apart", cron("0 4 * * *", "UTC"), [90_000_000], []],
  ])("%s", (_, schedule, times, expected) => {
    expect(lines(schedule, times)).toEqual(expected);
  });

  test("marks the time, and says how much is examined", () => {
    const timeline = timelineIn([running("job", every(300)), running("calm", every(3600))]);
    const { asked, left } = overlapCandidates(timeline);
    expect(asked.map(({ row, triggerId, gap }) => [row.name, triggerId, gap])).toEqual([
      ["job", "trg_job", 5 * MINUTE],
      ["calm", "trg_calm", 60 * MINUTE],
    ]);
    const shown = withOverlaps(timeline, new Map(asked.map((each) => [each, [400_000, 1000]])), left);
    expect(shown.warnings.map(({ at }) => at)).toEqual([[asked[0]!.at]]);
    expect(timelineText(shown)).toContain(
      "Warnings (1)\n  RUNS_OVERLAP job: two runs start 5 min apart, and the longest of its last 2\n",
    );
    expect(shown.notes.at(-1)).toBe(
      "RUNS_OVERLAP compares 2 triggers with the durations of 4 runs in the history.",
    );
  });

  test("examines at most ten triggers, the closest first, and counts the others", () => {
    const timeline = timelineIn(
      Array.from({ length: 12 }, (_, n) => running(`job-${n}`, every(3600 - n * 60))),
    );
    const { asked, left } = overlapCandidates(timeline);
    expect([asked.length, asked[0]!.row.name, left]).toEqual([10, "job-11", 2]);
    expect(withOverlaps(timeline, new Map(asked.map((each) => [each, [1]])), left).notes.at(-1)).toBe(
      "RUNS_OVERLAP compares 10 triggers with the durations of 10 runs in the history. 2 triggers with longer gaps between runs are not checked.",
    );
  });

  test.each<[string, TimelineEntry]>([
    ["not live yet", declared("job", every(300))],
    ["paused", declared("job", every(300), { live: alive("job", every(300), { status: "paused" }) })],
    ["without two runs in the window", running("job", cron("0 4 22 10 *"))],
  ])("does not examine a trigger that is %s", (_, entry) => {
    const timeline = timelineIn([entry]);
    const { asked, left } = overlapCandidates(timeline);
    expect([asked, left]).toEqual([[], 0]);
    expect(withOverlaps(timeline, new Map(), left).notes.at(-1)).toBe(
      "No history is read: no active live trigger runs more than once a day.",
    );
  });
});

test.each([
  [850, "850 ms"],
  [4250, "4.2 s"],
  [59_999, "59.9 s"],
  [60_000, "1 min"],
  [3_599_999, "59 min 59 s"],
  [12_000_000, "3 h 20 min"],
])("%d ms is printed as %s", (span, text) => {
  expect(runTimeText(span)).toBe(text);
});

describe("an overdue trigger", () => {
  const overdue = (status: "active" | "paused", health: object): string => {
    const schedule = cron("0 2 * * *");
    const live = alive("late", schedule, { status, health: { is_overdue: true, ...health } });
    return timelineText(timelineIn([declared("late", schedule, { live })]));
  };

  test.each([
    [{ next_scheduled_at: "2026-10-21T00:00:00.000Z" }, "overdue since Wed 21 Oct 02:00 +02:00"],
    [{}, "overdue"],
  ])("%j", (health, words) => {
    expect(overdue("active", health)).toContain(
      `Overdue (1): the service has not started a run that is due\n  late  ${words}\n`,
    );
  });

  test("that is paused is not due", () => {
    expect(overdue("paused", {})).not.toContain("Overdue");
  });
});
