import { expect, test } from "@jest/globals";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { engineError, operate } from "../../../provider/cli/stack/engine-run";
import { TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";

const urn = (name: string): string => `urn:pulumi:prod::search::${TRIGGER_TYPE}::${name}`;
const step = (op: string, name: string): EngineEvent =>
  ({
    resOutputsEvent: { metadata: { op, urn: urn(name), type: TRIGGER_TYPE, old: { id: `trg_${name}` } } },
  }) as EngineEvent;
const failed = (name: string, initErrors?: string[]): EngineEvent =>
  ({
    resOpFailedEvent: {
      metadata: { op: "update", urn: urn(name), type: TRIGGER_TYPE, new: { urn: urn(name), initErrors } },
    },
  }) as unknown as EngineEvent;

/** A stack whose runs emit these events. */
const stackWith = (events: EngineEvent[]): Stack =>
  ({
    up: async ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => events.forEach(onEvent),
  }) as unknown as Stack;

test("a trigger is done once, with its last step: a replacement has three", async () => {
  const counts: [number, string][] = [];
  const events = [
    step("create-replacement", "a"),
    step("replace", "a"),
    step("update", "b"),
    step("delete-replaced", "a"),
    step("same", "c"),
  ];
  const outcome = await operate(stackWith(events), "up", {
    onDone: (done, name) => counts.push([done, name]),
  });
  expect(counts).toEqual([
    [1, "b"],
    [2, "a"],
    [3, "c"],
  ]);
  expect(outcome.deleted).toEqual(new Set(["trg_a"]));
  expect(outcome.finished.get("a")).toEqual(new Set(["create-replacement", "replace", "delete-replaced"]));
});

test("a partial write is distinguished from a failed one", async () => {
  const { partial } = await operate(stackWith([failed("a", ["cannot"]), failed("b")]), "up");
  expect(partial).toEqual(new Set(["a"]));
});

test("the engine's list with one reason is shown as that reason", async () => {
  const event: EngineEvent = {
    diagnosticEvent: { severity: "error", message: "1 error occurred:\n\t* cannot change it\n\n" },
  } as unknown as EngineEvent;
  expect((await operate(stackWith([event]), "up")).errors).toEqual(["cannot change it"]);
});

test.each([
  ["one", "error: no stack named 'prod' found", "no stack named 'prod' found"],
  [
    "several, as a list",
    "warning: x\nerror: 2 errors occurred:\n    1) saving snapshot: timed out\n    2) update failed\n",
    "saving snapshot: timed out\nupdate failed",
  ],
  ["a list and others", "error: 2 errors occurred:\n    1) a\n    2) b\nerror: c", "a\nb\nc"],
  ["none", "\npanic: x\n", "panic: x"],
])("the engine's closing error line: %s", (_, printed, expected) => {
  expect(engineError(printed)).toBe(expected);
});
