import { resourceView } from "../api/resource-view";
import { triggerView } from "../api/trigger-view";
import { badRequest, invalid } from "../model/errors";
import { isResourceKind, RESOURCE_KINDS, type ResourceKind } from "../model/kinds";
import { awareTime, parseTime } from "../model/times";
import type { Config, EmulatedTrigger, TriggerRecord } from "../model/types";
import { readResource, SeedError } from "../seed/seed";
import { statusEvent } from "../service/change-feed";
import { actionIds } from "../service/referenced-resources";
import type { Service } from "../service/service";
import { type HeldTrigger, type Namespace, resourceIn, type Store } from "../service/store";
import { checkFields } from "../validation/check";
import { editableFields, isTimeField } from "../validation/trigger-fields";

/** Later years have five digits, which clients cannot parse. */
const LAST_TIME = Date.UTC(9999, 11, 31);

/**
 * Changes to the service that do not come through the API: manual changes, new documents, failures. Throws ApiError if
 * one is not possible.
 */
export class Control {
  private readonly store: Store;

  constructor(private readonly service: Service) {
    this.store = service.store;
  }

  /** All triggers of a namespace (name or id), including deleted ones, in order of creation. */
  triggers(namespace: string): EmulatedTrigger[] {
    return this.store.namespace(namespace).triggers.map((held) => this.view(held));
  }

  /**
   * Changes any field of a trigger (id or name), as a manual change would. A config in the patch replaces the whole
   * config. A new schedule, or activation, recomputes `next_scheduled_at` unless the patch contains it.
   */
  edit(namespace: string, idOrName: string, patch: Config): EmulatedTrigger {
    const { lifecycle, settings } = this.service;
    const space = this.store.namespace(namespace);
    const held = this.store.triggerByHand(space, idOrName);
    const issues = checkFields(patch, editableFields(settings.api), ["body"], "forbid");
    if (issues.length > 0) throw invalid(issues);
    // Edits a copy, so that an invalid schedule does not leave a partial change.
    const edited: TriggerRecord = { ...held.record, ...structuredClone(patch) };
    lifecycle.touch(edited);
    for (const [key, value] of Object.entries(patch)) {
      if (isTimeField(key) && typeof value === "string")
        Object.assign(edited, { [key]: awareTime(parseTime(value)) });
    }
    if (patch["action_config"] !== undefined) {
      edited.action_config = lifecycle.filledAction(edited.action_type, edited.action_config);
    }
    const given = edited.next_scheduled_at;
    if (patch["schedule_config"] !== undefined || patch["trigger_type"] !== undefined) {
      lifecycle.replaceSchedule(space, edited, edited.schedule_config);
    } else if (edited.status === "active" && held.record.status !== "active") {
      lifecycle.reschedule(edited);
    }
    if (patch["next_scheduled_at"] !== undefined) edited.next_scheduled_at = given;
    const event = statusEvent(held.record.status, edited.status) ?? "trigger.updated";
    held.record = edited;
    this.service.feed.note(event, space, edited, "console");
    const view = this.view(held);
    this.service.triggerChanged(space, held);
    return view;
  }

  /** Soft-deletes a trigger (id or name), as a manual delete would. */
  remove(namespace: string, idOrName: string): void {
    const space = this.store.namespace(namespace);
    const held = this.store.triggerByHand(space, idOrName);
    if (held.record.status !== "disabled") {
      this.service.feed.note("trigger.deleted", space, held.record, "console");
    }
    this.service.lifecycle.remove(held);
    this.service.triggerChanged(space, held);
  }

  /** Adds documents to a collection (id or name). Event triggers that listen for `eventType` count them. */
  addDocuments(namespace: string, collection: string, count: number, eventType = "documents_added"): void {
    const space = this.store.namespace(namespace);
    const found = resourceIn(space, "collections", collection);
    if (!Number.isInteger(count) || count < 1) throw badRequest("count must be an integer of at least 1");
    found.fields["document_count"] = Number(found.fields["document_count"] ?? 0) + count;
    this.service.scheduler.countEvents(space, found.id, count, eventType);
    this.service.changed();
  }

