import { digest } from "../../api/digest";
import type { Call } from "../../core/diff/plan-types";
import { type PlannedWrites, plannedWrite, writeKey } from "../../core/plan/planned-writes";
import { equalJson } from "../../core/schema/equality";
import type { DesiredTrigger } from "../../core/schema/model";

/**
 * Throws PLAN_CHANGED if these writes to a trigger are not the planned ones: only what the preview showed may happen.
 */
export function permitWrites(planned: PlannedWrites, trigger: DesiredTrigger, calls: readonly Call[]): void {
  const expected = planned.calls[writeKey(trigger.namespace, trigger.name)] ?? [];
  const writes = calls.map((call) => plannedWrite(call, digest));
  if (equalJson(writes, expected)) return;
  throw unplanned(
    trigger.name,
    writes.map(({ op }) => op),
    expected.map(({ op }) => op),
  );
}

/** The same for a delete. */
export function permitDelete(planned: PlannedWrites, trigger: string, id: string): void {
  if (!planned.deletes.includes(id)) throw unplanned(trigger, [`delete ${id}`], []);
}

function unplanned(trigger: string, ops: readonly string[], planned: readonly string[]): Error {
  const what = ops.join(", ") || "no change";
  const difference =
    ops.join() === planned.join()
      ? `the plan has ${what} with other values`
      : planned.length > 0
        ? `the plan has ${planned.join(", ")}, and this run needs ${what}`
        : `the plan does not have ${what}`;
  const message = `cannot apply the plan to trigger "${trigger}": ${difference}. The live trigger changed during the run: run the same command again [PLAN_CHANGED].`;
  return Object.assign(new Error(message), { code: "PLAN_CHANGED" });
}
