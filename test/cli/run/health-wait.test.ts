import { describe, expect, test } from "@jest/globals";
import { waitHealthy } from "../../../provider/cli/environments/health-wait";
import { changedIn } from "../../../provider/core/comparison/promotion";
import type { SetPlan } from "../../../provider/core/plan/plan-model";
import type { LiveTrigger, TriggerHealth } from "../../../provider/core/schema/model";

const START = Date.UTC(2026, 10, 24, 12);
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

/** A plan with one trigger that is live as declared. */
function planOf(health: TriggerHealth, change: Partial<LiveTrigger> = {}): SetPlan {
  const live = {
    trigger_id: "trg_1",
    namespace_id: "ns_1",
    action_type: "cluster",
    action_config: {},
    trigger_type: "cron",
    schedule_config: {},
    status: "active",
    health,
    ...change,
  } as LiveTrigger;
  const desired = { name: "nightly", namespace: "dev" };
  const trigger = { name: "nightly", resource: "nightly", namespace: "dev", op: "none", desired, live };
  const more = { changes: [], recorded: [], reports: [], calls: [] };
  return { triggers: [{ ...trigger, ...more }], unmanaged: [], stateless: false } as unknown as SetPlan;
}

/** Waits for ten minutes. The plan depends on the seconds since the start. */
async function wait(health: (seconds: number) => SetPlan, op: "create" | "update" | "none" = "create") {
  let now = START;
  const [looks, notes]: [number[], string[]] = [[], []];
  const first = health(0);
  const applied = {
    ...first,
    triggers: [{ ...first.triggers[0]!, op, calls: op === "none" ? [] : [{ op: "create" }] }],
  };
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
      looks.push((now - START) / 1000);
    },
  };
  const waited = await waitHealthy(
    first,
    async () => health((now - START) / 1000),
    changedIn(applied as unknown as SetPlan, first),
    { timeout: 600_000, signal: new AbortController().signal, note: (line) => notes.push(line), clock },
  );
  return { ...waited, looks, notes };
}

const ran = (count: number, seconds: number, status = "COMPLETED"): TriggerHealth => ({
  execution_count: count,
  consecutive_failures: 0,
  last_triggered_at: at(seconds),
  last_execution_status: status,
  next_scheduled_at: at(seconds + 300),
});
const fresh: TriggerHealth = { execution_count: 0, consecutive_failures: 0, next_scheduled_at: at(120) };

describe("waitHealthy", () => {
  test("looks once when the run is due, and again every 15 s while it is in progress", async () => {
    const health = (seconds: number): SetPlan =>
      planOf(
        seconds < 120 ? fresh : ran(seconds < 150 ? 0 : 1, 120, seconds < 150 ? "PROCESSING" : "COMPLETED"),
      );
    expect(await wait(health)).toEqual({
      state: "healthy",
      looks: [125, 140, 155],
      notes: [
        `waiting up to 10 min for nightly to run, due at ${at(120)}`,
        `nightly ran successfully at ${at(120)}`,
      ],
    });
  });

  test("a changed trigger that planned quiet keeps paused is not shown to work", async () => {
    const quieted = (): SetPlan => {
      const plan = planOf(fresh, { status: "paused" });
      const [trigger] = plan.triggers;
      const desired = { ...trigger!.desired, active_quiet: { until: "2026-12-27T00:00:00Z" } };
      return { ...plan, triggers: [{ ...trigger!, desired }] } as unknown as SetPlan;
    };
    expect(await wait(quieted)).toMatchObject({
      state: "unhealthy",
      reasons: ["nightly: planned quiet keeps it paused until 2026-12-27T00:00:00Z"],
      looks: [],
    });
    expect(await wait(quieted, "none")).toMatchObject({ state: "healthy", looks: [] });
  });

  test("runs and failures before an update do not count", async () => {
    const old = { ...ran(7, -300), consecutive_failures: 2, next_scheduled_at: at(60) };
    expect(await wait((seconds) => planOf(seconds < 60 ? old : ran(8, 60)), "update")).toMatchObject({
      state: "healthy",
      looks: [65],
    });
    expect(await wait(() => planOf(ran(7, -300)), "none")).toMatchObject({ state: "healthy", looks: [] });
    expect(await wait(() => planOf(old), "none")).toMatchObject({
      state: "unhealthy",
      reasons: ["nightly: 2 failed runs in a row"],
    });
  });

  test.each<[string, TriggerHealth, Partial<LiveTrigger>, string]>([
    [
      "a failed run",
      { ...ran(0, 60, "FAILED"), consecutive_failures: 1, last_execution_error: "no" },
      {},
      'nightly: 1 failed run in a row; last error: "no"',
    ],
    [
      "a run with errors that the service does not count as failed",
      ran(1, 60, "COMPLETED_WITH_ERRORS"),
      {},
      "nightly: its last run ended with status completed_with_errors",
    ],
    [
      "a trigger that the service gave up on",
      fresh,
      { status: "failed" },
      "nightly: failed: the service has stopped running it",
    ],
  ])("%s ends the wait at once", async (_, health, change, reason) => {
    expect(
      await wait((seconds) => planOf(seconds < 60 ? fresh : health, seconds < 60 ? {} : change)),
    ).toMatchObject({
      state: "unhealthy",
      reasons: [reason],
      looks: [125],
    });
  });

  test("a run that is due too late is not waited for; one that never comes is, until the timeout", async () => {
    expect(await wait(() => planOf({ ...fresh, next_scheduled_at: at(900) }))).toMatchObject({
      state: "unhealthy",
      reasons: [`nightly next runs at ${at(900)}, which is not within 10 min`],
      looks: [],
    });
    const never = await wait(() => planOf(fresh));
    expect([never.state, never.looks.at(-1), never.looks.length]).toEqual(["unhealthy", 600, 33]);
    expect(never).toMatchObject({ reasons: ["nightly has not run successfully within 10 min"] });
  });

  test.each<[Partial<LiveTrigger>, string]>([
    [{ trigger_type: "event" }, "it is started by events"],
    [{ trigger_type: "conditional" }, "it is started by a condition"],
  ])("%j is reported, and not waited for", async (change, reason) => {
    expect(await wait(() => planOf({ execution_count: 0 }, change))).toEqual({
      state: "healthy",
      looks: [],
      notes: [`nightly is not required to run: ${reason}`],
    });
  });

  test("a paused trigger is reported, and not waited for, next to one that runs", async () => {
    const [paused] = planOf({ execution_count: 0 }, { status: "paused" }).triggers;
    const both = planOf({ execution_count: 4 });
    const hourly = { ...paused!, name: "hourly", resource: "hourly" };
    expect(await wait(() => ({ ...both, triggers: [...both.triggers, hourly] }), "none")).toEqual({
      state: "healthy",
      looks: [],
      notes: ["hourly is not required to run: it is paused"],
    });
  });

  test("if all triggers are paused, nothing is shown to work", async () => {
    expect(await wait(() => planOf({ execution_count: 4 }, { status: "paused" }))).toMatchObject({
      state: "unhealthy",
      looks: [],
      reasons: ["every trigger is paused, so no run can show that they work"],
    });
  });
});
