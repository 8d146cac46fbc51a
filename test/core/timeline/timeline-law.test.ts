import { afterEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { liveFrom } from "../../../provider/api/json/wire";
import { eachRun } from "../../../provider/core/timeline/runs";
import { timelineOf } from "../../../provider/core/timeline/timeline";
import { create, type Rig, start, stopAll } from "../../emulator/harness";
import { cron as anyCron } from "../arbitraries";

afterEach(stopAll);

const DAY = 86_400_000;

/** Zones, each with a start after which its clocks change within 30 days. */
const ZONES = [
  ["Europe/Paris", "2026-10-10T09:17:23Z"],
  ["America/New_York", "2026-02-20T18:45:00Z"],
  // Half an hour.
  ["Australia/Lord_Howe", "2026-03-20T00:00:30Z"],
  // At midnight.
  ["America/Santiago", "2026-08-20T12:00:00Z"],
  ["Australia/Sydney", "2026-09-15T03:30:00Z"],
] as const;

async function firings(rig: Rig, id: string): Promise<number[]> {
  const found: number[] = [];
  for (let total = 1; found.length < total; ) {
    const { body } = await rig.call("GET", `/v1/triggers/${id}/history?limit=1000&offset=${found.length}`);
    total = body.total;
    found.push(...body.executions.map((one: { triggered_at: string }) => Date.parse(one.triggered_at)));
  }
  return found.sort((a, b) => a - b);
}

test.each(ZONES)("the timeline of %s equals what the emulator fires in 30 days", async (zone, at) => {
  // Few enough runs that 30 days pass quickly.
  const rare = anyCron.filter((expression) => !/^\S*[*-]\S* |^\S+ \*/.test(expression));
  const special = ["30 2 * * *", "0 0 * * *", "15 1-3 * * SUN", "0 * * * *", "0 3 L * *", "45 23 * * 7L"];
  const schedules = [
    ...[...special, ...fc.sample(rare, 10)].map((cron_expression) => ({
      trigger_type: "cron",
      schedule_config: { cron_expression, timezone: zone },
    })),
    ...fc.sample(fc.integer({ min: 1800, max: 400_000 }), 4).map((interval_seconds) => ({
      trigger_type: "interval",
      schedule_config: { interval_seconds },
    })),
  ];
  const rig = await start({ at });
  const ids: string[] = [];
  for (const [n, schedule] of schedules.entries())
    ids.push(await create(rig, { name: `t${n}`, ...schedule }));
  const from = Date.parse(at) + 1;
  const options = { zone, from, to: from + 30 * DAY, now: from, environments: ["prod"], isOffline: false };
  const entries = rig.emulator.triggers("dev").map((each) => {
    const live = liveFrom(each as never);
    return { environment: "prod", name: live.name!, live };
  });
  const { rows } = timelineOf(entries, options);
  // In steps, so that the server's connections do not time out.
  for (let day = 0; day < 30; day += 1) {
    rig.emulator.advance(DAY / 1000);
    await new Promise(setImmediate);
  }
  for (const [n, schedule] of schedules.entries()) {
    const row = rows.find(({ name }) => name === `t${n}`)!;
    const shown = [...eachRun(row.runs)].map((time) => new Date(time).toISOString());
    const fired = (await firings(rig, ids[n]!)).map((time) => new Date(time).toISOString());
    expect({ schedule, runs: shown }).toEqual({ schedule, runs: fired });
  }
});
