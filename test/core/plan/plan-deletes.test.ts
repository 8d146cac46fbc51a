import { describe, expect, test } from "@jest/globals";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import { planDelete } from "../../../provider/core/plan/plan-deletes";
import type { ResourceOptions } from "../../../provider/core/plan/plan-model";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

const held = {
  resource: "nightly",
  triggerId: "trg_1",
  state: stateOf(desired(), live()),
  protect: true,
};

test.each<[what: string, live: LiveTrigger | "gone", says: RegExp]>([
  [
    "is live",
    live(),
    /^cannot delete .* Restore its definition with protect: false and run up, then delete it \[PROTECTED\]\.$/,
  ],
  // If it were put back, it would be created only to be deleted again.
  [
    "is gone",
    "gone",
    /^cannot remove .* from the state: it was deleted outside Pulumi and is protected.* Run refresh to remove it from the state \[PROTECTED\]\.$/,
  ],
])(
  "a protected trigger that leaves the definitions and %s is a conflict, with advice",
  (_what, twin, says) => {
    const { op, calls, conflict } = planDelete(held, { live: twin });
    expect([op, calls, conflict]).toEqual(["conflict", [], expect.stringMatching(says)]);
  },
);

describe("a protected trigger whose live trigger another definition has", () => {
  const one = desired({ name: "one" });
  const state = { ...remember(one, live({ name: "one" })), protect: true };
  const planned = (wanted: DesiredTrigger, options: Partial<ResourceOptions>, remembered = [state]) =>
    plan([wanted], [live({ name: "one" })], remembered, {
      options: [{ resource: wanted.name, protect: true, ...options }],
    }).triggers;

  test("and adopts is a conflict, and the advice renames it", () => {
    const adopt = desired({ name: "two", adopt: "trg_1" });
    expect(planned(adopt, {})).toMatchObject([
      { name: "two", op: "adopt" },
      {
        name: "one",
        op: "conflict",
        calls: [],
        conflict:
          'cannot remove trigger "one" in namespace "prod" from the state: it is protected, and definition "two" adopts trg_1. To rename it, set replaces: one in definition "two", without adopt [PROTECTED].',
      },
    ]);
    expect(planned(desired({ name: "two" }), { replaces: "one" })).toMatchObject([
      { name: "two", op: "update", calls: [{ op: "patch", body: { name: "two" } }] },
    ]);
  });

  test("and already has in the state is a conflict, and the advice unprotects both", () => {
    const two = desired({ name: "two" });
    const both = [state, { ...remember(two, live()), protect: true }];
    expect(planned(two, {}, both)).toMatchObject([
      { name: "two", op: "update" },
      {
        op: "conflict",
        conflict: expect.stringContaining("Restore its definition, set protect: false in both"),
      },
    ]);
    const unprotected = plan([one, two], [live({ name: "one" })], both).triggers;
    expect(unprotected.map(({ op }) => op)).toEqual(["update", "update"]);
  });

  test("is removed from the state if it is not protected", () => {
    const adopt = desired({ name: "two", adopt: "trg_1" });
    expect(planned(adopt, {}, [{ ...state, protect: false }])).toMatchObject([
      { op: "adopt" },
      { op: "forget", reports: [{ kind: "held elsewhere" }] },
    ]);
  });
});
