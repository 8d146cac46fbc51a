import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "../../provider";
import { type Emulator, manualClock, startEmulator } from "../../provider/emulator";
import { TriggerProvider } from "../../provider/pulumi/dynamic-provider/provider";

let emulator: Emulator;

/** The value of an Output, or its error. */
const settled = <T>(output: pulumi.Output<T>): Promise<T> =>
  (output as unknown as { promise(): Promise<T> }).promise();

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
  test("read live triggers, without deleted ones, in camelCase, with one list per run", async () => {
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
      // The user's own keys stay unchanged.
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
    [
      { name: "nightli" },
      "TRIGGER_NOT_FOUND",
      'cannot read trigger "nightli" in namespace "dev": it does not exist. Check the name and the namespace [TRIGGER_NOT_FOUND].',
    ],
    [
      { name: "gone" },
      "TRIGGER_NOT_FOUND",
      'cannot read trigger "gone" in namespace "dev": it does not exist. Check the name and the namespace [TRIGGER_NOT_FOUND].',
    ],
    [
      { triggerId: "trg_none" },
      "TRIGGER_NOT_FOUND",
      'cannot read trigger "trg_none" in namespace "dev": it does not exist. Check the id and the namespace [TRIGGER_NOT_FOUND].',
    ],
    [
      {},
      "ARGUMENT_INVALID",
      "cannot read a trigger: neither triggerId nor name is given. Pass one of them [ARGUMENT_INVALID].",
    ],
    [
      { triggerId: "trg_1", name: "nightly" },
      "ARGUMENT_INVALID",
      "cannot read a trigger: triggerId and name are both given. Pass one of them [ARGUMENT_INVALID].",
    ],
    [{ name: "nightly", namespace: "nowhere" }, "NAMESPACE_NOT_FOUND", "[NAMESPACE_NOT_FOUND]"],
  ])("getTrigger(%j) rejects with a code", async (args, code, text) => {
    const error = await mixpeek.getTrigger(args as mixpeek.GetTriggerArgs).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(code === "NAMESPACE_NOT_FOUND" ? mixpeek.ApiError : mixpeek.LookupError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test("if two triggers have one name, getTrigger reports the ids", async () => {
    for (const name of ["nightly", "broken"]) emulator.edit("dev", name, { name: "twin" });
    const ids = emulator
      .triggers("dev")
      .flatMap(({ name, trigger_id }) => (name === "twin" ? [trigger_id] : []));
    await expect(mixpeek.getTrigger({ name: "twin" })).rejects.toMatchObject({
      code: "TRIGGER_AMBIGUOUS",
      message: `cannot read trigger "twin" in namespace "dev": ${ids.join(" and ")} have this name. Pass triggerId [TRIGGER_AMBIGUOUS].`,
    });
  });

  test("the Output forms accept Inputs and return the same", async () => {
    const { getTriggers, getTriggersOutput, getTrigger, getTriggerOutput } = mixpeek;
    const nightly = await getTrigger({ name: "nightly" });
    expect(await settled(getTriggerOutput({ name: pulumi.output("nightly") }))).toEqual(nightly);
    const triggerId = Promise.resolve(nightly.triggerId);
    expect(await settled(getTriggerOutput({ triggerId, namespace: pulumi.output("dev") }))).toEqual(nightly);
    expect(await settled(getTriggersOutput())).toEqual(await getTriggers());
    const failed = await settled(getTriggersOutput({ status: pulumi.output("failed" as const) }));
    expect(failed.map(({ name }) => name)).toEqual(["broken"]);
  });
});
