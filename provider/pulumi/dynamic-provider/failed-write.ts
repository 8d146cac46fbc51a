import { ApiError } from "../../api/errors/api-error";
import { PartlyAppliedError } from "../../apply";
import type { Plan } from "../../core/diff/plan-types";
import { isPausedBy, type UnansweredRequest } from "../../core/diff/status";
import { type Origin, partialStateOf, unansweredPauseState } from "../../core/diff/trigger-state";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../core/schema/model";
import { refusalText } from "./field-errors";
import type { Session } from "./session";

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
 * what was made or may have been made. `shim`: the resource's provider; `request`: when the write was asked for and given up.
 */
export async function failedWrite(
  session: Session,
  error: Error,
  desired: DesiredTrigger,
  write: Write,
  { shim, request }: { shim: string | undefined; request: UnansweredRequest },
): Promise<Error> {
  const message = refusalText(error, desired, session.placesOf(desired));
  const { existing, plan } = write;
  const found =
    existing && isUnansweredPause(error, plan)
      ? await session.lookAt(desired.namespace, existing.trigger_id)
      : undefined;
  const kept = keptOf(error, desired, write, request, found);
  if (!kept) return message === error.message ? error : new Error(message);
  const { id, state } = kept;
  const properties = { ...state, ...(shim ? { __provider: shim } : {}) };
  return Object.assign(new Error(message), { id, properties, reasons: [message] });
}

/** `found`: the trigger after an unanswered pause; undefined: not known. */
function keptOf(
  error: Error,
  desired: DesiredTrigger,
  { plan, existing, before, origin }: Write,
  request: UnansweredRequest,
  found: LiveTrigger | undefined,
): { id: string; state: JsonObject } | undefined {
  if (error instanceof PartlyAppliedError) {
    const { live, undone } = error;
    return { id: live.trigger_id, state: partialStateOf(desired, live, { before, undone, origin, plan }) };
  }
  if (!existing || !isUnansweredPause(error, plan)) return undefined;
  const id = existing.trigger_id;
  if (isPausedBy(request, found)) {
    const undone = plan.calls.slice(1);
    return { id, state: partialStateOf(desired, found, { before, undone, origin, plan }) };
  }
  // It may be paused a moment later: that this stack asked for it decides who resumes it then.
  return {
    id,
    state: unansweredPauseState(desired, existing, { before, undone: plan.calls, origin }, request),
  };
}

/** Whether what failed is a pause for planned quiet that the API may have made. */
const isUnansweredPause = (error: Error, { pausedForQuiet, calls }: Plan): boolean =>
  pausedForQuiet === true && calls[0]?.op === "pause" && !isRefused(error);

/** Whether the API has said that it does not make a write. Any other failure may be of one that was made. */
const isRefused = (error: Error): boolean => {
  if (!(error instanceof ApiError)) return true;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && status !== 408;
};
