import { describe, expect, test } from "@jest/globals";
import {
  appliedDeclarations,
  appliedTriggers,
  driftOf,
  replacedBefore,
} from "../../../provider/core/comparison/drift";
import { healthText } from "../../../provider/core/comparison/health";
import type { Declaration } from "../../../provider/core/definitions/merged-definition";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import { plan, remember, view } from "../held";
import { desired, live } from "../samples";

const at = (cron_expression: string) => ({ schedule_config: { cron_expression } });

describe("drift", () => {
  const twin = live();

  test("an edit that is not applied yet is not drift, but a manual change of the live trigger is", () => {
    const edited = driftOf(plan([desired(at("0 3 * * *"))], [twin], [remember(desired(), twin)]));
    expect([edited.drifted, edited.pending]).toMatchObject([[], [{ name: "nightly" }]]);
    const moved = live({ ...at("0 9 * * *"), updated_at: "2026-11-24T09:00:00.000Z" });
    const drifted = driftOf(plan([desired()], [moved], [remember(desired(), twin)]));
    expect([drifted.drifted, drifted.pending]).toMatchObject([
      [{ changes: [{ cause: "live drifted" }], gone: false, since: "2026-11-24T09:00:00.000Z" }],
      [],
    ]);
    expect(driftOf(plan([desired()], [], [remember(desired(), twin)])).drifted).toMatchObject([
      { gone: true },
    ]);
    expect(driftOf(plan([desired()], [moved])).drifted).toHaveLength(1);
  });

  test("what an earlier run replaced and could not delete is reported, and is not an edit", () => {
    const old = live({ trigger_id: "trg_0" });
    const held = [remember(desired(), twin), { ...remember(desired(), old), replaced: true as const }];
    expect(replacedBefore(driftOf(plan([desired()], [old, twin], held)))).toMatchObject([
      { plan: { name: "nightly", op: "delete" }, report: { triggerId: "trg_0" } },
    ]);
    expect(replacedBefore(driftOf(plan([desired()], [twin], held)))).toEqual([]);
  });

  test("health is separate from drift", () => {
    const sick = live({
      status: "failed",
      health: { consecutive_failures: 3, is_overdue: true, last_execution_error: "no space" },
    });
    const { drifted, unhealthy } = driftOf(plan([desired()], [sick], [remember(desired(), live())]));
    expect(drifted).toEqual([]);
    expect(unhealthy.map(healthText)).toEqual([
      'failed: the service has stopped running it, 3 failed runs in a row, overdue; last error: "no space"',
    ]);
    const one = live({ health: { consecutive_failures: 1 } });
    expect(driftOf(plan([desired()], [one])).unhealthy.map(healthText)).toEqual(["1 failed run in a row"]);
  });
});

describe("what a fix makes live", () => {
  const options = [{ resource: "nightly", protect: false }];
  const held = (status: "active" | "paused") => [remember(desired({ status }), live({ status }))];
  const fixed = (edited: "active" | "paused" | undefined, applied: "active" | "paused", now: LiveTrigger) =>
    appliedTriggers(
      [desired(edited === undefined ? {} : { status: edited })],
      options,
      held(applied),
      new Map([["prod", view([now])]]),
    );

  test("an edited status is not enforced; if the applied one is live, the state keeps its record of it", () => {
    const drifted = { schedule_config: { cron_expression: "0 9 * * *" } };
    const paused = live({ status: "paused", ...drifted });
    for (const edited of ["active", undefined] as const) {
      const wanted = fixed(edited, "paused", paused);
      expect(wanted).toMatchObject([{ status: "paused" }]);
      const [fix] = plan(wanted, [paused], held("paused")).triggers;
      expect(fix).toMatchObject({ op: "update", recorded: [], calls: [{ op: "patch" }], reports: [] });
    }
    expect(fixed("active", "paused", live(drifted))[0]).not.toHaveProperty("status");
    expect(fixed("paused", "active", paused)[0]).not.toHaveProperty("status");
    expect(fixed("active", "active", paused)).toMatchObject([{ status: "active" }]);
  });

  test("a trigger keeps the key and the options that the stack has", () => {
    const two = { name: "two", replaces: "nightly", protect: true, retain: true, spread: 30, quiet: [] };
    const added = { name: "new", replaces: "gone", protect: true, retain: false, spread: 30 };
    const edited = [two, added] as unknown as Declaration[];
    const both = edited.map(({ name, replaces }) => ({
      resource: name,
      replaces: replaces!,
      protect: false,
    }));
    expect(appliedDeclarations(edited, both, held("active"))).toEqual([
      { name: "nightly", protect: false, retain: false, quiet: [] },
      { name: "new", replaces: "gone", protect: true, retain: false },
    ]);
  });
});
