import type { Json, JsonObject, LiveTrigger, TriggerHealth, TriggerStatus } from "../core/model";
import { ApiError, type Subject } from "./errors";
import type { HttpClient } from "./http";

export interface Page {
  results: LiveTrigger[];
  /** All triggers that match, over all pages. */
  total: number;
  /** Whether the results carry `name`: the older API (0.81) has none. undefined: no result to tell by. */
  names: boolean | undefined;
}

export interface ListQuery {
  offset: number;
  /** 1..1000. */
  limit: number;
  action_type?: string;
  trigger_type?: string;
  status?: string;
}

/**
 * One method per endpoint of the Triggers API. Every method throws {@link ApiError}.
 * Source: Triggers API, /v1/triggers.
 */
export class TriggersApi {
  /** false once the API has refused `name`; then creates are sent without. */
  #names: boolean | undefined;

  constructor(private readonly http: HttpClient) {}

  /** false: this API is known to have no trigger names. */
  get namesSupported(): boolean | undefined {
    return this.#names;
  }

  /** POST /v1/triggers/list, oldest first, so that one made while listing lands on the last page. */
  async list(namespace: string, query: ListQuery): Promise<Page> {
    const subject = { action: "list triggers", target: `in namespace "${namespace}"`, namespace };
    const body = { ...query, sort_by: "created_at", direction: "asc" };
    const answer = await this.http.request({ method: "POST", path: "/v1/triggers/list", namespace, body, subject, idempotent: true });
    const { results, total } = record(answer, subject);
    if (!Array.isArray(results) || typeof total !== "number") throw malformed("results or total is missing", subject);
    const named = results.some((result) => "name" in record(result, subject));
    if (named) this.#names = true;
    return { results: results.map((result) => liveFrom(result, subject)), total, names: results.length > 0 ? named : this.#names };
  }

  /** GET /v1/triggers/{id}. undefined: there is none; a deleted one may come back as `disabled`. */
  async get(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    const subject = one("read trigger", namespace, id);
    try {
      return liveFrom(await this.http.request({ method: "GET", path: path(id), namespace, subject, idempotent: true }), subject);
    } catch (error) {
      if (error instanceof ApiError && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  /** POST /v1/triggers. Sent without `name` where the API has none. Never repeated after it may have been handled. */
  async create(namespace: string, body: JsonObject): Promise<LiveTrigger> {
    const subject = one("create trigger", namespace, String(body["name"] ?? body["description"] ?? body["action_type"]));
    const send = async (sent: JsonObject): Promise<LiveTrigger> =>
      liveFrom(await this.http.request({ method: "POST", path: "/v1/triggers", namespace, body: sent, subject, idempotent: false }), subject);
    const { name: _, ...nameless } = body;
    if (this.#names === false) return send(nameless);
    try {
      return await send(body);
    } catch (error) {
      const onlyName = error instanceof ApiError && error.code === "EXTRA_FORBIDDEN" && error.refusedKeys.join() === "name";
      if (!onlyName) throw error;
      this.#names = false;
      return send(nameless);
    }
  }

  /** PATCH /v1/triggers/{id}: schedule_config, description, name; setting values, so that it may be repeated. */
  async patch(namespace: string, id: string, body: JsonObject): Promise<LiveTrigger> {
    const subject = one("change trigger", namespace, id);
    return liveFrom(await this.http.request({ method: "PATCH", path: path(id), namespace, body, subject, idempotent: true }), subject);
  }

  /** POST /v1/triggers/{id}/pause. */
  pause(namespace: string, id: string): Promise<LiveTrigger> {
    return this.post(namespace, id, "pause");
  }

  /** POST /v1/triggers/{id}/resume: the next run is reckoned from now, missed ones are not made up for. */
  resume(namespace: string, id: string): Promise<LiveTrigger> {
    return this.post(namespace, id, "resume");
  }

  /** DELETE /v1/triggers/{id}, a soft delete. One that is gone already counts as deleted. */
  async delete(namespace: string, id: string): Promise<void> {
    const subject = one("delete trigger", namespace, id);
    try {
      await this.http.request({ method: "DELETE", path: path(id), namespace, subject, idempotent: true });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "NOT_FOUND")) throw error;
    }
  }

  private async post(namespace: string, id: string, verb: "pause" | "resume"): Promise<LiveTrigger> {
    const subject = one(`${verb} trigger`, namespace, id);
    const answer = await this.http.request({ method: "POST", path: `${path(id)}/${verb}`, namespace, subject, idempotent: true });
    return liveFrom(answer, subject);
  }
}

const path = (id: string): string => `/v1/triggers/${encodeURIComponent(id)}`;

const one = (action: string, namespace: string, name: string): Subject => ({
  action,
  target: `"${name}" in namespace "${namespace}"`,
  namespace,
});

const STATUSES: readonly string[] = ["active", "paused", "disabled", "failed"] satisfies TriggerStatus[];

/** A trigger as the API answers it, checked and brought into one form: nulls dropped, times in ISO UTC. */
export function liveFrom(answer: Json | undefined, subject: Subject): LiveTrigger {
  const raw = record(answer, subject);
  const need = (key: string): string => {
    const value = raw[key];
    if (typeof value !== "string" || value === "") throw malformed(`a trigger has no ${key}`, subject);
    return value;
  };
  const config = (key: string): JsonObject => {
    const value = raw[key];
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(`a trigger has no ${key}`, subject);
    return value;
  };
  const status = need("status");
  if (!STATUSES.includes(status)) throw malformed(`a trigger has the status "${status}", which this release does not know`, subject);
  return {
    trigger_id: need("trigger_id"),
    namespace_id: need("namespace_id"),
    action_type: need("action_type"),
    action_config: config("action_config"),
    trigger_type: need("trigger_type"),
    schedule_config: config("schedule_config"),
    status: status as TriggerStatus,
    ...texts(raw, ["name", "description", "created_by"]),
    ...times(raw, ["created_at", "updated_at"]),
    health: {
      ...times(raw, ["last_triggered_at", "next_scheduled_at"]),
      ...texts(raw, ["last_execution_status", "last_execution_error"]),
      ...typed(raw, ["execution_count", "consecutive_failures"], "number"),
      ...typed(raw, ["is_overdue"], "boolean"),
    } as TriggerHealth,
  };
}

function typed(raw: JsonObject, keys: string[], type: "string" | "number" | "boolean"): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (typeof raw[key] === type ? [[key, raw[key] as Json]] : [])));
}

const texts = (raw: JsonObject, keys: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(typed(raw, keys, "string")).filter(([, value]) => value !== "")) as Record<string, string>;

const times = (raw: JsonObject, keys: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(texts(raw, keys)).map(([key, value]) => [key, instant(value)]));

/**
 * ISO 8601, UTC, milliseconds. The API gives one and the same time naive with microseconds right after a write and
 * zoned with milliseconds later; naive ones are UTC.
 */
export function instant(value: string): string {
  const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`;
  const time = new Date(zoned);
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}

function record(value: Json | undefined, subject: Subject): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("the answer is not an object", subject);
  return value;
}

const malformed = (reason: string, subject: Subject): ApiError => new ApiError("BAD_RESPONSE", subject, reason, { ambiguous: true });
