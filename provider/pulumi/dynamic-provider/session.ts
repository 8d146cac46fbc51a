import { triggerEvents } from "../../api/change-feed";
import { ApiError } from "../../api/errors/api-error";
import { HttpClient } from "../../api/http";
import type { HttpOptions } from "../../api/http-call";
import { ResourcesApi } from "../../api/names-to-ids";
import type { HandedOver } from "../../api/provider-handover";
import { TriggerLists } from "../../api/trigger-lists";
import { TriggersApi } from "../../api/triggers";
import type { WriteLog } from "../../api/write-log";
import type { Settings } from "../../config";
import { resumedSince } from "../../core/comparison/last-change";
import type { FieldPlace } from "../../core/definitions/field-places";
import type { Call, Plan } from "../../core/diff/plan-types";
import type { QuietPause, ResumedSince } from "../../core/diff/status";
import { type PlannedWrites, writeKey } from "../../core/plan/planned-writes";
import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../core/schema/model";
import { permitDelete, permitWrites } from "./refuse-unplanned";

/** Options with the machine's defaults: time, randomness, timeouts, and the page size of lists. */
export interface SessionOptions
  extends Pick<HttpOptions, "now" | "sleep" | "random" | "deadlines" | "rateLimitPatience"> {
  pageSize?: number;
  /** The log of the session's writes. */
  writeLog?: WriteLog;
}

/** Who holds a live trigger, where it is, and whether the holder is about to release it. */
export interface Hold {
  key: string;
  namespace: string;
  leaving: boolean;
}

type Held = Hold & { made: boolean };

/**
 * What one provider process shares between all its resources: the client, one snapshot per namespace, and who holds
 * which live trigger. The engine runs one such process per operation.
 */
export class Session {
  readonly api: TriggersApi;
  readonly live: TriggerLists;
  readonly resources: ResourcesApi;
  readonly #http: HttpClient;
  readonly #reported = new Set<string>();
  readonly #declared = new Set<string>();
  /** Live triggers that resources of this run hold, by id. */
  readonly #held = new Map<string, Held>();
  /** Their ids by key. Each create looks up its own; searching all of them would take quadratic time. */
  readonly #ids = new Map<string, Set<string>>();

  constructor(
    settings: Settings,
    private readonly emit: (event: ProviderEvent) => void,
    env: Readonly<Record<string, string | undefined>>,
    { pageSize, writeLog, ...httpOptions }: SessionOptions = {},
    handedOver?: HandedOver,
  ) {
    const http = new HttpClient({
      ...settings,
      ...httpOptions,
      ...(handedOver?.limits === undefined ? {} : { sharedLimits: handedOver.limits }),
      env,
      onWait: ({ seconds, reason }) => this.report([{ kind: "wait", seconds, reason }]),
    });
    this.#http = http;
    this.api = new TriggersApi(http, writeLog);
    // refresh and destroy read their settings from the state, which does not yet have a later change of the stack's
    // settings.
    if (handedOver && handedOver.baseUrl !== settings.baseUrl)
      throw otherAddress(handedOver.baseUrl, settings.baseUrl);
    this.live = new TriggerLists(this.api, handedOver?.lists ?? [], pageSize);
    this.#writes = handedOver?.writes;
    for (const [id, hold] of Object.entries(handedOver?.writes?.held ?? {})) this.hold(id, hold);
    this.resources = new ResourcesApi(http);
  }

  /** Closes the connections to the API. Calls in progress complete first. */
  close(): Promise<void> {
    return this.#http.close();
  }

  /** All writes that this run may make; undefined under `pulumi up`, which has no plan of this package. */
  readonly #writes: PlannedWrites | undefined;

  /** Whether the command that started this run has shown its plan, so that it is not reported again. */
  get isPlanned(): boolean {
    return this.#writes !== undefined;
  }

  /** Where a trigger's definition has its fields; empty if no command has handed that over. */
  placesOf({ namespace, name }: DesiredTrigger): readonly FieldPlace[] {
    return this.#writes?.places?.[writeKey(namespace, name)] ?? [];
  }

  /** Reports a plan, unless the command has already shown it. */
  reportPlan(events: readonly ProviderEvent[]): void {
    if (!this.isPlanned) this.report(events);
  }

