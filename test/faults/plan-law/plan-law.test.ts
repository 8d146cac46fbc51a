import { afterAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Recorder } from "../recorder";
import { planCase } from "./plan-case";
import { playCase, seen } from "./plan-law";

const recorder = new Recorder();
afterAll(() => recorder.close());

test("what up sends and records is what the plan says, request by request, and a second plan is empty", async () => {
  const numRuns = Number(process.env["FC_RUNS"] ?? 100);
  await fc.assert(
    fc.asyncProperty(planCase, (each) => playCase(each, recorder)),
    { numRuns },
  );
  // The test would also pass if nothing happened in the plans.
  const ops = ["create", "update", "replace", "delete", "forget", "adopt", "none"];
  const wanted = [...ops, "record only", "saved", "stale", "failed deletes"];
  expect(wanted.filter((each) => !seen.has(each))).toEqual([]);
});
