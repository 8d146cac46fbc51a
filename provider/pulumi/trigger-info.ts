/**
 * The status of a live trigger. `active`: it runs on its schedule. `paused`: it does not run until it is resumed.
 * `failed`: the service stopped it after several failed runs in a row.
 */
export type TriggerStatus = "active" | "paused" | "failed";

/**
 * A live trigger at the time of the lookup. All times are ISO 8601 in UTC, such as `2026-12-01T02:00:00.000Z`. A property
 * is undefined if the API returns null or does not return it.
 * Source: Triggers API, `GET /v1/triggers/{trigger_id}` and `POST /v1/triggers/list`, with the keys in camelCase.
 */
export interface TriggerInfo {
  /** `trg_…` id of the trigger. */
  triggerId: string;
  /** `ns_…` id of its namespace. */
  namespaceId: string;
  /** Name of the trigger. Undefined for a trigger without a name, and always with API 0.81. */
  name: string | undefined;
  /** Description of the trigger. */
  description: string | undefined;
  /** What the trigger runs, such as `cluster`. See `ActionArgs`. */
  actionType: string;
  /** The settings of the action, with known keys in camelCase. */
  actionConfig: Record<string, unknown>;
  /** What starts a run: `cron`, `interval`, `event` or `conditional`. */
  triggerType: string;
  /** The settings of the schedule, with known keys in camelCase. */
  scheduleConfig: Record<string, unknown>;
  /** `active`, `paused` or `failed`. */
  status: TriggerStatus;
  /** When the trigger was created. */
  createdAt: string | undefined;
  /** Id of the user who created the trigger. */
  createdBy: string | undefined;
  /** When the trigger last changed. */
  updatedAt: string | undefined;
  /** When the last run started. Undefined before the first run. */
  lastTriggeredAt: string | undefined;
  /** When the next run is due. */
  nextScheduledAt: string | undefined;
  /** Number of successful runs. */
  executionCount: number | undefined;
  /** Number of failed runs since the last successful one. */
  consecutiveFailures: number | undefined;
  /** Status of the last run, such as `COMPLETED` or `FAILED`. */
  lastExecutionStatus: string | undefined;
  /** Error of the last run. Undefined if it did not fail. */
  lastExecutionError: string | undefined;
  /** Whether a run is due that the service has not started. Undefined with API 0.81. */
  isOverdue: boolean | undefined;
}
