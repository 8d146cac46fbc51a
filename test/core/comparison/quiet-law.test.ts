import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ChangeEvent, resumedSince } from "../../../provider/core/comparison/last-change";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import type { Remembered, TriggerPlan } from "../../../provider/core/plan/plan-model";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { type QuietWindow, quietAt } from "../../../provider/core/timeline/quiet-windows";
import { expectEqual } from "../equal";
import { plan } from "../held";
import { desired, live } from "../samples";

const HOUR = 3_600_000;
const START = Date.parse("2026-12-01T00:00:00Z");
const iso = (hour: number): string => new Date(START + hour * HOUR).toISOString();

type Actor = "run" | "somebody" | "definition";

type Action =
  | { do: "up" | "pause" | "resume" | "edit" | "fail" }
  | { do: "declare"; status: "active" | "paused" | undefined }
  | { do: "add window" | "set windows"; from: number; hours: number };

/** A service with one trigger and a change feed, its stack, and a separate record of who paused it. */
class Play {
  hour = 0;
  windows: QuietWindow[] = [];
  declared: "active" | "paused" | undefined;
  twin: LiveTrigger | undefined;
  held: Remembered | undefined;
  pausedBy: Actor | undefined;
  /** Each time a run resumed what it had not paused, without the definition asking for it. */
  readonly wrong: string[] = [];
  readonly events: ChangeEvent[] = [];

  constructor(private readonly hasFeed: boolean) {}

  step(action: Action): void {
    this.hour += 1;
    switch (action.do) {
      case "up":
        this.up();
        return;
      case "pause":
        if (this.twin?.status === "active") this.#set("paused", "somebody");
        return;
      case "resume":
        if (this.twin && this.twin.status !== "active") this.#set("active", undefined);
        return;
      case "edit":
        if (this.twin) this.twin = { ...this.twin, updated_at: iso(this.hour) };
        return;
      case "fail":
        if (this.twin?.status === "active") this.#set("failed", undefined);
        return;
      case "declare":
        this.declared = action.status;
        return;
      case "add window":
      case "set windows": {
        const span = {
          from: START + (this.hour + action.from) * HOUR,
          to: START + (this.hour + action.from + action.hours) * HOUR,
        };
        const window: QuietWindow = { kind: "once", span, zone: "UTC" };
        this.windows = action.do === "add window" ? [...this.windows, window] : [window];
        return;
      }
    }
  }

  up(): void {
    const quiet = quietAt(this.windows, START + this.hour * HOUR);
    const trigger: DesiredTrigger = desired({
      ...(this.declared === undefined ? {} : { status: this.declared }),
      ...(quiet ? { active_quiet: quiet } : {}),
    });
    const more = { resumedSince: resumedSince(this.hasFeed ? this.events : undefined) };
    const found = plan([trigger], this.twin ? [this.twin] : [], this.held ? [this.held] : [], more)
      .triggers[0]!;
    expectEqual(found.op !== "conflict", true);
    for (const call of found.calls) this.#call(call, trigger);
    // From now on it is the definition's pause, whoever made it.
    if (this.declared === "paused" && this.twin?.status === "paused") this.pausedBy = "definition";
    if (found.op === "none") return;
    this.held = {
      resource: trigger.name,
      triggerId: this.twin!.trigger_id,
      state: stateOf(trigger, this.twin!, {}, found),
      inputs: trigger as unknown as JsonObject,
    };
  }

  #call(call: TriggerPlan["calls"][number], { status }: DesiredTrigger): void {
    const pauser = status === "paused" ? "definition" : "run";
    if (call.op === "create") {
      const paused = call.body["status"] === "paused";
      this.twin = live({ status: paused ? "paused" : "active", updated_at: iso(this.hour) });
      this.pausedBy = paused ? pauser : undefined;
    } else if (call.op === "pause") this.#set("paused", pauser);
    else if (call.op === "resume") {
      const isOwn = this.pausedBy === "run" || this.twin!.status === "failed";
      if (status !== "active" && !isOwn) this.wrong.push(`a pause of ${this.pausedBy} was resumed`);
      this.#set("active", undefined);
    }
  }

  #set(status: LiveTrigger["status"], by: Actor | undefined): void {
    this.twin = { ...this.twin!, status, updated_at: iso(this.hour) };
    this.pausedBy = by;
    const type = status === "paused" ? "trigger.paused" : "trigger.resumed";
    if (status !== "failed") this.events.push({ triggerId: this.twin.trigger_id, type, at: iso(this.hour) });
  }
}

const kind = <K extends Action["do"]>(name: K) => fc.record({ do: fc.constant(name) });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: kind("up") },
  { weight: 2, arbitrary: kind("pause") },
  { weight: 2, arbitrary: kind("resume") },
  { weight: 1, arbitrary: kind("edit") },
  { weight: 1, arbitrary: kind("fail") },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("declare" as const),
      status: fc.constantFrom("active", "paused", undefined),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("add window" as const, "set windows" as const),
      from: fc.integer({ min: 0, max: 3 }),
      hours: fc.integer({ min: 1, max: 8 }),
    }),
  },
) as fc.Arbitrary<Action>;

function played(actions: readonly Action[], hasFeed: boolean): Play {
  const play = new Play(hasFeed);
  play.step({ do: "up" });
  for (const each of actions) play.step(each);
  return play;
}

/** How often each outcome occurred: a test that covers only one of them proves little. */
const ends = { resumed: 0, kept: 0 };

test("after the last window and an up, what is paused was paused by a person or the definition", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const play = played(actions, true);
      play.hour += 100;
      const { pausedBy, declared, twin } = play;
      const wasPaused = twin?.status === "paused";
      const isOthers = wasPaused && (pausedBy === "somebody" || pausedBy === "definition");
      play.up();
      const expected = declared === "paused" || (declared === undefined && isOthers);
      expectEqual(play.twin!.status === "paused", expected);
      expectEqual(play.wrong, []);
      if (wasPaused && pausedBy === "run" && declared === undefined) ends.resumed += 1;
      if (expected && declared === undefined) ends.kept += 1;
      // Nothing is left to do.
      const { twin: before } = play;
      play.up();
      if (play.twin !== before) expect(play.twin).toBe(before);
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(ends.resumed, ends.kept)).toBeGreaterThan(50);
});

test("in a window, after an up, nothing is active; without a feed, another's pause is never resumed", () => {
  let inside = 0;
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const play = played(actions, false);
      play.up();
      expectEqual(play.wrong, []);
      if (!quietAt(play.windows, START + play.hour * HOUR)) return;
      inside += 1;
      expectEqual(play.twin!.status !== "active", true);
    }),
    { numRuns: 1500 },
  );
  expect(inside).toBeGreaterThan(150);
});
