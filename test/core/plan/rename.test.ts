import { describe, expect, test } from "@jest/globals";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { Remembered } from "../../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { NOW, remember, view } from "../held";
import { desired, live } from "../samples";

describe("a rename", () => {
  const before = desired({ name: "before" });
  const own = live({ name: "before" });
  const options = [{ resource: "nightly", replaces: "before", protect: false }];
  const renamed = (there: LiveTrigger[], more: Remembered[] = [], wanted: DesiredTrigger[] = []) =>
    planSet([desired(), ...wanted], {
      namespaces: new Map([["prod", view(there)]]),
      remembered: [remember(before, own), ...more],
      options: [...options, ...wanted.map(({ name }) => ({ resource: name, protect: false }))],
      now: NOW,
    }).triggers;
  const stranger = live({ trigger_id: "trg_9" });

  test("onto a free name is a change", () => {
    expect(renamed([own])).toMatchObject([{ op: "update", triggerId: "trg_1" }]);
  });

  test("onto a name that is live already is a conflict: two of one name would be live", () => {
    expect(renamed([own, stranger])).toMatchObject([
      {
        op: "conflict",
        calls: [],
        conflict:
          'cannot rename trigger "before" to "nightly" in namespace "prod": trg_9 is already live under that name. Delete trg_9, or choose another key [NAME_TAKEN].',
      },
    ]);
  });

  test("onto a name that the stack's own trigger leaves is a change", () => {
    const [first, second] = renamed(
      [own, stranger],
      [{ ...remember(desired(), stranger), resource: "later" }],
      [desired({ name: "later" })],
    );
    expect([first, second]).toMatchObject([
      { op: "update", triggerId: "trg_1" },
      { op: "update", triggerId: "trg_9" },
    ]);
  });
});
