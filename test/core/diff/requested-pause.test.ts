import { expect, test } from "@jest/globals";
import { requestedPause } from "../../../provider/core/diff/status";
import { stateOf, unansweredPauseState } from "../../../provider/core/diff/trigger-state";
import type { Remembered } from "../../../provider/core/plan/plan-model";
import type { JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

const QUIET = { until: "2026-12-27T00:00:00+01:00", reason: "freeze" };
const ASKED = "2026-12-20T09:00:00.000Z";
const GIVEN_UP = "2026-12-20T09:00:20.000Z";
const inQuiet = desired({ active_quiet: QUIET });

const held = {
  ...remember(desired(), live()),
  state: unansweredPauseState(
    inQuiet,
    live(),
    { before: stateOf(desired(), live()), undone: [{ op: "pause" }] },
    { requested_at: ASKED, given_up_at: GIVEN_UP },
  ) as JsonObject,
};
const { given_up_at: _, ...interrupted } = held.state["quiet_pause"] as JsonObject;
/** What a killed run leaves: when it gave up is unknown. */
const heldAfterKill = { ...held, state: { ...held.state, quiet_pause: interrupted } };

test.each<[what: string, updated_at: string | undefined, resumed: boolean | undefined, isOurs: boolean]>([
  ["at once", "2026-12-20T09:00:01.000Z", undefined, true],
  ["with a service clock that is behind", "2026-12-20T08:59:30.000Z", undefined, true],
  ["as late as a request can take effect", "2026-12-20T09:14:00.000Z", undefined, true],
  ["long before", "2026-12-20T08:00:00.000Z", undefined, false],
  ["long after", "2026-12-20T11:00:00.000Z", undefined, false],
  ["at once, and not resumed since", "2026-12-20T09:00:01.000Z", false, true],
  ["at once, and resumed since", "2026-12-20T09:00:01.000Z", true, false],
  ["at a time that the API does not report", undefined, undefined, false],
])("a killed run's pause, live paused %s", (_, updated_at, resumed, isOurs) => {
  expectPause(heldAfterKill, { updated_at, resumed, isOurs });
});

test.each<[what: string, updated_at: string | undefined, resumed: boolean | undefined, isOurs: boolean]>([
  ["at once", "2026-12-20T09:00:01.000Z", undefined, true],
  ["with a service clock that is behind", "2026-12-20T08:59:30.000Z", undefined, true],
  ["as late as a request in transit can take effect", "2026-12-20T09:02:15.000Z", undefined, true],
  ["after that, manually", "2026-12-20T09:02:30.000Z", undefined, false],
  ["at once, and resumed since", "2026-12-20T09:00:01.000Z", true, false],
  ["at a time that the API does not report", undefined, undefined, false],
])("a pause whose response the run gave up on, live paused %s", (_, updated_at, resumed, isOurs) => {
  expectPause(held, { updated_at, resumed, isOurs });
});

function expectPause(
  remembered: Remembered,
  {
    updated_at,
    resumed,
    isOurs,
  }: { updated_at: string | undefined; resumed: boolean | undefined; isOurs: boolean },
): void {
  const twin: LiveTrigger = live({ status: "paused", ...(updated_at ? { updated_at } : {}) });
  if (!updated_at) delete twin.updated_at;
  const more = { resumedSince: () => resumed };
  const [inside] = plan([inQuiet], [twin], [remembered], more).triggers;
  // Recorded in both cases: as made, or as none.
  expect([inside!.op, inside!.calls, inside!.pausedForQuiet === true]).toEqual(["update", [], isOurs]);
  const [after] = plan([desired()], [twin], [remembered], more).triggers;
  expect(after!.calls.map(({ op }) => op)).toEqual(isOurs ? ["resume"] : []);
}

test("a pause without a response, live active: it is paused, and nothing is resumed", () => {
  expect(plan([inQuiet], [live()], [held]).triggers[0]!.calls).toMatchObject([{ op: "pause" }]);
  expect(plan([desired()], [live()], [held]).triggers[0]!.calls).toEqual([]);
});

test("what an interrupted run created during quiet is adopted and resumed afterwards; what others created is not", () => {
  const twin = live({ status: "paused", updated_at: "2026-12-20T09:00:01.000Z" });
  const asked = { active_quiet: { ...QUIET, requested_at: ASKED } };
  const requestedPauses = new Map([[desired().name, requestedPause(asked)!]]);
  const callsWith = (more: object) =>
    plan([desired()], [twin], [], more).triggers[0]!.calls.map(({ op }) => op);
  expect(callsWith({ requestedPauses })).toEqual(["resume"]);
  expect(callsWith({})).toEqual([]);
  const [inside] = plan([inQuiet], [twin], [], { requestedPauses }).triggers;
  expect(inside).toMatchObject({ op: "adopt", calls: [], pausedForQuiet: true });
});

test("the record of a pause with a response does not contain the request", () => {
  const trigger = desired({ active_quiet: { ...QUIET, requested_at: ASKED } });
  const state = stateOf(trigger, live({ status: "paused" }), {}, { pausedForQuiet: true });
  expect(state["quiet_pause"]).not.toHaveProperty("requested_at");
  expect(requestedPause({ active_quiet: QUIET })).toBeUndefined();
});
