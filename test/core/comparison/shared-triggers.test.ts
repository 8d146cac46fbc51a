import { describe, expect, test } from "@jest/globals";
import { sharedTriggers } from "../../../provider/core/comparison/shared-triggers";
import type { SetPlan } from "../../../provider/core/plan/plan-model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

const API = "https://api.mixpeek.com";
const [ADOPTS, HOLDS] = [
  plan([desired()], [live()], []),
  plan([desired()], [live()], [remember(desired(), live())]),
];
const DELETES = plan([], [live()], [remember(desired(), live())]);
const REPLACES = plan(
  [desired({ action_config: { cluster_id: "clust_2" } })],
  [live()],
  [remember(desired(), live())],
);

/** The texts of both environments. */
const textsOf = (a: SetPlan, b: SetPlan, api = API): (string | undefined)[] => {
  const errors = sharedTriggers([
    { environment: "a.yaml", api: API, plan: a },
    { environment: "b.yaml", api, plan: b },
  ]);
  return ["a.yaml", "b.yaml"].map((name) => errors.find(({ environment }) => environment === name)?.text);
};

const KEEP =
  "To keep it, declare it in b.yaml again, with retain: true, and run up --env b.yaml alone. Then undo that, and run this command again. ";
const REMOVE = "To delete it, run up --env b.yaml alone [TRIGGER_SHARED].";

describe("a trigger that one environment deletes", () => {
  test.each<[string, SetPlan, SetPlan, string, string]>([
    [
      "and another adopts",
      ADOPTS,
      DELETES,
      'cannot adopt trg_1 as trigger "nightly": b.yaml deletes it in the same run [TRIGGER_SHARED].',
      `cannot delete trg_1, trigger "nightly": a.yaml adopts it. ${KEEP}${REMOVE}`,
    ],
    [
      "and another has in its state",
      HOLDS,
      DELETES,
      'cannot manage trg_1 as trigger "nightly": b.yaml deletes it in the same run [TRIGGER_SHARED].',
      `cannot delete trg_1, trigger "nightly": a.yaml manages it. ${KEEP}${REMOVE}`,
    ],
    [
      "to replace it, and another adopts",
      ADOPTS,
      REPLACES,
      'cannot adopt trg_1 as trigger "nightly": b.yaml deletes it in the same run [TRIGGER_SHARED].',
      `cannot delete trg_1, trigger "nightly": a.yaml adopts it. ${REMOVE}`,
    ],
  ])("%s stops both, in either order", (_, keeps, deletes, kept, deleted) => {
    expect(textsOf(keeps, deletes)).toEqual([kept, deleted]);
    const [first, second] = [deleted, kept].map((text) =>
      text.replaceAll(/[ab]\.yaml/g, (name) => (name === "a.yaml" ? "b.yaml" : "a.yaml")),
    );
    expect(textsOf(deletes, keeps)).toEqual([first, second]);
  });

  test("and no other has, or only one of another service has, is deleted", () => {
    expect(textsOf(plan([], [live()], []), DELETES)).toEqual([undefined, undefined]);
    expect(textsOf(ADOPTS, DELETES, "http://localhost:4010")).toEqual([undefined, undefined]);
    // It moves within one environment.
    expect(sharedTriggers([{ environment: "a.yaml", api: API, plan: REPLACES }])).toEqual([]);
  });
});

test("a trigger that two environments would manage stops both", () => {
  const other = plan([desired({ name: "other", adopt: "trg_1" })], [live()], []);
  expect(textsOf(HOLDS, other)).toEqual([
    'cannot manage trg_1 as trigger "nightly": it is trigger "other" of b.yaml, and two stacks would manage one trigger. Exclude it from one of the two environments [TRIGGER_SHARED].',
    'cannot manage trg_1 as trigger "other": it is trigger "nightly" of a.yaml, and two stacks would manage one trigger. Exclude it from one of the two environments [TRIGGER_SHARED].',
  ]);
});
