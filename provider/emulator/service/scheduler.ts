import { awareTime, parseTime } from "../model/times";
import type { TriggerRecord } from "../model/types";
import type { Clock } from "../schedule/clock";
import type { CronDialect } from "../schedule/cron";
import { nextScheduled } from "../schedule/schedule";
import { type Due, DueQueue } from "./due-queue";
import type { Executions } from "./executions";
import { actionIds } from "./referenced-resources";
import type { HeldTrigger, Namespace, Store } from "./store";

/** The longest delay of a Node timer, in milliseconds. For a later run, the timer is set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const BEAT_MS = 60_000;
/** The vendor calls a heartbeat that is older than this stale. */
const STALE_SECONDS = 300;

/** Fires active triggers when their time has come, their events have occurred or their condition is met. */
export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  /** When it was stopped, in milliseconds since the epoch; undefined while it runs. */
  private haltedAt: number | undefined;
  private readonly queue = new DueQueue();

  /** @param onFired called after every batch of runs, so that it can be saved */
  constructor(
    store: Store,
    private readonly clock: Clock,
    private readonly executions: Executions,
    private readonly dialect: CronDialect,
    private readonly onFired: () => void,
  ) {
    for (const namespace of store.state.namespaces) {
      for (const held of namespace.triggers) this.note(namespace, held);
    }
  }

  /** Call it when a trigger is new or changed: schedules its next run. */
  note(namespace: Namespace, held: HeldTrigger): void {
    this.queue.set(namespace, held, dueAt(held.record, this.clock.now()));
  }

  /** Call it when a trigger is deleted permanently. */
  forget(namespace: Namespace, held: HeldTrigger): void {
    this.queue.set(namespace, held, null);
  }

  /** Call it after every change: fires what is due now, then waits for the next run. */
  wake(): void {
    if (this.stopped) return;
    if (this.fireUntil(this.clock.now()) > 0) this.onFired();
    this.arm();
  }

  /**
   * Moves the clock to a time and fires all runs that are due until then, in order. Throws if the clock cannot be
   * moved. If there are more than `mostRuns`, stops after that many and throws.
   */
  advanceTo(target: number, mostRuns = Number.POSITIVE_INFINITY): void {
    if (!this.clock.moveTo) throw new Error("this clock cannot be moved");
    if (target < this.clock.now()) throw new RangeError("a clock cannot be moved backwards");
    const runs = this.fireUntil(target, mostRuns);
    if (runs > mostRuns) {
      this.onFired();
      this.arm();
      const at = awareTime(this.clock.now());
      throw new RangeError(
        `over ${mostRuns} runs are due until then: the clock is moved to ${at}. Move it again to continue`,
      );
    }
    // The machine's clock may have passed the target in the meantime.
    if (target > this.clock.now()) this.clock.moveTo(target);
    this.onFired();
    this.arm();
  }

  /**
   * Stops the scheduler, so that nothing fires and triggers become overdue; or starts it, and fires what is due by now.
   */
  setRunning(running: boolean): void {
    this.haltedAt = running ? undefined : (this.haltedAt ?? this.clock.now());
    this.wake();
  }

  /**
   * The response to `GET /v1/health/beat`. The scheduler beats every minute and counts as stopped after five minutes
   * without a beat.
   */
  beat(): Record<string, unknown> {
    const now = this.clock.now();
    const last = this.haltedAt ?? now - (now % BEAT_MS);
    const age = (now - last) / 1000;
    return { beat_running: age <= STALE_SECONDS, last_heartbeat: awareTime(last), age_seconds: age };
  }

  /** Stops the timer permanently. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Counts documents for the event triggers that listen to them. Triggers over their threshold fire in `wake`. */
  countEvents(namespace: Namespace, collectionId: string, count: number, eventType: string): void {
    for (const held of namespace.triggers) {
      const { record } = held;
      if (record.status !== "active" || record.trigger_type !== "event") continue;
      const { event_type: wanted, collection_id: collection } = record.schedule_config;
      if (wanted !== eventType || (collection != null && collection !== collectionId)) continue;
      record.event_counter += count;
      this.note(namespace, held);
    }
  }

  /**
   * Fires what is due until a given time, in order. Returns the number of runs; if that is more than `most`, the last
   * one was not run.
   */
  private fireUntil(target: number, most = Number.POSITIVE_INFINITY): number {
    let fired = 0;
    if (this.haltedAt !== undefined) return 0;
    for (let due = this.queue.first(); due && due.at <= target; due = this.queue.first()) {
      fired += 1;
      if (fired > most) break;
      if (due.at > this.clock.now()) this.clock.moveTo?.(due.at);
      this.fire(due);
      this.note(due.namespace, due.held);
    }
    return fired;
  }

  private fire({ namespace, held }: Due): void {
    const { record } = held;
    const now = this.clock.now();
    const next = nextScheduled(record.trigger_type, record.schedule_config, now, false, this.dialect);
    record.next_scheduled_at = next === null ? null : awareTime(next);
    if (record.trigger_type === "conditional" && !this.checkCondition(namespace, record)) return;
    this.executions.run(namespace, held, "service");
    if (record.trigger_type !== "event") return;
    record.event_counter = 0;
    if (cooldownMs(record) > 0) record.last_cooldown_at = awareTime(now);
  }

  /** Measures a condition and records the measurement. Returns true if the condition is met. */
  private checkCondition(namespace: Namespace, record: TriggerRecord): boolean {
    const at = awareTime(this.clock.now());
    const { condition_type: type, metric, threshold } = record.schedule_config;
    record.last_condition_check_at = at;
    if (type === "volume") {
      // How a volume condition is specified is not published: it is measured, but never met.
      record.last_volume_measurement = { document_count: documentCount(namespace), measured_at: at };
      return false;
    }
    const value = driftOf(namespace, record);
    const exceeded = typeof threshold === "number" && value > threshold;
    record.last_drift_measurement = {
      metric: metric ?? "cosine_drift",
      value,
      threshold: threshold ?? null,
      exceeded,
      measured_at: at,
    };
    return exceeded;
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.clock.manual || this.stopped || this.haltedAt !== undefined) return;
    const due = this.queue.first();
    if (!due) return;
    const wait = Math.min(MAX_TIMER_MS, Math.max(0, due.at - this.clock.now()));
    this.timer = setTimeout(() => this.wake(), wait);
    // An emulator inside another program must not keep that program alive.
    this.timer.unref();
  }
}

/** When a trigger fires if nothing changes, in milliseconds since the epoch; null if it does not fire by itself. */
function dueAt(record: TriggerRecord, now: number): number | null {
  if (record.status !== "active") return null;
  if (record.trigger_type === "event") {
    if (record.event_counter < Number(record.schedule_config["event_threshold"])) return null;
    const cooled =
      record.last_cooldown_at === null ? now : parseTime(record.last_cooldown_at) + cooldownMs(record);
    return Math.max(now, cooled);
  }
  return record.next_scheduled_at === null ? null : parseTime(record.next_scheduled_at);
}

function cooldownMs(record: TriggerRecord): number {
  return Number(record.schedule_config["cooldown_seconds"] ?? 0) * 1000;
}

function driftOf(namespace: Namespace, record: TriggerRecord): number {
  const targets = [record.trigger_id, ...actionIds(record.action_config)];
  return targets.map((target) => namespace.drifts[target]).find((value) => value !== undefined) ?? 0;
}

function documentCount(namespace: Namespace): number {
  const counts = namespace.resources.collections.map((one) => Number(one.fields["document_count"] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}
