import { ApiError } from "../../api/errors/api-error";
import { isStopped, type SchedulerHeartbeat, schedulerText } from "../../core/comparison/health";
import type { TriggerPlan } from "../../core/plan/trigger-plan";
import type { JsonObject } from "../../core/schema/model";
import type { LiveSet } from "../run/live-set";

/**
 * The heartbeat of the service's scheduler, asked for only where a trigger is overdue; undefined where none is, or the
 * service does not say. One request; a refusal goes to stderr and ends nothing.
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

/** The lines that a reader sees: none for a scheduler that runs. */
export const stoppedLines = (beat: SchedulerHeartbeat | undefined): string[] =>
  beat && isStopped(beat) ? [schedulerText(beat)] : [];

/** `{ scheduler: … }` where the service said anything. */
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
