import { describe, expect, test } from "@jest/globals";
import { issueLine } from "../../../provider/core/issues/issue";
import { planWarnings } from "../../../provider/core/report/plan-warnings";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { NOW, plan, remember } from "../held";
import { desired, live } from "../samples";

const cron = (cron_expression: string): { trigger_type: string; schedule_config: JsonObject } => ({
  trigger_type: "cron",
  schedule_config: { cron_expression, timezone: "Europe/Paris" },
});
const every = (interval_seconds: number): { trigger_type: string; schedule_config: JsonObject } => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds },
});
const warned = (...args: Parameters<typeof plan>): string[] =>
  planWarnings(plan(...args), { now: NOW.getTime() }).map(issueLine);

const CLOCKS =
  'warning CLOCK_CHANGE nightly: schedule_config.cron_expression: "30 2 * * *" is affected by clock changes in Europe/Paris: 2027-03-28 02:30 does not exist (the run is lost or up to 1 h late); 2027-10-31 02:30 occurs twice (it may run twice). Choose a time outside 02:00-03:00, or timezone: UTC.';

describe("a plan warns about the times of what it changes, and of nothing else", () => {
  const odd = cron("30 2 * * *");
  test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger> | undefined, string[]]>([
    ["one that is created", odd, undefined, [CLOCKS]],
    ["one whose schedule changes", odd, cron("0 4 * * *"), [CLOCKS]],
    ["one that is resumed", { ...odd, status: "active" }, { ...odd, status: "paused" }, [CLOCKS]],
    ["one that is replaced", { ...odd, action_config: { cluster_id: "clust_2" } }, odd, [CLOCKS]],
    ["one that stays as it is", odd, odd, []],
    ["one whose description changes", { ...odd, description: "Nightly" }, odd, []],
    ["one that stays paused", odd, { ...odd, status: "paused" }, []],
    ["one that is created paused", { ...odd, status: "paused" }, undefined, []],
    [
      "one whose schedule is secret",
      { ...odd, secret_paths: ["schedule_config.cron_expression"] },
      undefined,
      [],
    ],
    ["one at a time of every day", cron("0 4 * * *"), undefined, []],
  ])("%s", (_, wanted, there, lines) => {
    expect(warned([desired(wanted)], there ? [live(there)] : [])).toEqual(lines);
  });

  test("a crowded minute that one more trigger joins is about the change", () => {
    const names = Array.from({ length: 6 }, (_, n) => `job-${n + 1}`);
    const wanted = names.map((name) => desired({ name, ...cron("0 4 * * *") }));
    const there = names.map((name) => live({ name, trigger_id: `trg_${name}`, ...cron("0 4 * * *") }));
    expect(warned(wanted, there)).toEqual([]);
    expect(warned(wanted, there.slice(1))).toEqual([
      expect.stringMatching(/^warning CROWDED_MINUTE job-1: /),
    ]);
  });
});

describe("CROWDED_MINUTE for intervals", () => {
  const names = Array.from({ length: 6 }, (_, n) => `job-${n + 1}`);
  const wanted = names.map((name) => desired({ name, ...every(3600) }));
  const lives = (minutes: (n: number) => number): LiveTrigger[] =>
    names.map((name, n) =>
      live({
        name,
        trigger_id: `trg_${name}`,
        ...every(3600),
        health: { next_scheduled_at: new Date(NOW.getTime() + minutes(n) * 60_000).toISOString() },
      }),
    );
  const CROWDED = expect.stringMatching(
    /^warning CROWDED_MINUTE job-1: schedule_config\.interval_seconds: 6 triggers for /,
  );

  test("all intervals created by one run start together", () => {
    expect(warned(wanted, [])).toEqual([CROWDED]);
  });

  test("a new trigger is in a crowded minute only if it meets the minute of existing ones", () => {
    expect(warned(wanted, lives(() => 60).slice(1))).toEqual([CROWDED]);
    expect(warned(wanted, lives((n) => 7 * n).slice(1))).toEqual([]);
    expect(
      warned(
        wanted,
        lives(() => 60),
      ),
    ).toEqual([]);
  });
});

describe("INTERVAL_PHASE", () => {
  const PHASE =
    "warning INTERVAL_PHASE nightly: schedule_config.interval_seconds: an interval counts from the creation of its trigger: the new one runs every 21600 seconds from when `up` creates it, no longer from 14:05 (UTC). If the time of day matters, write a cron schedule.";
  const health = { next_scheduled_at: "2026-11-24T14:05:00.000Z" };
  const moved = { action_config: { cluster_id: "clust_2" } };
  const held = (wanted: Partial<DesiredTrigger>, there: Partial<LiveTrigger>): string[] => {
    const twin = live({ ...every(21_600), health, ...there });
    const before = desired({ ...every(21_600), ...wanted, action_config: twin.action_config });
    return warned([desired({ ...every(21_600), ...wanted })], [twin], [remember(before, twin)]);
  };

  test.each<[string, Partial<DesiredTrigger>, Partial<LiveTrigger>, string[]]>([
    ["a replacement moves the runs", moved, {}, [PHASE]],
    [
      "one that is deleted outside is created again",
      {},
      { status: "disabled" },
      [expect.stringContaining("INTERVAL_PHASE") as unknown as string],
    ],
    ["nothing is created", {}, {}, []],
    ["another interval is reported by itself", { ...moved, ...every(43_200) }, {}, []],
    ["one that did not run has no runs to move", { ...moved, status: "active" }, { status: "paused" }, []],
    ["one that is created paused", { ...moved, status: "paused" }, {}, []],
    ["the minute of a short interval does not matter", { ...moved, ...every(300) }, every(300), []],
    ["a cron schedule keeps its times", { ...moved, ...cron("0 4 * * *") }, cron("0 4 * * *"), []],
  ])("%s", (_, wanted, there, lines) => {
    expect(held(wanted, there)).toEqual(lines);
  });

  test("a first creation moves no phase", () => {
    expect(warned([desired(every(21_600))], [])).toEqual([]);
  });
});
