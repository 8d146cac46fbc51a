import type { Json, JsonObject, LiveTrigger } from "../core/schema/model";
import { ApiError, type Context } from "./errors/api-error";
import type { HttpClient } from "./http";
import type { HttpCall } from "./http-call";
import {
  checkDeleted,
  type Execution,
  executionFrom,
  hasName,
  liveFrom,
  needed,
  pageFrom,
  record,
} from "./json/wire";
import type { Outage } from "./limits/outage";
import { absentIsUndefined, one, onTrigger, TRIGGERS } from "./trigger-calls";
import { type LoggedWrite, WriteLog } from "./write-log";

export interface ListQuery {
  namespace: string;
  /** Starts at 0. */
  offset: number;
  /** 1..1000. */
  limit: number;
  sort_by?: string;
  direction?: "asc" | "desc";
  action_type?: string;
  trigger_type?: string;
  status?: string;
  /** The id of a cluster or taxonomy. */
  resource_id?: string;
}

export interface Page {
  results: LiveTrigger[];
  /** The number of matching triggers over all pages. */
  total: number;
  /** Whether the results have the key `name`, which the older API (0.81) does not. undefined if there are no results. */
  names: boolean | undefined;
}

export interface History {
  executions: Execution[];
  /** The total over all pages. */
  total: number;
}

const NO_SUCH_CALL: ReadonlySet<string> = new Set(["NOT_FOUND", "BAD_REQUEST", "BAD_RESPONSE", "VALIDATION"]);

/**
 * One method per endpoint of the Triggers API (/v1/triggers). A namespace is given by name or `ns_…` id, a trigger by
 * id. Every method throws {@link ApiError}; a response in an undocumented format is BAD_RESPONSE.
 */
export class TriggersApi {
  readonly #http: HttpClient;
  /** The outage of creates, kept apart from that of lists, which may run at the same time. */
  readonly #createOutage: Outage;
  #names: boolean | undefined;
  /** Set while the first create with a name is in progress; the others wait to learn whether the API has names. */
  #learning: Promise<void> | undefined;

  /** `log`: records the writes. */
  constructor(
    http: HttpClient,
    private readonly log = new WriteLog(),
  ) {
    this.#http = http;
    this.#createOutage = http.outage();
  }

  /**
   * How long to wait, in milliseconds, before sending a create again that may have been processed; undefined if it
   * must not be sent again. Takes its error, and how often it was sent.
   */
  waitToCreateAgain({ code, retryable, retryAfter }: ApiError, tries: number): number | undefined {
    if (retryable === false) return undefined;
    if (code === "UNAVAILABLE" || retryable) return this.#createOutage.next(tries, retryAfter);
    return tries === 1 ? 0 : undefined;
  }

  /** Whether this API has trigger names; undefined if no response has shown it yet. */
  get namesSupported(): boolean | undefined {
    return this.#names;
  }

  /** Another process found that this API has trigger names. */
  learnNames(): void {
    this.#names ??= true;
  }

  /** Waits by the client's clock, in milliseconds. */
  wait(milliseconds: number): Promise<void> {
    return this.#http.wait(milliseconds);
  }

