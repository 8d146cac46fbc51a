import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "../../provider";

const registered = new Map<string, Record<string, unknown>>();

beforeEach(async () => {
  registered.clear();
  pulumi.runtime.setAllConfig({ "mixpeek:namespace": "dev" });
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      registered.set(name, inputs as Record<string, unknown>);
      return {
        id: `trg_${name}`,
        state: {
          ...inputs,
          trigger_id: `trg_${name}`,
          namespace_id: "ns_dev",
          status: inputs.status ?? "active",
        },
      };
    },
    call: () => ({}),
  });
});

/** The SDK's marker of a secret, and its content. */
const SECRET = "4dabf18193072939515e22adb298388d";
function unsealed(sealed: unknown): unknown {
  expect(sealed).toHaveProperty(SECRET);
  return (sealed as { value: unknown }).value;
}

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

describe("args in camelCase become the API's own keys", () => {
  test("with Inputs anywhere, and with the user's own keys unchanged", async () => {
    const trigger = new mixpeek.Trigger("canary", {
      actionType: "retriever_execution",
      actionConfig: pulumi.output({
        retrieverId: pulumi.output("ret_1"),
        inputs: { searchText: "shoes", nestedKey: { camelCase: 1 } },
        acceptance: { minResults: Promise.resolve(3), judgeField: "verdict.isGood" },
        notificationConfig: {
          notifyOn: "always" as const,
          channels: [{ channel_type: "webhook" as const, config: { urlPath: "/x" } }],
        },
      }),
      schedule: mixpeek.every({ minutes: 10 }, { startImmediately: true }),
      status: pulumi.output("paused" as const),
    });
    expect(await value(trigger.triggerId)).toBe("trg_canary");
    expect(await value(trigger.status)).toBe("paused");
    const { __provider, action_config, ...inputs } = registered.get("canary")!;
    expect(__provider).toBe("exports.handler=()=>require('pulumi-mixpeek/runtime')");
    // It contains channels. The mocks mark the whole property as secret for that, the engine only the channels.
    expect(unsealed(action_config)).toEqual({
      retriever_id: "ret_1",
      inputs: { searchText: "shoes", nestedKey: { camelCase: 1 } },
      acceptance: { min_results: 3, judge_field: "verdict.isGood" },
      notification_config: {
        notify_on: "always",
        channels: [{ channel_type: "webhook", config: { urlPath: "/x" } }],
      },
    });
    expect(inputs).toEqual({
      name: "canary",
      namespace: "dev",
      action_type: "retriever_execution",
      trigger_type: "interval",
      schedule_config: { interval_seconds: 600, start_immediately: true },
      status: "paused",
    });
  });

  test("with a schedule known later, an explicit name and namespace, and allowUnknown for newer keys", async () => {
    const trigger = new mixpeek.Trigger("a", {
      name: "Nightly run",
      namespace: "prod",
      actionType: "cluster",
      actionConfig: { clusterId: "clust_1", newerKey: true } as mixpeek.ClusterActionConfig,
      schedule: pulumi.output(mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" })),
      allowUnknown: ["actionConfig.newerKey"],
    });
    await value(trigger.triggerId);
    expect(registered.get("a")).toMatchObject({
      name: "Nightly run",
      namespace: "prod",
      action_config: { cluster_id: "clust_1", newer_key: true },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
      allow_unknown: ["action_config.newer_key"],
    });
  });
});

describe("two resources that declare one trigger", () => {
  const declare = (resource: string, name: pulumi.Input<string>, namespace?: string) =>
    new mixpeek.Trigger(resource, {
      name,
      ...(namespace ? { namespace } : {}),
      actionType: "batch_rerun",
      actionConfig: { batchId: "btch_1" },
      schedule: mixpeek.every({ hours: 1 }),
    });

  test("are an error that names both, at the line of the second", () => {
    declare("first", "same");
    expect(() => declare("second", "same")).toThrow(
      'cannot declare trigger "same" in namespace "dev" twice: the resources "first" and "second" both do. Give one of them another name [NAME_CLAIMED_TWICE].',
    );
  });

  test("are no error in two namespaces", () => {
    declare("third", "shared");
    expect(() => declare("fourth", "shared", "prod")).not.toThrow();
  });
});

describe("the stack traces that the SDK takes for each property", () => {
  const args: mixpeek.TriggerArgs = {
    actionType: "cluster",
    actionConfig: { clusterId: "clust_1" },
    schedule: mixpeek.cron("0 2 * * *"),
  };
  const limit = Error.stackTraceLimit;

  test("are left out while a trigger is declared, and only then", async () => {
    const within: (string | undefined)[] = [];
    const look: pulumi.ResourceTransformation = () => {
      within.push(new Error("taken").stack);
      return undefined;
    };
    const trigger = new mixpeek.Trigger("a", args, { transformations: [look] });
    expect(within).toEqual(["Error: taken"]);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(await value(trigger.triggerId)).toBe("trg_a");
  });

  test("are not missed if a program has an error: its own stack trace leads to the trigger", () => {
    const refuse: pulumi.ResourceTransformation = () => {
      throw new Error("none of ours");
    };
    let thrown: unknown;
    try {
      new mixpeek.Trigger("a", args, { transformations: [refuse] });
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error).message).toBe("none of ours");
    expect((thrown as Error).stack).toContain("trigger.test");
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

test("an option that names no property stops the program before the trigger is registered", () => {
  const declare = () =>
    new mixpeek.Trigger(
      "nightly",
      {
        actionType: "cluster",
        actionConfig: { clusterId: "clust_1" },
        schedule: mixpeek.every({ hours: 1 }),
      },
      { ignoreChanges: ["shedule"] },
    );
  expect(declare).toThrow('Use "schedule" [OPTION_PROPERTY_UNKNOWN]');
  expect(registered.size).toBe(0);
});

describe("schedule helpers", () => {
  test.each([
    [{ seconds: 30 }, 30],
    [{ minutes: 10 }, 600],
    [{ hours: 6 }, 21600],
    [{ days: 1, hours: 1, minutes: 1, seconds: 1 }, 90061],
  ])("every(%j) is %i seconds", (parts, intervalSeconds) => {
    expect(mixpeek.every(parts)).toEqual({ triggerType: "interval", scheduleConfig: { intervalSeconds } });
  });

  test.each([[{}], [{ seconds: 0 }], [{ minutes: -1 }], [{ hours: 0.0001 }], [{ hours: Number.NaN }]])(
    "every(%j) is rejected",
    (parts) => {
      expect(() => mixpeek.every(parts)).toThrow(RangeError);
    },
  );

  test("cron, onEvent and whenDrift return what they were given", () => {
    expect(mixpeek.cron("0 2 * * *")).toEqual({
      triggerType: "cron",
      scheduleConfig: { cronExpression: "0 2 * * *" },
    });
    const event = { eventType: "documents_added", eventThreshold: 100 };
    expect(mixpeek.onEvent(event)).toEqual({ triggerType: "event", scheduleConfig: event });
    expect(mixpeek.whenDrift({ threshold: 0.3 })).toEqual({
      triggerType: "conditional",
      scheduleConfig: { conditionType: "drift", threshold: 0.3 },
    });
  });
});
