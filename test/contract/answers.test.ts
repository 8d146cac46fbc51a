import { describe, expect, test } from "@jest/globals";
import {
  executionFrom,
  hasName,
  liveFrom,
  pageFrom,
  resourceIdFrom,
  resourcesFrom,
} from "../../provider/api/json/wire";
import { CONTRACT, keysOf, modelOf, sampleModel, type Version } from "./table";

// biome-ignore lint/suspicious/noExplicitAny: samples are made from the table
type Sample = any;
const VERSIONS = ["2026-10", "0.81"] as const;

/** Keys that are optional for the vendor's client and required here: which trigger it is, and its status. */
const NEEDED = ["trigger_id", "status"];

const trigger = (version: Version): Sample => sampleModel(modelOf("Trigger"), version, "all");

describe.each(VERSIONS)("the client reads the response of %s", (version) => {
  const keys = keysOf(modelOf("Trigger"), version);

  test("a complete trigger with its texts and times is read", () => {
    const read = liveFrom(trigger(version));
    expect(read).toMatchObject({
      trigger_id: "text",
      action_type: "cluster",
      created_at: "2026-10-05T12:00:00.000Z",
    });
    expect(hasName(trigger(version))).toBe(version === "2026-10");
  });

  test.each(keys.filter(([name, key]) => !key.required && !NEEDED.includes(name)))(
    "a trigger without %s is read",
    (name) => {
      const { [name]: _gone, ...rest } = trigger(version);
      expect(liveFrom(rest)).toMatchObject({ trigger_id: "text", status: "active" });
    },
  );

  test.each(keys.filter(([, key]) => key.nullable))(
    "a trigger with a null %s equals one without it",
    (name) => {
      const { [name]: _gone, ...rest } = trigger(version);
      expect(liveFrom({ ...rest, [name]: null })).toEqual(liveFrom(rest));
    },
  );

  const read = [
    "trigger_id",
    "namespace_id",
    "action_type",
    "action_config",
    "trigger_type",
    "schedule_config",
    "status",
  ];
  test.each(read)("a trigger without %s is rejected", (name) => {
    const { [name]: _gone, ...rest } = trigger(version);
    expect(() => liveFrom(rest)).toThrow(name);
  });

  test.each(CONTRACT.enums["TriggerStatus"]!.values)("a trigger that is %s", (status) => {
    expect(liveFrom({ ...trigger(version), status }).status).toBe(status);
  });

  test.each(Object.keys(CONTRACT.enums["ActionType"]!.since ?? {}))(
    "a trigger of the newer action %s",
    (action_type) => {
      expect(liveFrom({ ...trigger(version), action_type }).action_type).toBe(action_type);
    },
  );

  test("an execution, with and without nullable keys, is read", () => {
    const whole: Sample = sampleModel(modelOf("Execution"), version, "all");
    expect(executionFrom(whole)).toMatchObject({ task_id: "text", status: "text" });
    expect(executionFrom({ ...whole, error: null, execution_time_ms: null })).not.toHaveProperty("error");
    expect(() => executionFrom({ ...whole, status: null })).toThrow("status");
  });

  test.each([
    ["TriggerList", "results"],
    ["History", "executions"],
  ])("a page: %s", (model, list) => {
    const whole: Sample = sampleModel(modelOf(model), version, "all");
    expect(pageFrom(whole, list)).toMatchObject({ items: [expect.anything()], total: 0 });
    for (const key of [list, "total"]) {
      const { [key]: _gone, ...rest } = whole;
      expect(() => pageFrom(rest, list)).toThrow(key);
    }
  });

  test.each(["cluster", "collection", "taxonomy", "bucket", "retriever"] as const)(
    "a %s is read by its own id and name keys",
    (kind) => {
      const model = modelOf(kind.charAt(0).toUpperCase() + kind.slice(1));
      const whole: Sample = { ...sampleModel(model, version, "all"), [`${kind}_id`]: "id_1" };
      expect(resourceIdFrom(whole, kind)).toBe("id_1");
      expect(resourcesFrom({ results: [whole] }, kind).resources[0]).toMatchObject({
        id: "id_1",
        name: "text",
      });
      expect(() => resourceIdFrom({ ...whole, [`${kind}_id`]: null }, kind)).toThrow(`${kind}_id`);
    },
  );
});
