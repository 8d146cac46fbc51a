import { ApiError } from "../../api/errors/api-error";
import { isStopped, type SchedulerHeartbeat, schedulerText } from "../../core/comparison/health";
import type { TriggerPlan } from "../../core/plan/plan-model";
import type { JsonObject } from "../../core/schema/model";
import type { LiveSet } from "../run/live-set";

/**
 * The heartbeat of the service's scheduler. Requested only if a trigger is overdue; undefined if none is, or if the
 * service does not report one. One request; if it fails, the error goes to stderr and the run continues.
 */
export async function heartbeatIfOverdue(
  triggers: readonly TriggerPlan[],
  live: LiveSet,
): Promise<SchedulerHeartbeat | undefined> {
  const overdue = triggers.find((trigger) => trigger.live?.health.is_overdue);
  if (!overdue) return undefined;
  try {
    return await live.schedulerHeartbeat(overdue.namespace);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** The lines for the text report. Empty if the scheduler runs. */
export const stoppedLines = (beat: SchedulerHeartbeat | undefined): string[] =>
  beat && isStopped(beat) ? [schedulerText(beat)] : [];

/** `{ scheduler: … }` if the service reported anything. */
export const schedulerJson = (beat: SchedulerHeartbeat | undefined): JsonObject =>
  beat
    ? {
        scheduler: {
          running: !isStopped(beat),
          last_heartbeat: beat.lastHeartbeat ?? null,
          age_seconds: beat.ageSeconds ?? null,
        },
      }
    : {};
