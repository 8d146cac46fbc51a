import { expect, test } from "@jest/globals";
import { doubtsOf } from "../../../provider/core/comparison/promotion";
import { plan } from "../held";
import { desired, live } from "../samples";

const doubts = (...found: ReturnType<typeof live>[]): string[] =>
  doubtsOf(plan([desired()], found), { isNewDoubted: false });

test("a promotion that is refused because of a namesake names both triggers, and what to do", () => {
  expect(doubts(live(), live({ trigger_id: "trg_2" }))).toEqual([
    expect.stringMatching(
      /trg_1 and trg_2 have this name.*Set adopt to the id of the one to adopt.*\[NAME_AMBIGUOUS\]\.$/,
    ),
  ]);
  expect(doubts()).toEqual(["nightly is not live"]);
  expect(doubts(live())).toEqual([]);
});
