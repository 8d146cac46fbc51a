import { type Answer, refuse } from "./answers";
import { type Clock, isManual } from "./clock";
import type { LoggedRequest } from "./options";
import type { Scheduler } from "./scheduler";
import { KINDS, resource } from "./seed";
import { findResource, findTrigger, type Namespace, type Store, type StoredTrigger } from "./store";
import type { TriggerCalls } from "./triggers";
import type { ResourceKind } from "./validate";

type Raw = Record<string, unknown>;

const EDITABLE = ["name", "description", "action_type", "action_config", "trigger_type", "schedule_config", "status", "created_by"] as const;

/** What no client of the API can do: edit as somebody's hand would, feed events, break things, move the clock. */
export class Control {
  readonly log: LoggedRequest[] = [];

  constructor(
    private readonly store: Store,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
    private readonly calls: TriggerCalls,
  ) {}

  namespace(idOrName: unknown): Namespace {
    const found = this.store.namespace(String(idOrName ?? ""));
    if (!found) throw refuse(404, `Namespace ${idOrName} not found`);
    return found;
  }

  trigger(namespace: unknown, idOrName: string): StoredTrigger {
    const found = findTrigger(this.namespace(namespace), idOrName);
    if (!found) throw refuse(404, `Trigger ${idOrName} not found`);
    return found;
  }

  triggers(namespace: unknown): Raw[] {
    return this.namespace(namespace).triggers.map((trigger) => this.calls.wire(trigger));
  }

  /** Any field, configs whole. The schedule is reckoned anew, as when somebody edits in the console. */
  edit(namespace: unknown, idOrName: string, change: Raw): Raw {
    const trigger = this.trigger(namespace, idOrName);
    for (const key of Object.keys(change)) {
      if (!EDITABLE.includes(key as never)) throw refuse(400, `${key} cannot be edited: ${EDITABLE.join(", ")}`);
    }
    Object.assign(trigger, change);
    trigger.updated_at = this.clock.now();
    this.scheduler.schedule(trigger);
    this.#changed();
    return this.calls.wire(trigger);
  }

  remove(namespace: unknown, idOrName: string): void {
    this.edit(namespace, idOrName, { status: "disabled" });
  }

  addDocuments(namespace: unknown, collection: string, count: number, eventType?: string): void {
    const home = this.namespace(namespace);
    const id = findResource(home, "collections", collection)?.id ?? collection;
    this.scheduler.addEvents(home, id, count, eventType);
    this.#changed();
  }

  setDrift(namespace: unknown, id: string, value: number): void {
    this.namespace(namespace).drift[id] = value;
    this.#changed();
  }

  /** Runs of this trigger, or on this resource, fail from now on, `count` times or until told otherwise. */
  failRuns(namespace: unknown, id: string, error: string, count?: number): void {
    const home = this.namespace(namespace);
    home.failures[findTrigger(home, id)?.trigger_id ?? id] = { error, ...(count === undefined ? {} : { count }) };
    this.#changed();
  }

  advance(seconds: number): void {
    this.scheduler.advance(seconds * 1000);
    this.store.save();
  }

  addResource(namespace: unknown, kind: string, item: unknown): Raw {
    const home = this.namespace(namespace);
    const added = resource(item, this.#kind(kind), home.name);
    home.resources[this.#kind(kind)].push(added);
    this.#changed();
    return { id: added.id, name: added.name };
  }

  removeResource(namespace: unknown, kind: string, idOrName: string): void {
    const resources = this.namespace(namespace).resources;
    const key = this.#kind(kind);
    resources[key] = resources[key].filter(({ id, name }) => id !== idOrName && name !== idOrName);
    this.#changed();
  }

  /** The calls under /_emulator. */
  handle(method: string, path: string[], query: URLSearchParams, body: Raw): Answer {
    const namespace = query.get("namespace") ?? body["namespace"];
    const ok = (value: unknown): Answer => ({ status: 200, body: value });
    const done: Answer = { status: 204 };
    const [area = "", id = "", more = ""] = path;
    switch (`${method} ${area}`) {
      case "GET ":
        return ok({ calls: CALLS });
      case "GET requests":
        return ok({ count: this.log.length, requests: this.log });
      case "DELETE requests":
        this.log.length = 0;
        return done;
      case "GET triggers":
        return ok({ triggers: this.triggers(namespace) });
      case "PATCH triggers":
        return ok(this.edit(namespace, id, without(body, "namespace")));
      case "DELETE triggers":
        this.remove(namespace, id);
        return done;
      case "POST documents":
        this.addDocuments(namespace, String(body["collection_id"]), Number(body["count"] ?? 1), body["event_type"] as string | undefined);
        return done;
      case "POST drift":
        this.setDrift(namespace, String(body["id"]), Number(body["value"]));
        return done;
      case "POST failures":
        this.failRuns(namespace, String(body["id"]), String(body["error"] ?? "failed on request"), body["count"] as number | undefined);
        return done;
      case "GET clock":
        return ok({ now: new Date(this.clock.now()).toISOString(), manual: isManual(this.clock) });
      case "POST clock":
        if (!isManual(this.clock)) throw refuse(400, "The clock is the machine's own: start the emulator with --clock manual to move it");
        this.advance(Number(body["advance_seconds"]));
        return ok({ now: new Date(this.clock.now()).toISOString() });
      case "POST resources":
        return ok(this.addResource(namespace, id, without(body, "namespace")));
      case "DELETE resources":
        this.removeResource(namespace, id, more);
        return done;
      default:
        throw refuse(404, `No such control call: ${method} /_emulator/${path.join("/")}. GET /_emulator lists them`);
    }
  }

  #kind(kind: string): ResourceKind {
    if (!(kind in KINDS)) throw refuse(404, `No such kind: ${kind}. Kinds: ${Object.keys(KINDS).join(", ")}`);
    return kind as ResourceKind;
  }

  #changed(): void {
    this.store.save();
    this.scheduler.start();
  }
}

const CALLS = [
  "GET /_emulator/requests",
  "DELETE /_emulator/requests",
  "GET /_emulator/triggers?namespace=",
  "PATCH /_emulator/triggers/{id or name}?namespace=  {any field}",
  "DELETE /_emulator/triggers/{id or name}?namespace=",
  "POST /_emulator/documents  {namespace, collection_id, count, event_type?}",
  "POST /_emulator/drift  {namespace, id, value}",
  "POST /_emulator/failures  {namespace, id, error, count?}",
  "GET /_emulator/clock",
  "POST /_emulator/clock  {advance_seconds}",
  "POST /_emulator/resources/{kind}  {namespace, name, id?, …}",
  "DELETE /_emulator/resources/{kind}/{id or name}?namespace=",
];

function without(body: Raw, key: string): Raw {
  const { [key]: _, ...rest } = body;
  return rest;
}