  /** Throws if the run has a plan that does not contain these writes to a trigger. */
  permit(trigger: DesiredTrigger, calls: readonly Call[]): void {
    if (this.#writes) permitWrites(this.#writes, trigger, calls);
  }

  /** The same for a delete. */
  permitDelete(trigger: string, id: string): void {
    if (this.#writes) permitDelete(this.#writes, trigger, id);
  }

  /** The current trigger after a write without a response; undefined if it is gone or unknown. */
  async lookAt(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    try {
      return await this.api.get(namespace, id);
    } catch (error) {
      // The error of the write is the one to report, not this one.
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  readonly #owners = new Map<string, Promise<ReadonlyMap<string, string>>>();

  /**
   * Triggers that a collection's schedule created and owns, with their collection: one list of collections per
   * namespace.
   */
  ownersIn(namespace: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#owners.get(namespace) ?? this.#listOwners(namespace);
    this.#owners.set(namespace, known);
    return known;
  }

  async #listOwners(namespace: string): Promise<ReadonlyMap<string, string>> {
    return (await this.resources.byId(namespace, ["collection"])).owners;
  }

  readonly #feeds = new Map<string, Promise<ResumedSince>>();

  /** Resumes in the service's change feed: one request per namespace. */
  resumedSince(namespace: string): Promise<ResumedSince> {
    const known = this.#feeds.get(namespace) ?? triggerEvents(this.#http, namespace).then(resumedSince);
    this.#feeds.set(namespace, known);
    return known;
  }

  /** Reports each event once: check, diff and read may all produce it. */
  report(events: readonly ProviderEvent[]): void {
    for (const event of events) {
      const text = eventText(event);
      if (this.#reported.has(text)) continue;
      this.#reported.add(text);
      this.emit(event);
    }
  }

  /**
   * By key: a trigger that the service gave up on, the plan to revive it instead of creating another, and its state.
   */
  readonly revivals = new Map<string, { plan: Plan; live: LiveTrigger; state: JsonObject }>();

  /**
   * Keys whose replacement is created paused, because the trigger was paused manually and the definition sets no
   * status.
   */
  readonly paused = new Set<string>();

  /** Keys whose `adopt` an earlier run has already handled. The adopted trigger may be gone by now. */
  readonly adopted = new Set<string>();

  /** The program of this run declares the resource `key`. */
  declare(key: string): void {
    this.#declared.add(key);
  }

  /** false in the diffs that a refresh makes itself, with old and new swapped: they come from no program. */
  declares(key: string): boolean {
    return this.#declared.has(key);
  }

  /** Ids that a refresh in this run read from the state, each with its key. They include replaced triggers. */
  readonly #recorded = new Map<string, string>();

  /** The state holds this trigger under `key`. */
  record(id: string, key: string): void {
    this.#recorded.set(id, key);
  }

  isRecorded(id: string, key: string): boolean {
    return this.#recorded.get(id) === key;
  }

  /**
   * Whether nothing tells what earlier runs replaced: there is neither a plan of this package nor a refresh in this
   * run.
   */
  get isStateUnread(): boolean {
    return !this.isPlanned && this.#recorded.size === 0;
  }

  /** A resource of this run keeps this trigger, or is about to replace it. */
  hold(id: string, { leaving, ...where }: Hold): void {
    const held = this.#held.get(id);
    if (held?.made) return;
    this.#put(id, { ...where, made: false, leaving: leaving || held?.leaving === true });
  }

  /** A resource of this run created or adopted this trigger. */
  made(id: string, key: string, namespace: string): void {
    this.#put(id, { key, namespace, made: true, leaving: false });
  }

  #put(id: string, held: Held): void {
    this.#held.set(id, held);
    this.#ids.set(held.key, (this.#ids.get(held.key) ?? new Set()).add(id));
  }

  /** An id may have moved to another key since. */
  #heldBy(key: string): [id: string, held: Held][] {
    return [...(this.#ids.get(key) ?? [])].flatMap((id): [string, Held][] => {
      const held = this.#held.get(id);
      return held?.key === key ? [[id, held]] : [];
    });
  }

  /** What `key` held before this run created another trigger: ids, each with its namespace. */
  predecessorsOf(key: string): Record<string, string> {
    const before = this.#heldBy(key).filter(([, held]) => !held.made);
    return Object.fromEntries(before.map(([id, { namespace }]) => [id, namespace]));
  }

  isHeld(id: string): boolean {
    return this.#held.has(id);
  }

  /** The pause that an interrupted run requested when it created the trigger that `key` now adopts. */
  requestedPause(key: string): QuietPause | undefined {
    return this.#writes?.requestedPauses?.[key];
  }

  /**
   * Whether `key` may adopt a live trigger: no resource of this run holds it, and no other one is planned to adopt it.
   */
  isFree(id: string, key: string): boolean {
    const adopter = this.#writes?.adopted[id];
    return !this.isHeld(id) && (adopter === undefined || adopter === key);
  }

  /**
   * Called when `key` is created: the triggers it held before become its predecessors and will be deleted. Returns an
   * id that this run created under the same key, if any: two resources then claim it.
   */
  predecessorsLeave(key: string): string | undefined {
    for (const [id, held] of this.#heldBy(key)) {
      if (held.made) return id;
      held.leaving = true;
    }
    return undefined;
  }

  /**
   * A trigger that another resource of this run adopted or keeps, as after a rename in the program, must not be
   * deleted.
   */
  mayDelete(id: string): boolean {
    const held = this.#held.get(id);
    return held === undefined || held.leaving;
  }
}

/** A plan made against one service is not applied to another. */
function otherAddress(planned: string, configured: string): Error {
  const message = `cannot apply the plan: it was made for ${planned}, but the address of the API in the stack's state is ${configured}. Set MIXPEEK_BASE_URL to the correct one, or run up first to store the stack's settings [PLAN_CHANGED].`;
  return Object.assign(new Error(message), { code: "PLAN_CHANGED" });
}
