import { CronExpressionParser } from "cron-parser";
import { type Clock, isManual } from "./clock";
import type { Namespace, Store, StoredTrigger } from "./store";

const DEFAULT_CHECK_SECONDS = 3600;
const RUN_MS = 1200;
/** A real clock is looked at this often; setTimeout cannot wait for longer than 24 days. */
const LONGEST_SLEEP = 60_000;

/** Fires triggers when they are due, as the service's scheduler does. */
export class Scheduler {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    /** Failed runs in a row after which a trigger becomes `failed`. */
    private readonly failuresToDisable: number,
  ) {}

  /** With a real clock: fires by itself from now on. */
  start(): void {
    if (isManual(this.clock)) return;
    const next = Math.min(...this.#all().map(({ trigger }) => trigger.next_scheduled_at ?? Number.POSITIVE_INFINITY));
    const wait = Math.min(LONGEST_SLEEP, Math.max(0, next - this.clock.now()));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.runDue();
      this.start();
    }, wait);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Moves a manual clock, stopping at each due time in order. */
  advance(milliseconds: number): void {
    if (!isManual(this.clock)) throw new Error("only a manual clock can be moved: start the emulator with one");
    const end = this.clock.now() + milliseconds;
    for (;;) {
      const due = Math.min(...this.#all().map(({ trigger }) => trigger.next_scheduled_at ?? Number.POSITIVE_INFINITY));
      if (due > end) break;
      this.clock.set(Math.max(due, this.clock.now()));
      this.runDue();
    }
    this.clock.set(end);
  }

  /** Fires everything that is due now. */
  runDue(): void {
    const now = this.clock.now();
    let fired = false;
    for (const { namespace, trigger } of this.#all()) {
      if (trigger.next_scheduled_at === null || trigger.next_scheduled_at > now) continue;
      fired = true;
      if (trigger.trigger_type === "conditional") this.#check(namespace, trigger);
      else this.fire(namespace, trigger);
      this.schedule(trigger);
    }
    if (fired) this.store.save();
  }

  /** Sets when a trigger runs next, from now; null where time does not decide or it is not active. */
  schedule(trigger: StoredTrigger, created = false): void {
    const now = this.clock.now();
    const config = trigger.schedule_config;
    if (trigger.status !== "active") {
      trigger.next_scheduled_at = null;
    } else if (trigger.trigger_type === "cron") {
      const options = { currentDate: new Date(now), tz: String(config["timezone"] ?? "UTC") };
      trigger.next_scheduled_at = CronExpressionParser.parse(String(config["cron_expression"]), options).next().getTime();
    } else if (trigger.trigger_type === "interval") {
      const immediately = created && config["start_immediately"] === true;
      trigger.next_scheduled_at = immediately ? now : now + Number(config["interval_seconds"]) * 1000;
    } else if (trigger.trigger_type === "conditional") {
      trigger.next_scheduled_at = now + Number(config["check_interval_seconds"] ?? DEFAULT_CHECK_SECONDS) * 1000;
    } else {
      trigger.next_scheduled_at = null;
    }
  }

  /** Counts events of a collection and fires the triggers whose threshold they reach. */
  addEvents(namespace: Namespace, collectionId: string, count: number, eventType = "documents_added"): void {
    const now = this.clock.now();
    for (const trigger of namespace.triggers) {
      const config = trigger.schedule_config;
      if (trigger.trigger_type !== "event" || trigger.status !== "active" || config["event_type"] !== eventType) continue;
      if (config["collection_id"] != null && config["collection_id"] !== collectionId) continue;
      trigger.event_counter += count;
      const cooling = trigger.last_cooldown_at !== null && now < trigger.last_cooldown_at + Number(config["cooldown_seconds"] ?? 0) * 1000;
      if (cooling || trigger.event_counter < Number(config["event_threshold"])) continue;
      this.fire(namespace, trigger);
      trigger.event_counter = 0;
      trigger.last_cooldown_at = now;
    }
  }

  /** One run, now. Out: its task id. */
  fire(namespace: Namespace, trigger: StoredTrigger): string {
    const now = this.clock.now();
    const task = this.store.nextId("task");
    const error = takeFailure(namespace, trigger);
    const status = error === undefined ? "COMPLETED" : "FAILED";
    trigger.executions.unshift({ task_id: task, triggered_at: now, status, execution_time_ms: RUN_MS, error: error ?? null, num_documents: 0 });
    trigger.last_triggered_at = now;
    trigger.last_execution_task_id = task;
    trigger.last_execution_status = status;
    trigger.last_execution_error = error ?? null;
    if (error === undefined) {
      trigger.execution_count += 1;
      trigger.consecutive_failures = 0;
    } else {
      trigger.consecutive_failures += 1;
      if (trigger.consecutive_failures >= this.failuresToDisable) {
        trigger.status = "failed";
        trigger.next_scheduled_at = null;
        trigger.updated_at = now;
      }
    }
    return task;
  }

  #check(namespace: Namespace, trigger: StoredTrigger): void {
    const now = this.clock.now();
    trigger.last_condition_check_at = now;
    const target = String(trigger.action_config["cluster_id"] ?? "");
    const value = namespace.drift[trigger.trigger_id] ?? namespace.drift[target];
    if (value === undefined) return;
    trigger.last_drift_measurement = { value, metric: String(trigger.schedule_config["metric"] ?? "cosine_drift"), measured_at: now };
    if (value > Number(trigger.schedule_config["threshold"] ?? 0)) this.fire(namespace, trigger);
  }

  #all(): { namespace: Namespace; trigger: StoredTrigger }[] {
    return this.store.world.namespaces.flatMap((namespace) =>
      namespace.triggers.filter(({ status }) => status === "active").map((trigger) => ({ namespace, trigger })),
    );
  }
}

/** The error of this run, where the trigger or anything it works on was told to fail. */
function takeFailure(namespace: Namespace, trigger: StoredTrigger): string | undefined {
  const ids = [trigger.trigger_id, ...Object.values(trigger.action_config).filter((value) => typeof value === "string")];
  const id = ids.find((candidate) => namespace.failures[candidate]);
  const failure = id === undefined ? undefined : namespace.failures[id];
  if (id === undefined || failure === undefined) return undefined;
  if (failure.count !== undefined) {
    failure.count -= 1;
    if (failure.count <= 0) delete namespace.failures[id];
  }
  return failure.error;
}
