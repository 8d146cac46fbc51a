import { visible } from "../json/safe-text";
import type { LiveTrigger } from "../schema/model";
import { counted } from "../text/plural";

/** A trigger whose runs fail or are overdue. Reported apart from drift, since no definition is wrong. */
export interface Unhealthy {
  name: string;
  triggerId: string;
  failed: boolean;
  consecutiveFailures: number;
  overdue: boolean;
  lastError?: string;
}

/** What is unhealthy about a live trigger; undefined if nothing is. */
export function unhealthyOf(name: string, live: LiveTrigger): Unhealthy | undefined {
  const {
    consecutive_failures: failures = 0,
    is_overdue: overdue = false,
    last_execution_error: error,
  } = live.health;
  const failed = live.status === "failed";
  if (!failed && failures === 0 && !overdue) return undefined;
  return {
    name,
    triggerId: live.trigger_id,
    failed,
    consecutiveFailures: failures,
    overdue,
    ...(error === undefined ? {} : { lastError: error }),
  };
}

/** `failed after 3 failed runs, overdue; last error: …`. */
export function healthText({ failed, consecutiveFailures, overdue, lastError }: Unhealthy): string {
  const runs = `${counted(consecutiveFailures, "failed run")} in a row`;
  const parts = [
    ...(failed ? ["failed: the service has stopped running it"] : []),
    ...(consecutiveFailures > 0 ? [runs] : []),
    ...(overdue ? ["overdue"] : []),
  ];
  return `${parts.join(", ")}${lastError === undefined ? "" : `; last error: ${visible(JSON.stringify(lastError))}`}`;
}

/** What the service reports about its own scheduler. Source: GET /v1/health/beat. */
export interface SchedulerHeartbeat {
  isRunning: boolean;
  /** ISO 8601, UTC. */
  lastHeartbeat?: string;
  ageSeconds?: number;
}

/** The scheduler sends a heartbeat every minute. The vendor considers it stopped after five minutes without one. */
const STALE_SECONDS = 300;

export const isStopped = ({ isRunning, ageSeconds = 0 }: SchedulerHeartbeat): boolean =>
  !isRunning || ageSeconds > STALE_SECONDS;

/** Shown with overdue triggers: the scheduler is the cause, not the triggers. */
export function schedulerText({ lastHeartbeat, ageSeconds }: SchedulerHeartbeat): string {
  const last = lastHeartbeat === undefined ? "no heartbeat is known" : `last heartbeat ${lastHeartbeat}`;
  const age = ageSeconds === undefined ? "" : `, ${Math.round(ageSeconds)} s ago`;
  return `The service's scheduler has stopped: ${last}${age}. Overdue triggers run when it starts again; the definitions are not the cause [SCHEDULER_STOPPED].`;
}
