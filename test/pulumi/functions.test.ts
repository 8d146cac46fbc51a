import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "../../provider";
import { type Emulator, manualClock, startEmulator } from "../../provider/emulator";
import { TriggerProvider } from "../../provider/pulumi/provider";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z") });
  pulumi.runtime.setAllConfig({
    "mixpeek:apiKey": "sk_test",
    "mixpeek:baseUrl": emulator.url,
    "mixpeek:namespace": "dev",
  });
  const provider = new TriggerProvider(
    { MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url },
    () => undefined,
  );
  for (const name of ["nightly", "gone", "broken"]) {
    await provider.create({
      name,
      namespace: "dev",
      action_type: "retriever_execution",
      action_config: {
        retriever_id: "ret_dev_product_search",
        inputs: { someText: "shoes" },
        acceptance: { min_results: 3 },
      },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
    });
  }
  emulator.remove("dev", "gone");
  emulator.edit("dev", "broken", { status: "failed" });
  emulator.clearRequests();
});
afterEach(() => emulator.close());

describe("getTriggers and getTrigger", () => {
  test("read what is live, deleted ones left out, in camelCase, with one list for a run", async () => {
    const all = await mixpeek.getTriggers();
    expect(all.map(({ name, status }) => [name, status])).toEqual([
      ["nightly", "active"],
      ["broken", "failed"],
    ]);
    expect((await mixpeek.getTriggers({ status: "failed" })).map(({ name }) => name)).toEqual(["broken"]);
    expect(await mixpeek.getTriggers({ actionType: "cluster" })).toEqual([]);
    const nightly = await mixpeek.getTrigger({ name: "nightly" });
    expect(nightly).toMatchObject({
      namespaceId: "ns_dev",
      actionType: "retriever_execution",
      // The user's own keys stay as they are.
      actionConfig: {
        retrieverId: "ret_dev_product_search",
        inputs: { someText: "shoes" },
        acceptance: { minResults: 3 },
      },
      scheduleConfig: { cronExpression: "0 2 * * *", timezone: "UTC" },
      createdAt: "2026-11-24T12:00:00.000Z",
      executionCount: 0,
    });
    expect(await mixpeek.getTrigger({ triggerId: nightly.triggerId })).toEqual(nightly);
    expect(emulator.requests().map(({ path }) => path)).toEqual(["/v1/triggers/list"]);
  });

  test.each([
    [{ name: "nightli" }, 'cannot read trigger "nightli" in namespace "dev": there is none.'],
    [{ name: "gone" }, 'cannot read trigger "gone" in namespace "dev": there is none.'],
    [{ triggerId: "trg_none" }, 'cannot read trigger "trg_none" in namespace "dev": there is none.'],
    [{}, "neither triggerId nor name is given"],
    [{ name: "nightly", namespace: "nowhere" }, "[NAMESPACE_NOT_FOUND]"],
  ])("getTrigger(%j) says what is wrong", async (args, text) => {
    await expect(mixpeek.getTrigger(args)).rejects.toThrow(text);
  });
});
