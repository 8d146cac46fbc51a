import { expect, test } from "@jest/globals";
import type { DesiredTrigger, JsonObject } from "../../../provider/core/schema/model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

test.each<[string, DesiredTrigger, JsonObject, string | undefined, string | undefined]>([
  ["paused, no status", desired(), { status: "paused" }, "paused", "paused"],
  ["active, no status", desired(), { status: "active" }, undefined, "active"],
  ["paused, declared active", desired({ status: "active" }), { status: "paused" }, "active", undefined],
  [
    "paused by a run for planned quiet that is over",
    desired(),
    { status: "paused", quiet_pause: { until: "2026-11-01T00:00:00Z" } },
    undefined,
    "active",
  ],
])("a trigger deleted outside is created with its last known status: %s", (_, own, known, sent, noted) => {
  const held = remember(own, live());
  const found = plan([own], [], [{ ...held, state: { ...held.state, ...known } }]);
  const [created] = found.triggers;
  expect(created).toMatchObject({ op: "create", calls: [{ op: "create" }], reports: [{ kind: "gone" }] });
  expect(created!.calls.map((call) => call.op === "create" && call.body["status"])).toEqual([sent]);
  expect(created!.reports).toEqual([
    { kind: "gone", disabled: false, ...(noted === undefined ? {} : { status: noted }) },
  ]);
  expect(created!.meaning === undefined).toBe(sent === "paused");
});
