import { expect, test } from "@jest/globals";
import type { FieldChange } from "../../../provider/core/diff/diff";
import type { Plan } from "../../../provider/core/diff/plan-types";
import { engineDiff } from "../../../provider/pulumi/dynamic-provider/engine-diff";

const change = (path: string[], live: unknown, desired: unknown, rule: FieldChange["rule"]): FieldChange => ({
  path,
  live: live as FieldChange["live"],
  desired: desired as FieldChange["desired"],
  cause: "you edited",
  rule,
  secret: false,
});
const plan = (op: Plan["op"], ...changes: FieldChange[]): Plan =>
  ({ op, changes, calls: [], reports: [] }) as unknown as Plan;

test.each<[string, Plan, boolean, object]>([
  ["nothing", plan("none"), false, { changes: false }],
  ["only what the state records", plan("none"), true, { changes: true }],
  [
    "properties that the API changes",
    plan(
      "update",
      change(["description"], undefined, "d", "patch"),
      change(["schedule_config", "timezone"], "UTC", undefined, "patch"),
      change(["action_config", "inputs", "a.b", "c"], 1, 2, "patch"),
    ),
    false,
    {
      changes: true,
      properties: {
        description: "ADD",
        "schedule_config.timezone": "DELETE",
        'action_config.inputs["a.b"].c': "UPDATE",
      },
    },
  ],
  [
    "properties that the API does not change",
    plan(
      "replace",
      change(["action_config", "cluster_id"], "a", "b", "replace"),
      change(["description"], "a", "b", "patch"),
    ),
    false,
    {
      changes: true,
      replaces: ["action_config"],
      deleteBeforeReplace: false,
      properties: { "action_config.cluster_id": "UPDATE_REPLACE", description: "UPDATE" },
    },
  ],
  [
    "a trigger that is gone",
    plan("replace"),
    false,
    { changes: true, replaces: ["trigger_id"], deleteBeforeReplace: false, properties: {} },
  ],
])("the engine's diff of %s", (_, given, isRecorded, expected) => {
  expect(engineDiff(given, () => isRecorded)).toEqual(expected);
});
