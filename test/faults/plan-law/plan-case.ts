import fc, { type Arbitrary } from "fast-check";
import {
  type Definition,
  definition,
  type Edit,
  editAnywhere,
  type Hand,
  handAnywhere,
  NAMESPACES,
  type Namespace,
  place,
} from "../definitions";

/** A change to what a user writes, in addition to edits of a trigger's own fields. */
export type Change =
  | Edit
  | { edit: "protect" | "retain" | "exclude"; at: number; on: boolean }
  | { edit: "environment"; namespace: Namespace };

export interface Step {
  changes: Change[];
  hands: Hand[];
  /** All deletes of the run fail. */
  failing: boolean;
  /** A plan is saved, and applied after the manual changes. */
  saved: boolean;
}

export interface Case {
  declared: Definition[];
  steps: Step[];
  atOnce: number;
  pageSize: number;
  revivable: boolean;
  listDisabled: boolean;
}

const change: Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: editAnywhere as Arbitrary<Change> },
  {
    weight: 3,
    arbitrary: fc.record({
      edit: fc.constantFrom("protect" as const, "retain" as const, "exclude" as const),
      at: place,
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      edit: fc.constant("environment" as const),
      namespace: fc.constantFrom(...NAMESPACES),
    }),
  },
);

const step: Arbitrary<Step> = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  hands: fc.array(handAnywhere, { maxLength: 3 }),
  failing: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  saved: fc.boolean(),
});

/**
 * A trigger that is retained in one run and removed in the next is dropped from the state. Random changes rarely do
 * that.
 */
const forgotten: Arbitrary<Step[]> = fc.tuple(step, step, place).map(([first, next, at]) => [
  { ...first, changes: [...first.changes, { edit: "retain", at, on: true }] },
  { ...next, changes: [{ edit: "exclude", at, on: true }, ...next.changes] },
]);

export const planCase: Arbitrary<Case> = fc.record({
  declared: fc.array(definition, { minLength: 1, maxLength: 5 }),
  steps: fc
    .array(
      fc.oneof({ weight: 5, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: forgotten }),
      { minLength: 1, maxLength: 4 },
    )
    .map((steps) => steps.flat()),
  atOnce: fc.constantFrom(1, 4),
  pageSize: fc.constantFrom(1000, 2),
  revivable: fc.boolean(),
  listDisabled: fc.boolean(),
});
