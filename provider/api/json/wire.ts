import type { Json, JsonObject, LiveTrigger, TriggerHealth, TriggerStatus } from "../../core/schema/model";
import { RESOURCE_KINDS, type RefKind } from "../../core/service/resource-kinds";

/** A response does not have the documented format. The caller adds what it was doing. */
export class ShapeError extends Error {}

/** One run of a trigger. Source: GET /v1/triggers/{id}/history. */
export interface Execution {
  /** `task_id`, or `job_id` in newer documentation of the vendor. */
  task_id?: string;
  /** ISO 8601, UTC, with milliseconds. */
  triggered_at?: string;
  status: string;
  execution_time_ms?: number;
  error?: string;
  num_clusters?: number;
  num_documents?: number;
}

const STATUSES: readonly string[] = ["active", "paused", "disabled", "failed"] satisfies TriggerStatus[];

/**
 * Validates and normalizes a trigger as the API returns it: drops nulls, empty strings and unknown keys, and converts
 * times to ISO 8601 UTC. Throws {@link ShapeError}.
 */
export function liveFrom(answer: Json | undefined): LiveTrigger {
  const raw = record(answer);
  const status = needed(raw, "status");
  if (!STATUSES.includes(status)) throw new ShapeError(`a trigger has the unknown status "${status}"`);
  return {
    trigger_id: needed(raw, "trigger_id"),
    namespace_id: needed(raw, "namespace_id"),
    action_type: needed(raw, "action_type"),
    action_config: config(raw, "action_config"),
    trigger_type: needed(raw, "trigger_type"),
    schedule_config: config(raw, "schedule_config"),
    status: status as TriggerStatus,
    ...texts(raw, ["name", "description", "created_by"]),
    ...times(raw, ["created_at", "updated_at"]),
    health: healthOf(raw),
  };
}

function healthOf(raw: JsonObject): TriggerHealth {
  return {
    ...times(raw, ["last_triggered_at", "next_scheduled_at"]),
    ...texts(raw, ["last_execution_status", "last_execution_error"]),
    ...numbers(raw, ["execution_count", "consecutive_failures"]),
    ...(typeof raw["is_overdue"] === "boolean" ? { is_overdue: raw["is_overdue"] } : {}),
  };
}

/** Throws {@link ShapeError}. */
export function executionFrom(answer: Json): Execution {
  const raw = record(answer);
  const task = textOf(raw["task_id"]) ?? textOf(raw["job_id"]);
  return {
    status: needed(raw, "status"),
    ...(task === undefined ? {} : { task_id: task }),
    ...times(raw, ["triggered_at"]),
    ...texts(raw, ["error"]),
    ...numbers(raw, ["execution_time_ms", "num_clusters", "num_documents"]),
  };
}

/** Checks the response to a delete: empty, or the deleted trigger. Throws {@link ShapeError} for any other. */
export function checkDeleted(answer: Json | undefined, id: string): void {
  if (answer === undefined) return;
  const { trigger_id: deleted } = liveFrom(answer);
  if (deleted !== id) throw new ShapeError(`it describes trigger ${deleted}`);
}

/** One page of the list under `key`, and the total over all pages. Throws {@link ShapeError}. */
export function pageFrom(answer: Json | undefined, key: string): { items: Json[]; total: number } {
  const raw = record(answer);
  const { [key]: items, total } = raw;
  if (!Array.isArray(items)) throw new ShapeError(`${key} is not a list`);
  if (typeof total !== "number" || !Number.isInteger(total) || total < 0) {
    throw new ShapeError("total is not a count");
  }
  return { items, total };
}

/** One page of a list of resources, such as clusters. */
export interface ResourcePage {
  /**
   * All resources of the page. A resource may have no name, and a name is useful even without an id. `ownTrigger`:
   * the id of the trigger that a collection's schedule created and manages.
   */
  resources: { name: string | undefined; id: string | undefined; ownTrigger?: string }[];
  /** The API reports this in `warnings` and returns an empty list. */
  isNamespaceUnresolved: boolean;
}

