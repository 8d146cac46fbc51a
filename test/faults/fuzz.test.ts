import { expect, test } from "@jest/globals";
import { fuzz } from "./fuzz";

/** A taste of `npm run test:faults`, the same each time. */
test("36 sequences of edits, hands, faults and kills end as declared", async () => {
  const { ok, failure, sequences } = await fuzz({ sequences: 36, seed: 1, only: [] });
  expect(failure).toBeUndefined();
  expect({ ok, sequences }).toEqual({ ok: true, sequences: 36 });
}, 120_000);
