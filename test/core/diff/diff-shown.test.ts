import { describe, expect, test } from "@jest/globals";
import { type Applied, diffTrigger } from "../../../provider/core/diff/diff";
import type { JsonObject } from "../../../provider/core/schema/model";
import { applied, canary, desired, isUnknown, live, UNKNOWN } from "../samples";
import { action, each } from "./diff-rows";

describe("values that a preview cannot know", () => {
  const context = { isUnknown };
  const shown = JSON.stringify(UNKNOWN);
  each({
    "a key": {
      desired: { action_config: { cluster_id: UNKNOWN } },
      applied: {},
      context,
      changes: [`action_config.cluster_id: "clust_1" → ${shown} (you edited, replace)`],
    },
    "a key that is unknown here and there": {
      desired: { action_config: { cluster_id: UNKNOWN } },
      applied: {},
      live: { action_config: { cluster_id: UNKNOWN } },
      context,
      changes: [`action_config.cluster_id: ${shown} → ${shown} (both changed, replace)`],
    },
    "an item of a list": {
      desired: action({ output_collection_ids: ["a", UNKNOWN] }),
      applied: action({ output_collection_ids: ["a"] }) as Partial<Applied>,
      context,
      changes: [`action_config.output_collection_ids: ["a"] → ["a",${shown}] (you edited, replace)`],
    },
    "a nested object": {
      desired: canary({ acceptance: UNKNOWN }),
      applied: canary({ acceptance: { min_results: 1 } }),
      context,
      changes: [`action_config.acceptance: {"min_results":1} → ${shown} (you edited, replace)`],
    },
    "a whole config is one change": {
      desired: { schedule_config: UNKNOWN as unknown as JsonObject },
      applied: {},
      context,
      changes: [`schedule_config: {"cron_expression":"0 2 * * *"} → ${shown} (you edited, patch)`],
    },
    "a type": {
      desired: { action_type: UNKNOWN },
      applied: {},
      context,
      changes: [`action_type: "cluster" → ${shown} (you edited, replace)`],
    },
  });
});

test.each([
  [
    "channels changed",
    { channels: [{ config: { url: "b" } }] },
    ["action_config.notification_config.channels"],
  ],
  ["the object that contains them removed", undefined, ["action_config.notification_config"]],
])("secret: %s", (_, notification_config, paths) => {
  const before = canary({ notification_config: { channels: [{ config: { url: "a" } }] } });
  const after = canary(notification_config === undefined ? {} : { notification_config });
  const changes = diffTrigger(desired(after), applied(before), live(before));
  expect(changes.map(({ path, secret }) => [path.join("."), secret])).toEqual(
    paths.map((path) => [path, true]),
  );
});

test("a secret stays marked when its config is unknown", () => {
  const before = canary({ notification_config: { channels: [{ config: { url: "a" } }] } });
  const after = { ...before, action_config: UNKNOWN as unknown as JsonObject };
  const changes = diffTrigger(desired(after), applied(before), live(before), { isUnknown });
  expect(changes.map(({ path, secret }) => [path.join("."), secret])).toEqual([["action_config", true]]);
});

test("what is not secret is not marked as secret", () => {
  const [change] = diffTrigger(desired({ description: "x" }), applied(), live());
  expect(change!.secret).toBe(false);
});
