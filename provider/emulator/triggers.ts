import { type Answer, refuse } from "./answers";
import { type Clock, naiveTime, storedTime } from "./clock";
import type { EmulatorOptions } from "./options";
import type { Scheduler } from "./scheduler";
import { findResource, type Namespace, type Store, type StoredTrigger } from "./store";
import { ACTION_SHAPES, type ApiVersion, checkCreate, checkList, checkUpdate, type ResourceKind, SCHEDULE_SHAPES } from "./validate";

type Raw = Record<string, unknown>;

/** The trigger calls of the API. Each takes what the request holds and gives the answer, or throws a Refusal. */
export class TriggerCalls {
  readonly #api: ApiVersion;

  constructor(
    private readonly store: Store,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
    private readonly options: EmulatorOptions,
  ) {
    this.#api = options.api ?? "2026-10";
  }

  create(namespace: Namespace, body: unknown, createdBy: string): Answer {
    const given = checkCreate(body, this.#api);
    for (const [shapes, type, config] of [
      [ACTION_SHAPES, "action_type", "action_config"],
      [SCHEDULE_SHAPES, "trigger_type", "schedule_config"],
    ] as const) {
      this.#checkReferences(namespace, shapes[given[type] as string]!.refs, given[config] as Raw);
    }
    const now = this.clock.now();
    const trigger: StoredTrigger = {
      trigger_id: this.store.nextId("trg"),
      namespace_id: namespace.id,
      name: (given["name"] as string | undefined) ?? null,
      description: (given["description"] as string | undefined) ?? null,
      action_type: given["action_type"] as string,
      action_config: this.#stored(ACTION_SHAPES[given["action_type"] as string]!.defaults, given["action_config"] as Raw),
      trigger_type: given["trigger_type"] as string,
      schedule_config: this.#stored(SCHEDULE_SHAPES[given["trigger_type"] as string]!.defaults, given["schedule_config"] as Raw),
      status: (given["status"] as string | undefined) ?? "active",
      created_by: createdBy,
      created_at: now,
      updated_at: now,
      last_triggered_at: null,
      last_execution_task_id: null,
      next_scheduled_at: null,
      execution_count: 0,
      consecutive_failures: 0,
      last_execution_status: null,
      last_execution_error: null,
      event_counter: 0,
      last_cooldown_at: null,
      last_drift_measurement: null,
      last_condition_check_at: null,
      executions: [],
    };
    this.scheduler.schedule(trigger, true);
    namespace.triggers.push(trigger);
    this.#changed();
    return { status: 201, body: this.wire(trigger, naiveTime) };
  }

  list(namespace: Namespace, body: unknown): Answer {
    const query = checkList(body, this.#api);
    const matching = namespace.triggers.filter(
      (trigger) =>
        (query.action_type === undefined || trigger.action_type === query.action_type) &&
        (query.trigger_type === undefined || trigger.trigger_type === query.trigger_type) &&
        (query.status === undefined ? this.options.listDisabled !== false || trigger.status !== "disabled" : trigger.status === query.status) &&
        (query.resource_id === undefined || Object.values(trigger.action_config).includes(query.resource_id)),
    );
    const key = query.sort_by as keyof StoredTrigger;
    const sign = query.direction === "asc" ? 1 : -1;
    // Array.sort is stable: equal ones stay in the order they were made in.
    const sorted = [...matching].sort((a, b) => sign * compare(a[key], b[key]));
    const results = sorted.slice(query.offset, query.offset + query.limit).map((trigger) => this.wire(trigger));
    return { status: 200, body: { results, total: matching.length, offset: query.offset, limit: query.limit } };
  }

  get(namespace: Namespace, id: string): Answer {
    return { status: 200, body: this.wire(this.#find(namespace, id)) };
  }

  update(namespace: Namespace, id: string, body: unknown): Answer {
    const trigger = this.#find(namespace, id);
    const given = checkUpdate(body, trigger.trigger_type, this.#api);
    if (trigger.status === "disabled") throw refuse(400, `Trigger ${id} is disabled`);
    if (given["schedule_config"] != null) {
      const shape = SCHEDULE_SHAPES[trigger.trigger_type]!;
      this.#checkReferences(namespace, shape.refs, given["schedule_config"] as Raw);
      trigger.schedule_config = this.#stored(shape.defaults, given["schedule_config"] as Raw);
    }
    if (given["description"] != null) trigger.description = given["description"] as string;
    if (given["name"] != null) trigger.name = given["name"] as string;
    if (given["status"] != null) trigger.status = given["status"] as string;
    if (given["schedule_config"] != null || given["status"] != null) this.scheduler.schedule(trigger);
    return this.#touched(trigger);
  }

  pause(namespace: Namespace, id: string): Answer {
    const trigger = this.#enabled(namespace, id);
    trigger.status = "paused";
    this.scheduler.schedule(trigger);
    return this.#touched(trigger);
  }

  resume(namespace: Namespace, id: string): Answer {
    const trigger = this.#enabled(namespace, id);
    trigger.status = "active";
    trigger.consecutive_failures = 0;
    this.scheduler.schedule(trigger);
    return this.#touched(trigger);
  }

  remove(namespace: Namespace, id: string): Answer {
    const trigger = this.#find(namespace, id);
    trigger.status = "disabled";
    trigger.next_scheduled_at = null;
    this.#touched(trigger);
    return { status: 204 };
  }

  execute(namespace: Namespace, id: string): Answer {
    const trigger = this.#enabled(namespace, id);
    const task_id = this.scheduler.fire(namespace, trigger);
    this.#changed();
    const task_type = trigger.action_type === "cluster" ? "engine_cluster_build" : "api_collections_trigger";
    return { status: 200, body: { task_id, task_type, status: "PENDING", inputs: [trigger.trigger_id], outputs: null, additional_data: {}, error: null } };
  }

  history(namespace: Namespace, id: string, offset: number, limit: number): Answer {
    if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw refuse(400, "offset must be at least 0, limit from 1 to 1000");
    }
    const trigger = this.#find(namespace, id);
    const executions = trigger.executions.slice(offset, offset + limit).map((execution) => ({
      ...execution,
      // The docs say job_id, the OpenAPI task_id.
      job_id: execution.task_id,
      triggered_at: storedTime(execution.triggered_at),
    }));
    return { status: 200, body: { trigger_id: trigger.trigger_id, executions, total: trigger.executions.length, offset, limit } };
  }

  /** A trigger as the API answers it. Times are zoned once stored; right after a create they are naive. */
  wire(trigger: StoredTrigger, time: (milliseconds: number) => string = storedTime): Raw {
    const at = (value: number | null) => (value === null ? null : time(value));
    const { executions: _, name, ...fields } = trigger;
    const now = this.clock.now();
    return {
      ...fields,
      internal_id: "int_emulator",
      action_config: this.#shown(trigger.action_config),
      schedule_config: this.#shown(trigger.schedule_config),
      baseline_snapshot: null,
      last_drift_measurement: trigger.last_drift_measurement && {
        ...trigger.last_drift_measurement,
        measured_at: time(trigger.last_drift_measurement.measured_at),
      },
      created_at: at(trigger.created_at),
      updated_at: at(trigger.updated_at),
      last_triggered_at: at(trigger.last_triggered_at),
      next_scheduled_at: at(trigger.next_scheduled_at),
      last_cooldown_at: at(trigger.last_cooldown_at),
      last_condition_check_at: at(trigger.last_condition_check_at),
      ...(this.#api === "2026-10"
        ? {
            name,
            last_volume_measurement: null,
            is_overdue: trigger.status === "active" && trigger.next_scheduled_at !== null && trigger.next_scheduled_at < now,
          }
        : {}),
    };
  }

  #find(namespace: Namespace, id: string): StoredTrigger {
    const found = namespace.triggers.find((trigger) => trigger.trigger_id === id);
    if (!found) throw refuse(404, `Trigger ${id} not found`);
    return found;
  }

  #enabled(namespace: Namespace, id: string): StoredTrigger {
    const trigger = this.#find(namespace, id);
    if (trigger.status === "disabled") throw refuse(400, `Trigger ${id} is disabled`);
    return trigger;
  }

  #touched(trigger: StoredTrigger): Answer {
    trigger.updated_at = this.clock.now();
    this.#changed();
    return { status: 200, body: this.wire(trigger) };
  }

  #changed(): void {
    this.store.save();
    this.scheduler.start();
  }

  #checkReferences(namespace: Namespace, refs: Record<string, ResourceKind>, config: Raw): void {
    if (this.options.references === "any") return;
    for (const [key, kind] of Object.entries(refs)) {
      for (const id of [config[key] ?? []].flat()) {
        const found = findResource(namespace, kind, String(id));
        const label = key.replace(/_ids?$/, "");
        if (found?.id !== id) throw refuse(404, `${label[0]!.toUpperCase()}${label.slice(1)} ${id} not found`);
      }
    }
  }

  #stored(defaults: Raw, config: Raw): Raw {
    const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value != null));
    return this.options.storeDefaults === false || this.#api === "0.81" ? given : { ...defaults, ...given };
  }

  #shown(config: Raw): Raw {
    const entries = Object.entries(config);
    if (this.options.reorderKeys) entries.reverse();
    if (this.options.addUnknownKeys) entries.push(["x_service_version", 3], ["x_service_note", null]);
    return Object.fromEntries(entries);
  }
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return a < b ? -1 : 1;
}
