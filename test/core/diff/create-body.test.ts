import { describe, expect, test } from "@jest/globals";
import { createBody } from "../../../provider/core/diff/request-body";
import { desired } from "../samples";

describe("createBody", () => {
  test("contains what is declared, and only keys that the API knows", () => {
    const declared = desired({
      description: "d",
      status: "paused",
      adopt: true,
      allow_unknown: ["action_config.x"],
    });
    expect(createBody(declared)).toEqual({
      name: "nightly",
      description: "d",
      action_type: "cluster",
      action_config: { cluster_id: "clust_1" },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
      status: "paused",
    });
  });

  test("omits an empty description and an undeclared status", () => {
    expect(Object.keys(createBody(desired({ description: "" })))).toEqual([
      "name",
      "action_type",
      "action_config",
      "trigger_type",
      "schedule_config",
    ]);
  });
});
