import { expect, test } from "@jest/globals";
import { fuzz } from "./fuzz";

/** A short sample of `npm run test:faults`, the same each time. */
test("36 sequences of edits, manual changes, faults and kills end as declared", async () => {
  const { ok, failure, sequences } = await fuzz({ sequences: 36, seed: 1, only: [], repositories: 1 });
  expect(failure).toBeUndefined();
  expect({ ok, sequences }).toEqual({ ok: true, sequences: 36 });
});

test("30 sequences of two repositories on one backend write what their plans contain, and change nothing of the other's", async () => {
  const { failure, rows, sequences } = await fuzz({ sequences: 30, seed: 7, only: [], repositories: 2 });
  expect(failure).toBeUndefined();
  expect(sequences).toBe(30);
  const steps = ["another-repository", "take-over", "renamed-environment", "wrong-address", "saved-plan"];
  expect([...rows.keys()]).toEqual(expect.arrayContaining(steps));
});
