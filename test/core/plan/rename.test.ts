import { describe, expect, test } from "@jest/globals";
import type { Remembered } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
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

  test("to a free name is a change", () => {
    expect(renamed([own])).toMatchObject([{ op: "update", triggerId: "trg_1" }]);
  });

  test("to a name that is already live is a conflict: there would be two live triggers of one name", () => {
    expect(renamed([own, stranger])).toMatchObject([
      {
        op: "conflict",
        calls: [],
        conflict:
          'cannot rename trigger "before" to "nightly" in namespace "prod": trg_9 is already live under that name. Delete trg_9, or choose another key [NAME_TAKEN].',
      },
    ]);
  });

  test("to a name that another trigger of the stack gives up is a change", () => {
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
