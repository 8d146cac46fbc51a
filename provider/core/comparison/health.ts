import { visible } from "../json/printed";
import type { LiveTrigger } from "../schema/model";
import { counted } from "../text/plural";

/** What the service says of a trigger's runs: apart from drift, since no definition is wrong. */
export interface Unhealthy {
  name: string;
  triggerId: string;
  failed: boolean;
  consecutiveFailures: number;
  overdue: boolean;
  lastError?: string;
}

/** What the service says against a live trigger; undefined: nothing. */
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

/** What the service says of its own scheduler. Source: GET /v1/health/beat. */
export interface SchedulerHeartbeat {
  isRunning: boolean;
  /** ISO 8601, UTC. */
  lastHeartbeat?: string;
  ageSeconds?: number;
}

/** The scheduler beats each minute; the vendor calls it stopped after five without a beat. */
const STALE_SECONDS = 300;

export const isStopped = ({ isRunning, ageSeconds = 0 }: SchedulerHeartbeat): boolean =>
  !isRunning || ageSeconds > STALE_SECONDS;

/** Beside overdue triggers: none of them is at fault. */
export function schedulerText({ lastHeartbeat, ageSeconds }: SchedulerHeartbeat): string {
  const last = lastHeartbeat === undefined ? "no heartbeat is known" : `last heartbeat ${lastHeartbeat}`;
  const age = ageSeconds === undefined ? "" : `, ${Math.round(ageSeconds)} s ago`;
  return `The service's scheduler has stopped: ${last}${age}. Overdue triggers run when it starts again; the definitions are not the cause [SCHEDULER_STOPPED].`;
}
