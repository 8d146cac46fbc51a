import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type Emulator,
  type Fault,
  type ManualClock,
  manualClock,
  startEmulator,
} from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { INPUTS as inputs } from "../nightly";

const AT = "2026-12-20T09:00:00.000Z";
const QUIET = { until: "2026-12-27T00:00:00Z", reason: "freeze" };

let emulator: Emulator;
let clock: ManualClock;
const provider = () =>
  new TriggerProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url }, () => undefined, {
    now: () => clock.now(),
    sleep: async () => undefined,
  });

beforeEach(async () => {
  clock = manualClock(AT);
  emulator = await startEmulator({ clock });
});
afterEach(() => emulator.close());

const broken: Fault = { kind: "status", status: 500, retryable: false };

/** A pause for planned quiet that ends with this fault: what the engine keeps of the trigger, and the requests. */
async function pausedWith(...faults: Fault[]) {
  const { id, outs } = await provider().create(inputs);
  emulator.faults.add(...faults);
  const before = emulator.requests().length;
  const news = { ...inputs, active_quiet: QUIET };
  const failed = await provider()
    .update(id, { ...outs, __provider: "shim" }, news)
    .catch((error: Error & { properties?: Record<string, unknown> }) => error);
  emulator.faults.clear();
  const requests = emulator
    .requests()
    .slice(before)
    .map(({ method, path }) => `${method} ${path.replace(id, "ID")}`);
  return { id, failed, state: (failed as { properties?: Record<string, unknown> }).properties, requests };
}

test("a pause that was made without a response: one check finds it, and the state records it as made", async () => {
  const { id, failed, state, requests } = await pausedWith({ ...broken, operation: "pause", at: "after" });
  expect(failed).toBeInstanceOf(Error);
  expect(requests.slice(-2)).toEqual(["POST /v1/triggers/ID/pause", "GET /v1/triggers/ID"]);
  expect(state).toMatchObject({ status: "paused", quiet_pause: { ...QUIET, updated_at: AT } });
  expect(state?.["quiet_pause"]).not.toHaveProperty("requested_at");
  // Another person's pause after a resume is a different one.
  emulator.advance(5);
  emulator.edit("dev", id, { status: "active" });
  emulator.advance(5);
  emulator.edit("dev", id, { status: "paused" });
  expect(await provider().diff(id, state as never, inputs)).toEqual({ changes: false });
});

test.each([
  ["five minutes after an unhandled request, manually", 300, false],
  ["within a minute, by that request itself", 20, true],
])("paused %s", async (_, seconds, isOurs) => {
  const { id, state } = await pausedWith({ ...broken, operation: "pause", at: "before" });
  const { __provider, ...outs } = state as Record<string, unknown>;
  expect(outs["quiet_pause"]).toEqual({ ...QUIET, requested_at: AT, given_up_at: AT });
  emulator.advance(seconds);
  emulator.edit("dev", id, { status: "paused" });
  const next = provider();
  await next.check(outs as never, inputs);
  expect(await next.diff(id, outs as never, inputs)).toMatchObject({
    changes: true,
    ...(isOurs ? { properties: { status: "UPDATE" } } : {}),
  });
  await next.update(id, outs as never, inputs);
  expect(emulator.triggers("dev")).toMatchObject([{ status: isOurs ? "active" : "paused" }]);
});

test("a failed check leaves the request recorded, and the pause's own error reported", async () => {
  const { failed, state } = await pausedWith(
    { ...broken, operation: "pause", at: "before" },
    { ...broken, operation: "get" },
  );
  expect((failed as Error).message).toMatch(/^cannot pause trigger .* \[SERVER_ERROR\]/);
  expect(state?.["quiet_pause"]).toMatchObject({
    requested_at: expect.any(String),
    given_up_at: expect.any(String),
  });
});

test("a rejected pause is not checked, and nothing is recorded", async () => {
  const { state, requests } = await pausedWith({ ...broken, status: 403, operation: "pause", at: "before" });
  expect(state).toBeUndefined();
  expect(requests.at(-1)).toBe("POST /v1/triggers/ID/pause");
});

test("a create without a response in planned quiet: the trigger that the check finds counts as this run's", async () => {
  emulator.faults.add({ ...broken, operation: "create", at: "after", times: 1 });
  const { id, outs } = await provider().create({ ...inputs, active_quiet: QUIET });
  expect(outs["quiet_pause"]).toEqual({ ...QUIET, updated_at: AT });
  await provider().update(id, { ...outs, __provider: "shim" }, inputs);
  expect(emulator.triggers("dev")).toMatchObject([{ trigger_id: id, status: "active" }]);
});