  /** POST /v1/triggers/list, which the older API has too. */
  async listPage({ namespace, ...query }: ListQuery): Promise<Page> {
    const context: Context = { action: "list triggers", target: `in namespace "${namespace}"`, kind: "list" };
    const call: HttpCall = {
      ...context,
      method: "POST",
      path: [...TRIGGERS, "list"],
      namespace,
      body: query,
      idempotent: true,
    };
    return this.#http.read(call, (answer) => {
      const { items, total } = pageFrom(answer, "results");
      const named = items.some(hasName);
      if (named) this.#names ??= true;
      return { results: items.map(liveFrom), total, names: items.length > 0 ? named : undefined };
    });
  }

  /**
   * Whether this API has trigger names. If no response has shown it yet, one request lists a single trigger with GET
   * /v1/triggers, which only an API with names has.
   */
  async hasNames(namespace: string): Promise<boolean> {
    if (this.#names !== undefined) return this.#names;
    const context: Context = { action: "list triggers", target: `in namespace "${namespace}"`, kind: "list" };
    const call: HttpCall = {
      ...context,
      method: "GET",
      path: TRIGGERS,
      query: { limit: 1 },
      namespace,
      idempotent: true,
    };
    try {
      await this.#http.read(call, (answer) => pageFrom(answer, "results"));
      this.#names = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!NO_SUCH_CALL.has(error.code) && !error.isUnknownPath) throw error;
      this.#names = false;
    }
    return this.#names;
  }

  /**
   * GET /v1/triggers/{id}. Returns undefined if there is none; a deleted trigger may be returned as `disabled`. A
   * missing namespace is the error NAMESPACE_NOT_FOUND, see `missesNamespace` in errors/error-response.ts.
   */
  get(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    const call: HttpCall = {
      ...one("read trigger", namespace, id),
      method: "GET",
      path: [...TRIGGERS, id],
      namespace,
      idempotent: true,
    };
    return absentIsUndefined(this.#http.read(call, liveFrom));
  }

  /**
   * POST /v1/triggers. Not repeated if it may have been processed: then the error is `ambiguous`. If the API rejects
   * `name`, this and all later bodies are sent without it.
   */
  async create(namespace: string, body: JsonObject): Promise<LiveTrigger> {
    if (!Object.hasOwn(body, "name")) return this.#create(namespace, body);
    while (this.#names === undefined && this.#learning) await this.#learning;
    if (this.#names !== undefined) return this.#createNamed(namespace, body);
    const first = this.#createNamed(namespace, body);
    this.#learning = this.#learned(first);
    return first;
  }

  /** PATCH /v1/triggers/{id}: schedule_config, description, status, name. It sets values, so it is safe to repeat. */
  patch(namespace: string, id: string, body: JsonObject): Promise<LiveTrigger> {
    const context: Context = { ...one("change trigger", namespace, id), kind: "change" };
    const call: HttpCall = {
      ...context,
      method: "PATCH",
      path: [...TRIGGERS, id],
      namespace,
      body,
      idempotent: true,
    };
    return this.#write("patch", id, call, liveFrom);
  }

  /** POST /v1/triggers/{id}/pause. */
  pause(namespace: string, id: string): Promise<LiveTrigger> {
    return this.#write("pause", id, onTrigger("pause", namespace, id, true), liveFrom);
  }

  /** POST /v1/triggers/{id}/resume: the next run is computed from now; missed runs are skipped. */
  resume(namespace: string, id: string): Promise<LiveTrigger> {
    return this.#write("resume", id, onTrigger("resume", namespace, id, true), liveFrom);
  }

  /**
   * DELETE /v1/triggers/{id}, a soft delete: the response is 204 or the deleted trigger. A trigger that is already gone
   * counts as deleted; any other response is BAD_RESPONSE and says nothing about the trigger.
   */
  async delete(namespace: string, id: string): Promise<void> {
    const context = one("delete trigger", namespace, id);
    const call: HttpCall = {
      ...context,
      method: "DELETE",
      path: [...TRIGGERS, id],
      namespace,
      idempotent: true,
    };
    await this.log.follow({ op: "delete", namespace, trigger: id }, (onSend) =>
      absentIsUndefined(this.#http.read({ ...call, onSend }, (answer) => checkDeleted(answer, id))),
    );
  }

  /** POST /v1/triggers/{id}/execute: runs it now, outside the schedule. Returns the task's id. Not repeated. */
  execute(namespace: string, id: string): Promise<{ task_id: string }> {
    return this.#http.read(onTrigger("execute", namespace, id, false), (answer) => ({
      task_id: needed(record(answer), "task_id"),
    }));
  }

  /** GET /v1/triggers/{id}/history. `offset` starts at 0; `limit` is 1 to 1000. */
  history(namespace: string, id: string, query: { offset: number; limit: number }): Promise<History> {
    const context = one("read the history of trigger", namespace, id);
    const call: HttpCall = {
      ...context,
      method: "GET",
      path: [...TRIGGERS, id, "history"],
      query,
      namespace,
      idempotent: true,
    };
    return this.#http.read(call, (answer) => {
      const { items, total } = pageFrom(answer, "executions");
      return { executions: items.map(executionFrom), total };
    });
  }

  async #createNamed(namespace: string, body: JsonObject): Promise<LiveTrigger> {
    const { name: _, ...nameless } = body;
    if (this.#names === false) return this.#create(namespace, nameless);
    try {
      return await this.#create(namespace, body);
    } catch (error) {
      const onlyName =
        error instanceof ApiError && error.refusedKeys.length === 1 && error.refusedKeys[0] === "name";
      if (!onlyName) throw error;
      this.#names = false;
      return this.#create(namespace, nameless);
    }
  }

  #create(namespace: string, body: JsonObject): Promise<LiveTrigger> {
    const called = body["name"] ?? body["description"] ?? body["action_type"];
    const context: Context = { ...one("create trigger", namespace, String(called)), kind: "create" };
    const call: HttpCall = { ...context, method: "POST", path: TRIGGERS, namespace, body, idempotent: false };
    return this.#write("create", String(called), call, (answer) => {
      const live = liveFrom(answer);
      // An API with names returns the name; one that ignores unknown keys does not.
      if (Object.hasOwn(body, "name")) this.#names = hasName(answer);
      this.#createOutage.end();
      return live;
    });
  }

  #write<T>(
    op: LoggedWrite["op"],
    trigger: string,
    call: HttpCall,
    read: (answer: Json | undefined) => T,
  ): Promise<T> {
    return this.log.follow({ op, namespace: call.namespace, trigger }, (onSend) =>
      this.#http.read({ ...call, onSend }, read),
    );
  }

  async #learned(first: Promise<unknown>): Promise<void> {
    try {
      await first;
    } catch {
      // The caller gets the error; the next create learns instead.
    } finally {
      this.#learning = undefined;
    }
  }
}
