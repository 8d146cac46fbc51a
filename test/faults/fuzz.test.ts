import { expect, test } from "@jest/globals";
import { fuzz } from "./fuzz";

/** A taste of `npm run test:faults`, the same each time. */
test("60 sequences of edits, hands, faults and kills end as declared", async () => {
  const { ok, failure, sequences } = await fuzz({ sequences: 60, seed: 1, only: [] });
  expect(failure).toBeUndefined();
  expect({ ok, sequences }).toEqual({ ok: true, sequences: 60 });
}, 120_000);
