import { badRequest, notFound } from "../model/errors";
import { KINDS } from "../model/kinds";
import { awareTime } from "../model/times";
import type { Config, TriggerRecord, TriggerType } from "../model/types";
import type { Clock } from "../schedule/clock";
import { nextScheduled } from "../schedule/schedule";
import { ACTIONS, SCHEDULES, withDefaults } from "../validation/rules";
import { type CreateBody, type PatchBody, validateSchedule } from "../validation/validate";
import { type Referring, referencesOf } from "./referenced-resources";
import type { Settings } from "./settings";
import { type HeldTrigger, hasResource, type Namespace, type Resource, type Store } from "./store";

/** Everything that happens to a trigger between its creation and its deletion, except for its runs. */
export class Lifecycle {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Creates a trigger from a valid body; throws ApiError 404 for an id that is not in the namespace. */
  create(namespace: Namespace, body: CreateBody): HeldTrigger {
    this.checkReferences(namespace, body);
    const schedule = this.filledSchedule(body.trigger_type, body.schedule_config);
    const now = this.clock.now();
    const next = nextScheduled(body.trigger_type, schedule, now, true, this.settings.cron);
    return this.store.add(namespace, {
      action_type: body.action_type,
      action_config: this.filledAction(body.action_type, body.action_config),
      trigger_type: body.trigger_type,
      schedule_config: schedule,
      status: body.status ?? "active",
      last_triggered_at: null,
      last_execution_task_id: null,
      next_scheduled_at: next === null ? null : awareTime(next),
      execution_count: 0,
      consecutive_failures: 0,
      last_execution_status: null,
      last_execution_error: null,
      event_counter: 0,
      last_cooldown_at: null,
      baseline_snapshot: null,
      last_drift_measurement: null,
      last_volume_measurement: null,
      last_condition_check_at: null,
      name: body.name ?? null,
      description: body.description ?? null,
      created_at: awareTime(now),
      updated_at: awareTime(now),
      created_by: "usr_emulator",
    });
  }

  /** Creates the trigger that a collection with a schedule owns, as the service does by itself. */
  createOwned(namespace: Namespace, collection: Resource): HeldTrigger | undefined {
    const schedule = collection.fields["schedule"] as
      | { trigger_type: TriggerType; schedule_config: Config; description?: string | null }
      | null
      | undefined;
    if (!schedule) return undefined;
    const held = this.create(namespace, {
      action_type: "collection_trigger",
      action_config: { collection_id: collection.id },
      trigger_type: schedule.trigger_type,
      schedule_config: schedule.schedule_config,
      description: schedule.description ?? null,
    });
    collection.fields["trigger_id"] = held.record.trigger_id;
    return held;
  }

  /**
   * Applies a patch. A schedule replaces the old one and restarts; a null text is cleared; a null schedule or status
   * counts as absent.
   * @throws ApiError 400 for a deleted trigger, 404 for a missing reference, 422 for an invalid schedule
   */
  patch(namespace: Namespace, held: HeldTrigger, body: PatchBody): void {
    const { record } = held;
    refuseDisabled(record, "updated");
    if (body.schedule_config) this.replaceSchedule(namespace, record, body.schedule_config);
    if (body.name !== undefined) record.name = body.name;
    if (body.description !== undefined) record.description = body.description;
    if (body.status === "paused") this.pause(held);
    if (body.status === "active" && record.status !== "active") this.resume(held);
    if (Object.keys(body).length > 0) this.touch(record);
  }

  /** Stops the schedule. Pausing a paused trigger changes nothing. Throws ApiError 400 for a deleted one. */
  pause({ record }: HeldTrigger): void {
    refuseDisabled(record, "paused");
    if (record.status === "paused") return;
    record.status = "paused";
    this.touch(record);
  }

  /**
   * Restarts the schedule from now and clears earlier failures.
   * @throws ApiError 400 for a deleted one, unless the settings allow it
   */
  resume({ record }: HeldTrigger): void {
    if (!this.settings.disabledCanBeResumed) refuseDisabled(record, "resumed");
    record.status = "active";
    record.consecutive_failures = 0;
    this.reschedule(record);
    this.touch(record);
  }

  /** Soft-deletes a trigger: it stays, with status `disabled`. Deleting it again changes nothing. */
  remove({ record }: HeldTrigger): void {
    if (record.status === "disabled") return;
    record.status = "disabled";
    this.touch(record);
  }

  /** Replaces the whole schedule; throws ApiError 422 if it does not match the trigger's type. */
  replaceSchedule(namespace: Namespace, record: TriggerRecord, schedule: Config): void {
    validateSchedule(this.settings.api, record.trigger_type, schedule, this.settings.cron);
    this.checkReferences(namespace, { ...record, action_config: {}, schedule_config: schedule });
    record.schedule_config = this.filledSchedule(record.trigger_type, schedule);
    this.reschedule(record);
  }

  /** Recomputes `next_scheduled_at` from now. */
  reschedule(record: TriggerRecord): void {
    const next = nextScheduled(
      record.trigger_type,
      record.schedule_config,
      this.clock.now(),
      false,
      this.settings.cron,
    );
    record.next_scheduled_at = next === null ? null : awareTime(next);
  }

  /** An `action_config` with the defaults that the service stores. */
  filledAction(type: string, config: Config): Config {
    const { api, storeDefaults } = this.settings;
    return storeDefaults ? withDefaults(api, config, ACTIONS[type]?.fields ?? {}) : { ...config };
  }

  /** Updates the time of the trigger's last change. */
  touch(record: TriggerRecord): void {
    record.updated_at = awareTime(this.clock.now());
  }

  private filledSchedule(type: TriggerType, config: Config): Config {
    const { api, storeDefaults } = this.settings;
    return storeDefaults ? withDefaults(api, config, SCHEDULES[type]) : { ...config };
  }

  private checkReferences(namespace: Namespace, trigger: Referring): void {
    if (this.settings.references === "any") return;
    for (const { kind, id } of referencesOf(trigger)) {
      if (!hasResource(namespace, kind, id)) throw notFound(KINDS[kind].label, id);
    }
  }
}

/** Throws ApiError 400 for a deleted trigger. `what` completes the message: what is not possible. */
export function refuseDisabled(record: TriggerRecord, what: string): void {
  if (record.status !== "disabled") return;
  throw badRequest(`Trigger ${record.trigger_id} is disabled (deleted) and cannot be ${what}`, {
    trigger_id: record.trigger_id,
    status: record.status,
  });
}
