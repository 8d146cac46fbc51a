import { expect, test } from "@jest/globals";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { encodeEvent } from "../../../provider/api/provider-handover";
import { operate } from "../../../provider/cli/stack/engine-run";
import type { ProviderEvent } from "../../../provider/core/report/provider-event";

const MARKER = "event-0123:";
const wait: ProviderEvent = { kind: "wait", seconds: 4, reason: "rate limit" };

test("events from the provider's process arrive as data; text that only looks like one is the engine's", async () => {
  const lines = [
    `<{%reset%}>${encodeEvent(wait, MARKER)}\nwaiting for the disk<{%reset%}>`,
    encodeEvent(wait, "event-4567:"),
  ];
  const stack = {
    up: async ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
      for (const message of lines)
        onEvent({ diagnosticEvent: { message, severity: "info", color: "never" } } as EngineEvent);
    },
  };
  const reported: ProviderEvent[] = [];
  const { messages } = await operate(stack as unknown as Stack, "up", {
    host: { marker: MARKER, onEvent: () => undefined },
    onProvider: (event) => reported.push(event),
  });
  expect(reported).toEqual([wait]);
  expect(messages).toEqual([
    wait,
    { kind: "engine", text: "waiting for the disk" },
    { kind: "engine", text: lines[1] },
  ]);
});
