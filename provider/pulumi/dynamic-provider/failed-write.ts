import { ApiError } from "../../api/errors/api-error";
import { PartlyAppliedError } from "../../apply";
import type { FieldPlace } from "../../core/definitions/field-places";
import type { Plan } from "../../core/diff/plan-types";
import { type Origin, partialStateOf, unansweredPauseState } from "../../core/diff/trigger-state";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../core/schema/model";
import { refusalText } from "./field-errors";

/** What is done to one trigger: by which plan, to which live trigger, and what was applied to it before. */
export interface Write {
  plan: Plan;
  existing: LiveTrigger | undefined;
  /** See {@link partialStateOf}. */
  before: JsonObject;
  origin: Origin;
}

/**
 * The error of a write for the engine. With an id and properties it keeps the resource in the state, instead of forgetting
 * what was made or may have been made. `shim`: the resource's provider; `asked`: when the write was asked for.
 */
export function failedWrite(
  error: Error,
  desired: DesiredTrigger,
  write: Write,
  { places, shim, asked }: { places: readonly FieldPlace[]; shim: string | undefined; asked: Date },
): Error {
  const message = refusalText(error, desired, places);
  const kept = keptOf(error, desired, write, asked);
  if (!kept) return message === error.message ? error : new Error(message);
  const { id, state } = kept;
  const properties = { ...state, ...(shim ? { __provider: shim } : {}) };
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}

function keptOf(
  error: Error,
  desired: DesiredTrigger,
  { plan, existing, before, origin }: Write,
  asked: Date,
): { id: string; state: JsonObject } | undefined {
  if (error instanceof PartlyAppliedError) {
    const { live, undone } = error;
    return { id: live.trigger_id, state: partialStateOf(desired, live, { before, undone, origin, plan }) };
  }
  // Whether the trigger is paused is not known; that this stack asked for it is what decides who resumes it.
  if (!existing || !plan.pausedForQuiet || plan.calls[0]?.op !== "pause" || isRefused(error))
    return undefined;
  const undone = plan.calls;
  const state = unansweredPauseState(desired, existing, { before, undone, origin }, asked.toISOString());
  return { id: existing.trigger_id, state };
}

/** Whether the API has said that it does not make a write. Any other failure may be of one that was made. */
const isRefused = (error: Error): boolean => {
  if (!(error instanceof ApiError)) return true;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && status !== 408;
};
