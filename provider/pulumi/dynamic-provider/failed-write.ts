import { ApiError } from "../../api/errors/api-error";
import { PartlyAppliedError } from "../../apply";
import type { Plan } from "../../core/diff/plan-types";
import { isPausedBy, type UnansweredRequest } from "../../core/diff/status";
import { type Origin, partialStateOf, unansweredPauseState } from "../../core/diff/trigger-state";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../core/schema/model";
import { refusalText } from "./field-errors";
import type { Session } from "./session";

/** The write to one trigger: its plan, the live trigger, and what was applied before. */
export interface Write {
  plan: Plan;
  existing: LiveTrigger | undefined;
  /** See {@link partialStateOf}. */
  before: JsonObject;
  origin: Origin;
}

/**
 * The error of a write for the engine. If it has an id and properties, the engine keeps the resource in the state and
 * does not lose what was, or may have been, created. `shim`: the resource's provider; `request`: when the write was
 * requested and given up.
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

/** `found`: the trigger after a pause without a response; undefined: unknown. */
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
  // The trigger may become paused a moment later. The state records that this stack requested the pause, which decides
  // who resumes it.
  return {
    id,
    state: unansweredPauseState(desired, existing, { before, undone: plan.calls, origin }, request),
  };
}

/** Whether the failed write is a pause for planned quiet that the API may still have made. */
const isUnansweredPause = (error: Error, { pausedForQuiet, calls }: Plan): boolean =>
  pausedForQuiet === true && calls[0]?.op === "pause" && !isRefused(error);

/** Whether the API has reported that it did not make a write. After any other failure, the write may have been made. */
const isRefused = (error: Error): boolean => {
  if (!(error instanceof ApiError)) return true;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && status !== 408;
};
