import { expect, test } from "@jest/globals";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import { planDelete } from "../../../provider/core/plan/plan-deletes";
import type { LiveTrigger } from "../../../provider/core/schema/model";
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
