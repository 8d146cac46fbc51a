import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { digest } from "../../../provider/api/digest";
import { appliedOf } from "../../../provider/core/diff/trigger-state";
import { planNew } from "../../../provider/core/plan/adoption";
import { type PlannedWrites, plannedWrite, writeKey } from "../../../provider/core/plan/planned-writes";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, JsonObject } from "../../../provider/core/schema/model";
import { type Emulator, startEmulator } from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { NIGHTLY } from "../nightly";

const nightly: DesiredTrigger = NIGHTLY;
const at = (cron: string): DesiredTrigger => ({ ...nightly, schedule_config: { cron_expression: cron } });
const inputs = (desired: DesiredTrigger) => ({ ...desired, __provider: "shim" }) as unknown as JsonObject;

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const settings = () => ({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url });

/** The provider of a run whose plan contains these writes. */
function providerOf(calls: PlannedWrites["calls"][string]): TriggerProvider {
  const writes: PlannedWrites = {
    calls: { [writeKey("dev", "nightly")]: calls },
    deletes: [],
    adopted: {},
    held: {},
  };
  return new TriggerProvider(
    settings(),
    () => {},
    {},
    () => ({ baseUrl: emulator.url, lists: [], writes }),
  );
}

const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && !/list$/.test(path));

test("a PATCH with other values than the planned ones is rejected before it is sent; the planned one is sent", async () => {
  const { id, outs } = await new TriggerProvider(settings(), () => {}).create(inputs(nightly));
  const live = emulator.triggers("dev")[0] as never;
  const { calls } = planOwned(at("0 3 * * *"), appliedOf(outs as unknown as JsonObject), live);
  const provider = providerOf(calls.map((call) => plannedWrite(call, digest)));
  emulator.clearRequests();
  await expect(provider.update(id, outs, inputs(at("0 4 * * *")))).rejects.toThrow(
    'cannot apply the plan to trigger "nightly": the plan has patch with other values. The live trigger changed during the run: run the same command again [PLAN_CHANGED].',
  );
  expect(writes()).toEqual([]);
  await provider.update(id, outs, inputs(at("0 3 * * *")));
  expect(writes()).toHaveLength(1);
});

test("a POST with another body than the planned one is rejected", async () => {
  const plan = planNew(nightly, []);
  const calls = plan.op === "conflict" ? [] : plan.calls.map((call) => plannedWrite(call, digest));
  await expect(providerOf(calls).create(inputs(at("0 4 * * *")))).rejects.toThrow(
    "the plan has create with other values",
  );
  expect(writes()).toEqual([]);
  await providerOf(calls).create(inputs(nightly));
  expect(writes()).toHaveLength(1);
});
