import { describe, expect, test } from "@jest/globals";
import { adoptionOf } from "../../../provider/cli/run/partial-plan";
import type { Planned } from "../../../provider/cli/run/planning";
import { questionOf } from "../../../provider/cli/run/run-context";
import type { PlanOp, TriggerPlan } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import { remember, view } from "../../core/held";
import { desired, live } from "../../core/samples";

test.each<[ops: PlanOp[], question: string]>([
  [["adopt", "none"], "Adopt 1 trigger"],
  [["adopt", "update"], "Record 2 triggers"],
  [["update"], "Record 1 trigger"],
])("the question before %j", (ops, question) => {
  const triggers = ops.map((op) => ({ op }) as TriggerPlan);
  expect(questionOf("adopt", { triggers, unmanaged: [], stateless: false })).toBe(question);
});

test("adopt records what is already in the stack, and leaves out what it would write to", () => {
  const triggers = ["recorded", "adopted", "edited"].map((name) =>
    desired({ name, ...(name === "edited" ? { description: "new" } : {}) }),
  );
  const twins = ["recorded", "adopted", "edited"].map((name) => live({ name, trigger_id: `trg_${name}` }));
  const remembered = [0, 2].map((index) => remember(desired({ name: triggers[index]!.name }), twins[index]!));
  const plan = planSet(triggers, {
    namespaces: new Map([["prod", view(twins)]]),
    remembered,
    options: triggers.map(({ name }) => ({ resource: name, protect: true, retain: false })),
    now: new Date("2026-11-24T12:00:00Z"),
  });
  const { planned, left } = adoptionOf("prod", { plan } as Planned);
  expect(planned?.plan.triggers.map(({ resource, op }) => [resource, op])).toEqual([
    ["recorded", "update"],
    ["adopted", "adopt"],
  ]);
  expect(left).toEqual([
    expect.stringMatching(/1 of 3 is not live as declared.*\[ADOPT_WOULD_WRITE\]/),
    "edited: update",
    '    description is absent live, "new" desired (you edited)',
    "    protect is false in the state, true desired",
  ]);
});

describe("adopt of a trigger that is in the state under another key", () => {
  const twin = live({ name: "two" });
  const planned = (protect: boolean): Planned => {
    const plan = planSet([desired({ name: "two", adopt: "trg_1" })], {
      namespaces: new Map([["prod", view([twin])]]),
      remembered: [{ ...remember(desired({ name: "one" }), twin), protect }],
      now: new Date("2026-11-24T12:00:00Z"),
    });
    return { plan } as Planned;
  };

  test("removes the other key in the same run", () => {
    const { planned: applied, left } = adoptionOf("prod", planned(false));
    expect(left).toEqual([]);
    expect(applied?.plan.triggers.map(({ resource, op }) => [resource, op])).toEqual([
      ["two", "adopt"],
      ["one", "forget"],
    ]);
  });

  test("is left out if the other key is protected: two entries of the state would have one trigger", () => {
    const { planned: applied, left } = adoptionOf("prod", planned(true));
    expect(applied).toBeUndefined();
    expect(left).toEqual([
      expect.stringContaining("2 of 2 are not live as declared"),
      "two: adopt",
      "one: conflict",
      expect.stringContaining("[PROTECTED]"),
    ]);
  });
});
