import { expect, test } from "@jest/globals";
import { decideStatus, type StatusDecision } from "../../../provider/core/diff/status";

type Cell = [Parameters<typeof decideStatus>[0], Parameters<typeof decideStatus>[1], StatusDecision];

const CELLS: Cell[] = [
  ["active", "active", { op: "none" }],
  ["active", "paused", { op: "resume" }],
  ["active", "failed", { op: "resume" }],
  ["paused", "active", { op: "pause" }],
  ["paused", "paused", { op: "none" }],
  ["paused", "failed", { op: "pause" }],
  [undefined, "active", { op: "none" }],
  [undefined, "paused", { op: "none", report: "paused" }],
  [undefined, "failed", { op: "none", report: "failed" }],
];

test.each(CELLS)("declared %s, live %s", (declared, live, decision) => {
  expect(decideStatus(declared, live)).toEqual(decision);
});
