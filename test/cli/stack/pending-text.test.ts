import { describe, expect, test } from "@jest/globals";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { messageText, operate } from "../../../provider/cli/stack/engine-run";
import { TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";

/** What a run reports for one diagnostic of the engine. */
async function said(message: string, severity = "warning"): Promise<string[]> {
  const event = { diagnosticEvent: { message, severity, color: "never" } } as EngineEvent;
  const stack = { up: async ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => onEvent(event) };
  return (await operate(stack as unknown as Stack, "up")).messages.map(messageText);
}

const urn = (name: string, type: string = TRIGGER_TYPE): string =>
  `urn:pulumi:prod::search::${type}::${name}`;
const warning = (...operations: [urn: string, verb: string][]): string =>
  [
    `Attempting to deploy or update resources with ${operations.length} pending operations from previous deployment.`,
    ...operations.map(([each, verb]) => `  * ${each}, interrupted while ${verb}`),
    "These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for",
    "changes to these resources to complete. You should confirm whether or not the operations listed",
    "completed successfully by checking the state of the appropriate provider.",
  ].join("\n");

describe("the engine's warning about an interrupted run", () => {
  test.each<[operations: [string, string][], expected: string]>([
    [
      [[urn("nightly"), "creating"]],
      "An earlier run was interrupted while creating nightly. This run continues from the live triggers.",
    ],
    [
      [
        [urn("weekly"), "updating"],
        [urn("a :: b"), "deleting"],
        [urn("weekly"), "updating"],
      ],
      "An earlier run was interrupted while deleting a :: b, updating weekly. This run continues from the live triggers.",
    ],
  ])("is reworded for triggers: %#", async (operations, expected) => {
    expect(await said(warning(...operations))).toEqual([expected]);
  });

  test("is not changed for other resources: only their provider knows how they ended", async () => {
    const text = warning([urn("nightly"), "creating"], [urn("logs", "aws:s3/bucket:Bucket"), "creating"]);
    expect(await said(text)).toEqual([text]);
  });

  test("is not changed in an unknown format", async () => {
    const text = "1 pending operation from previous deployment";
    expect(await said(text)).toEqual([text]);
  });
});
