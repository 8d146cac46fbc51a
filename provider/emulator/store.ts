import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ResourceKind } from "./validate";

export interface StoredTrigger {
  trigger_id: string;
  namespace_id: string;
  name: string | null;
  description: string | null;
  action_type: string;
  action_config: Record<string, unknown>;
  trigger_type: string;
  schedule_config: Record<string, unknown>;
  status: string;
  created_by: string;
  /** Times are milliseconds since the epoch, here and below. */
  created_at: number;
  updated_at: number;
  last_triggered_at: number | null;
  last_execution_task_id: string | null;
  next_scheduled_at: number | null;
  execution_count: number;
  consecutive_failures: number;
  last_execution_status: string | null;
  last_execution_error: string | null;
  event_counter: number;
  last_cooldown_at: number | null;
  last_drift_measurement: { value: number; metric: string; measured_at: number } | null;
  last_condition_check_at: number | null;
  executions: Execution[];
}

export interface Execution {
  task_id: string;
  triggered_at: number;
  status: string;
  execution_time_ms: number;
  error: string | null;
  num_documents: number;
}

export interface Resource {
  id: string;
  name: string;
  /** Other fields, such as a collection's `schedule` and the trigger it owns. */
  fields: Record<string, unknown>;
}

/** Runs of these fail, with this text; `count` absent: until told otherwise. */
export interface Failure {
  error: string;
  count?: number;
}

export interface Namespace {
  id: string;
  name: string;
  resources: Record<ResourceKind, Resource[]>;
  triggers: StoredTrigger[];
  /** By trigger or resource id. */
  failures: Record<string, Failure>;
  /** Measured drift by cluster or trigger id. */
  drift: Record<string, number>;
}

export interface World {
  namespaces: Namespace[];
  /** Counts ids, so that none comes twice, also after a restart. */
  serial: number;
}

/** All that the emulator knows; saved whole after each change when a file is given. */
export class Store {
  readonly #file: string | undefined;
  readonly world: World;

  constructor(seeded: () => World, file?: string) {
    this.#file = file;
    this.world = this.#load() ?? seeded();
    this.save();
  }

  namespace(idOrName: string): Namespace | undefined {
    return this.world.namespaces.find(({ id, name }) => id === idOrName || name === idOrName);
  }

  nextId(prefix: string): string {
    this.world.serial += 1;
    return `${prefix}_${this.world.serial.toString(16).padStart(8, "0")}`;
  }

  /** Replaces the file in one step: a crash leaves the old state or the new one. */
  save(): void {
    if (!this.#file) return;
    const part = `${this.#file}.${process.pid}.part`;
    writeFileSync(part, JSON.stringify(this.world));
    renameSync(part, this.#file);
  }

  #load(): World | undefined {
    if (!this.#file) return undefined;
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as World;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new Error(`cannot read the emulator's state from ${this.#file}: ${(error as Error).message}. Delete the file to start anew.`);
    }
  }
}

/** By id, or by name among those that are not deleted. */
export function findTrigger(namespace: Namespace, idOrName: string): StoredTrigger | undefined {
  return (
    namespace.triggers.find((trigger) => trigger.trigger_id === idOrName) ??
    namespace.triggers.find((trigger) => trigger.name === idOrName && trigger.status !== "disabled")
  );
}

export function findResource(namespace: Namespace, kind: ResourceKind, idOrName: string): Resource | undefined {
  return namespace.resources[kind].find(({ id, name }) => id === idOrName || name === idOrName);
}
