import { describe, expect, test } from "@jest/globals";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import type { QuietWindow } from "../../../provider/core/timeline/quiet-windows";
import { eachRun } from "../../../provider/core/timeline/runs";
import { type Timeline, timelineOf } from "../../../provider/core/timeline/timeline";
import type { TimelineEntry } from "../../../provider/core/timeline/timeline-row";
import { timelineHtml } from "../../../provider/core/timeline-formats/timeline-html";
import { timelineJson } from "../../../provider/core/timeline-formats/timeline-json";
import { timelineSvg } from "../../../provider/core/timeline-formats/timeline-svg";
import { timelineText } from "../../../provider/core/timeline-formats/timeline-text";
import { live } from "../samples";

const FROM = Date.parse("2026-12-19T00:00:00Z");
const DAY = 86_400_000;

const once = (from: string, to: string): QuietWindow => ({
  kind: "once",
  span: { from: Date.parse(from), to: Date.parse(to) },
  zone: "Europe/Paris",
  reason: "year-end freeze",
});
const FREEZE = once("2026-12-20T00:00:00Z", "2026-12-22T00:00:00Z");

const entry = (
  declared: Partial<NonNullable<TimelineEntry["declared"]>>,
  more: Partial<TimelineEntry> = {},
): TimelineEntry => ({
  environment: "prod",
  namespace: "prod",
  name: "nightly",
  declared: {
    action_type: "cluster",
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
    place: { file: "triggers/a.yaml", line: 2 },
    ...declared,
  },
  quiet: [FREEZE],
  ...more,
});

const timeline = (entries: TimelineEntry[], now = FROM): Timeline =>
  timelineOf(entries, {
    from: FROM,
    to: FROM + 5 * DAY,
    zone: "UTC",
    environments: ["prod"],
    isOffline: entries.every((each) => each.live === undefined),
    now,
  });

const times = (runs: Iterable<number>): string[] =>
  [...runs].map((run) => new Date(run).toISOString().slice(8, 16));

describe("runs in planned quiet are listed separately", () => {
  const six = { trigger_type: "interval", schedule_config: { interval_seconds: 100_000 } };
  test.each<[string, TimelineEntry, string[], string[]]>([
    ["of a cron schedule", entry({}), ["19T02:00", "22T02:00", "23T02:00"], ["20T02:00", "21T02:00"]],
    [
      "of an interval, which then counts from the end of the quiet",
      entry(six),
      ["23T03:46"],
      ["20T03:46", "21T07:33"],
    ],
    [
      "of overlapping windows, once",
      entry({}, { quiet: [FREEZE, once("2026-12-21T00:00:00Z", "2026-12-23T00:00:00Z")] }),
      ["19T02:00", "23T02:00"],
      ["20T02:00", "21T02:00", "22T02:00"],
    ],
    [
      "of windows with a cron",
      entry({}, { quiet: [{ kind: "cron", cron: "0 1 * * SAT,TUE", duration: "2h", zone: "UTC" }] }),
      ["20T02:00", "21T02:00", "23T02:00"],
      ["19T02:00", "22T02:00"],
    ],
    [
      "not of a trigger that the definition pauses",
      entry({ status: "paused" }),
      ["19T02:00", "20T02:00", "21T02:00", "22T02:00", "23T02:00"],
      [],
    ],
  ])("%s", (_, given, runs, suppressed) => {
    const [row] = timeline([given]).rows;
    expect([times(eachRun(row!.runs)), times(eachRun(row!.suppressed ?? []))]).toEqual([runs, suppressed]);
  });

  test("for a live interval, from its last run on, and from the end of the quiet", () => {
    const twin: LiveTrigger = live({
      trigger_type: "interval",
      schedule_config: { interval_seconds: 100_000 },
      health: { last_triggered_at: "2026-12-18T20:00:00.000Z" },
    });
    const declared = { trigger_type: "interval", schedule_config: { interval_seconds: 100_000 } };
    const [row] = timeline([entry(declared, { live: twin })]).rows;
    expect(times(eachRun(row!.runs))).toEqual(["19T23:46", "23T03:46"]);
  });

  test("a trigger paused during quiet is shown as resumed after it, with a note; one paused before it as paused", () => {
    const paused = { live: live({ status: "paused" }) };
    const inside = timeline([entry({}, paused)], Date.parse("2026-12-20T12:00:00Z"));
    expect(inside.rows[0]).toMatchObject({ state: "active", change: "none" });
    expect(inside.notes.join("\n")).toContain(
      "1 trigger paused in planned quiet is shown as resumed after it: the state of the stack records who paused a trigger",
    );
    const before = timeline([entry({}, paused)]);
    expect([before.rows[0]!.state, before.notes.some((note) => note.includes("who paused"))]).toEqual([
      "paused",
      false,
    ]);
  });

  test("a trigger that waits for events reports it, too", () => {
    const schedule_config = { event_type: "documents_added", event_threshold: 5 };
    const { others } = timeline([entry({ trigger_type: "event", schedule_config })]);
    expect(others[0]!.waitsFor).toMatch(/; quiet until 2026-12-22T01:00:00\+01:00: year-end freeze$/);
  });
});

describe("each format shows it", () => {
  const made = timeline([entry({})]);
  const note =
    "Planned quiet suppresses 2 runs of 1 trigger, not counted above. It is shown as if a command such as up or drift --fix ran at the beginning and the end of each window: the service does not pause or resume triggers itself.";

  test("text", () => {
    const text = timelineText(made);
    expect(text).toContain("3 runs of 1 active trigger\n");
    expect(text).toContain(
      "Planned quiet (1 trigger)\n  nightly  2 runs suppressed until 2026-12-22T01:00:00+01:00: year-end freeze\n",
    );
    expect(text.replaceAll(/\s+/g, " ")).toContain(note);
  });

  test("json", () => {
    const { triggers, runs, notes } = JSON.parse(timelineJson(made));
    expect([runs, notes]).toEqual([3, [note]]);
    expect(triggers[0]).toMatchObject({
      quiet: [{ from: "2026-12-20T00:00:00.000Z", until: "2026-12-22T00:00:00.000Z" }],
      quiet_reason: "year-end freeze",
      schedule: {
        runs: 3,
        suppressed_runs: 2,
        suppressed_series: [{ first: "2026-12-20T02:00:00.000Z", every_seconds: 86400, count: 2 }],
      },
    });
  });

  test("svg", () => {
    expect(timelineSvg(made)).toContain("Planned quiet suppresses 2 runs of 1 trigger.");
  });

  test("html: the table, and the data of the lanes", () => {
    const html = timelineHtml(made, { style: "", scripts: [] });
    expect(html).toContain(
      "<td>active, quiet until 2026-12-22T01:00:00+01:00: year-end freeze; 2 runs suppressed</td>",
    );
    const [, data] = /id="data">(.*?)<\/script>/s.exec(html)!;
    const [row] = JSON.parse(data!).rows;
    expect(row[7].slice(3)).toEqual([
      [7_200_000, 0, 1, 266_400_000, 86_400_000, 2],
      [93_600_000, 86_400_000, 2],
    ]);
  });
});
