import { expect, test } from "@jest/globals";
import { fuzz } from "../fuzz";

/** A short sample of `npm run test:faults -- --engine`. */
test("a sequence of edits, manual changes, faults and kills of the real engine ends as declared", async () => {
  const { failure, rows, sequences } = await fuzz({ sequences: 1, seed: 573, only: [], engine: true });
  expect(failure).toBeUndefined();
  expect(sequences).toBe(1);
  // Otherwise it would prove nothing.
  expect([...rows.keys()]).toEqual(expect.arrayContaining(["kill-after"]));
});