  /** Sets the drift that conditional triggers will measure, for a trigger (id or name) or a resource (id). */
  setDrift(namespace: string, target: string, value: number): void {
    const space = this.store.namespace(namespace);
    if (!Number.isFinite(value)) throw badRequest("value must be a number");
    space.drifts[this.target(space, target)] = value;
    this.service.changed();
  }

  /**
   * Makes runs fail: those of a trigger (id or name), or those of all triggers whose action refers to a resource (id).
   * @param count how many runs; absent: all; 0: runs succeed again
   */
  failRuns(namespace: string, target: string, error: string, count?: number): void {
    const space = this.store.namespace(namespace);
    const id = this.target(space, target);
    if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
      throw badRequest("count must be an integer of at least 0");
    }
    if (count === 0) delete space.failures[id];
    else space.failures[id] = { error, remaining: count ?? null };
    this.service.changed();
  }

  /** Sets how long future runs take, as shown in their history, for a trigger (id or name) or a resource (id). */
  setRunTime(namespace: string, target: string, milliseconds: number): void {
    const space = this.store.namespace(namespace);
    const id = this.target(space, target);
    if (!Number.isInteger(milliseconds) || milliseconds < 0)
      throw badRequest("milliseconds must be an integer of at least 0");
    space.runTimes = { ...space.runTimes, [id]: milliseconds };
    this.service.changed();
  }

  /** Adds a resource with a name, an optional id and any other field. Returns it as the API would. */
  addResource(namespace: string, kind: string, resource: Config): Config {
    const space = this.store.namespace(namespace);
    const known = kindOf(kind);
    const added = this.store.addResource(
      space,
      known,
      asBadRequest(() => readResource("resource", space.name, known, resource)),
      awareTime(this.service.clock.now()),
    );
    const owned = known === "collections" ? this.service.lifecycle.createOwned(space, added) : undefined;
    if (owned) {
      this.service.feed.note("trigger.created", space, owned.record, "service");
      this.service.triggerChanged(space, owned);
    } else this.service.changed();
    return resourceView(this.service.settings.api, space, known, added);
  }

  /** Removes a resource (id or name). Triggers that refer to it stay, and their runs fail. */
  removeResource(namespace: string, kind: string, idOrName: string): void {
    const space = this.store.namespace(namespace);
    const known = kindOf(kind);
    const gone = resourceIn(space, known, idOrName);
    space.resources[known] = space.resources[known].filter((one) => one !== gone);
    this.service.changed();
  }

  /**
   * Advances the clock to a time (milliseconds since the epoch) and fires all runs that are due until then, in order.
   * @param mostRuns stops and throws after this many runs
   */
  advanceTo(ms: number, mostRuns?: number): void {
    if (!(ms <= LAST_TIME)) throw badRequest(`the clock cannot be moved beyond ${awareTime(LAST_TIME)}`);
    try {
      this.service.scheduler.advanceTo(ms, mostRuns);
    } catch (error) {
      throw badRequest(error instanceof Error ? error.message : String(error));
    }
  }

  /** Stops the service's scheduler, so that nothing fires, or starts it again. */
  setScheduler(running: boolean): void {
    this.service.scheduler.setRunning(running);
  }

  private view(held: HeldTrigger): EmulatedTrigger {
    return triggerView(held, this.service.settings, this.service.clock.now());
  }

  /** The id that a target refers to: the id of a resource, or else of a trigger, given by id or name. */
  private target(namespace: Namespace, target: string): string {
    const resource = RESOURCE_KINDS.some((kind) =>
      namespace.resources[kind].some((one) => one.id === target),
    );
    // If references are not checked, a trigger may refer to a resource that is not in the seed.
    const named = namespace.triggers.some((held) => actionIds(held.record.action_config).includes(target));
    if (resource || named) return target;
    return this.store.triggerByHand(namespace, target).record.trigger_id;
  }
}

function kindOf(kind: string): ResourceKind {
  if (isResourceKind(kind)) return kind;
  throw badRequest(`kind must be one of ${RESOURCE_KINDS.join(", ")}, got ${kind}`);
}

function asBadRequest<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SeedError) throw badRequest(error.problem);
    throw error;
  }
}