/** The id of a resource, such as `cluster_id` of a cluster. Throws {@link ShapeError}. */
export const resourceIdFrom = (answer: Json | undefined, kind: RefKind): string =>
  needed(record(answer), RESOURCE_KINDS[kind].id);

/**
 * One page of resources. The total is not read: it is null, or under another key for retrievers. Source: POST
 * /v1/{clusters, …}/list. Throws {@link ShapeError}.
 */
export function resourcesFrom(answer: Json | undefined, kind: RefKind): ResourcePage {
  const { results, warnings } = record(answer);
  if (!Array.isArray(results)) throw new ShapeError("results is not a list");
  const { id, name } = RESOURCE_KINDS[kind];
  return {
    resources: results.map((result) => {
      const raw = record(result);
      const ownTrigger = raw["schedule"] ? textOf(raw["trigger_id"]) : undefined;
      return {
        name: textOf(raw[name]),
        id: textOf(raw[id]),
        ...(ownTrigger === undefined ? {} : { ownTrigger }),
      };
    }),
    isNamespaceUnresolved: Array.isArray(warnings) && warnings.some(isUnresolvedNamespace),
  };
}

function isUnresolvedNamespace(warning: Json): boolean {
  // Warnings that are plain strings are about something else.
  if (typeof warning !== "object" || warning === null || Array.isArray(warning)) return false;
  return warning["resource"] === "namespace" && warning["reason"] === "unresolved";
}

/** Whether an unprocessed trigger has the key `name`, even if null: the older API (0.81) does not. */
export function hasName(answer: Json | undefined): boolean {
  return Object.hasOwn(record(answer), "name");
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:(Z)|([+-]\d\d):?(\d\d)?)?$/i;

/**
 * Converts a time to ISO 8601, UTC, with milliseconds; undefined if it is not a time. Right after a write, the API
 * returns it without a zone and with microseconds; later with a zone and milliseconds. Times without a zone are UTC.
 */
export function instant(value: string): string | undefined {
  const [whole, date, clock, fraction = "", , hours, minutes] = TIME.exec(value) ?? [];
  if (whole === undefined) return undefined;
  const zone = hours === undefined ? "Z" : `${hours}:${minutes ?? "00"}`;
  const time = new Date(`${date}T${clock}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The value if it is an object, else undefined. */
export const asRecord = (value: Json | undefined): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;

/** Throws {@link ShapeError}. */
export function record(value: Json | undefined): JsonObject {
  const object = asRecord(value);
  if (!object) throw new ShapeError("an object was expected");
  return object;
}

/** The value of a required string. Throws {@link ShapeError}. */
export function needed(raw: JsonObject, key: string): string {
  const value = textOf(raw[key]);
  if (value === undefined) throw new ShapeError(`${key} is missing`);
  return value;
}

function config(raw: JsonObject, key: string): JsonObject {
  const value = raw[key];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ShapeError(`${key} is not an object`);
  }
  return value;
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

type Picked<K extends string, T> = { [P in K]?: T };

function pick<K extends string, T>(
  raw: JsonObject,
  keys: readonly K[],
  read: (value: Json | undefined) => T | undefined,
) {
  const picked: Picked<K, T> = {};
  for (const key of keys) {
    const value = read(raw[key]);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}

const texts = <K extends string>(raw: JsonObject, keys: readonly K[]): Picked<K, string> =>
  pick(raw, keys, textOf);

const numbers = <K extends string>(raw: JsonObject, keys: readonly K[]): Picked<K, number> =>
  pick(raw, keys, (value) => (typeof value === "number" ? value : undefined));

const times = <K extends string>(raw: JsonObject, keys: readonly K[]): Picked<K, string> =>
  pick(raw, keys, (value) => (typeof value === "string" ? instant(value) : undefined));
