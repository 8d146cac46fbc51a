import { triggerEvents } from "../../api/change-feed";
import { digest } from "../../api/digest";
import { HttpClient } from "../../api/http";
import { ResourcesApi } from "../../api/names-to-ids";
import { namespaceName } from "../../api/namespace-name";
import type { HandedOver } from "../../api/provider-handover";
import { schedulerHeartbeat } from "../../api/scheduler-heartbeat";
import type { Snapshot } from "../../api/snapshot";
import { TriggerLists } from "../../api/trigger-lists";
import { TriggersApi } from "../../api/triggers";
import { defaultNamespace, type Sources, settingsFrom } from "../../config";
import type { SchedulerHeartbeat } from "../../core/comparison/health";
import { type ChangeEvent, resumedSince } from "../../core/comparison/last-change";
import type { DesiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import { isPauseUnclear, type ResumedSince } from "../../core/diff/status";
import { appliedOf, namespaceOf } from "../../core/diff/trigger-state";
import { type Issue, isError } from "../../core/issues/issue";
import type { LiveView, Remembered, SetPlan } from "../../core/plan/plan-model";
import { placesOf, writesOf } from "../../core/plan/planned-writes";
import type { DesiredTrigger } from "../../core/schema/model";
import { loadSet } from "../../files/load";
import { rootOf } from "../../files/read";
import { type Observed, observe } from "../../observe";
import type { SessionOptions } from "../../pulumi/dynamic-provider/session";
import { resolveAll } from "../../resolve-references";
import { renderIssues } from "../output/issues";
import { hasColor } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { definitionsOf } from "../project/shared-options";
import type { PlanningOptions } from "./run-options";

/** Prints issues on stderr. Returns whether any of them is an error. */
export function reportIssues(issues: readonly Issue[]): boolean {
  const screen = { color: hasColor(process.stderr), width: process.stderr.columns ?? 120 };
  process.stderr.write(renderIssues(issues, "text", screen));
  return issues.some(isError);
}

/** The API client of a command that writes to a terminal. Throws ConfigError. */
export const openLive = (sources: Sources, clients?: ApiClients): LiveSet =>
  new LiveSet(sources, (line) => process.stderr.write(`${line}\n`), clients ? { clients } : {});

/** What an environment declares, with the errors found before any request. */
export const declarationsOf = (options: PlanningOptions, environment: string): DesiredSet =>
  loadSet({ root: rootOf(process.cwd()), ...definitionsOf(options), env: process.env, environment });

/** As {@link declarationsOf}; undefined if there were errors, which are then already reported. */
export function declaredBy(
  options: PlanningOptions,
  environment: string,
): readonly Declaration[] | undefined {
  const { declarations, issues } = declarationsOf(options, environment);
  return reportIssues(issues) ? undefined : declarations;
}

/** Resolves names to ids; undefined if a name is not found, which is then already reported. Throws ApiError. */
export async function resolvedBy(
  declarations: readonly Declaration[],
  live: LiveSet,
): Promise<DesiredTrigger[] | undefined> {
  const { triggers, issues } = await live.resolve(declarations);
  return reportIssues(issues) ? undefined : triggers;
}

/** In milliseconds. */
const ASIDE_DEADLINE = 5_000;

/** The API as one command sees it: one client, and one list per namespace. */
export class LiveSet {
  readonly resources: ResourcesApi;
  readonly live: TriggerLists;
  readonly #defaultNamespace: string | undefined;
  /** The API's address. */
  readonly baseUrl: string;
  readonly #api: TriggersApi;
  readonly #http: HttpClient;
  readonly #hurried: () => HttpClient;
  /** The clients that it shares with other environments. */
  readonly #clients: ApiClients | undefined;

  /** Throws ConfigError if no key is set. */
  constructor(
    sources: Sources,
    note: (line: string) => void,
    { pageSize, clients, ...httpOptions }: SessionOptions & { clients?: ApiClients } = {},
  ) {
    const settings = settingsFrom(sources);
    this.baseUrl = settings.baseUrl;
    const options = { ...settings, ...httpOptions, env: process.env };
    this.#clients = clients;
    this.#http = (clients ?? new ApiClients(note)).clientFor(settings, options);
    const deadlines = { headers: ASIDE_DEADLINE, total: ASIDE_DEADLINE };
    this.#hurried = () => new HttpClient({ ...options, deadlines, rateLimitPatience: 0 });
    this.resources = new ResourcesApi(this.#http);
    this.#api = new TriggersApi(this.#http);
    this.live = new TriggerLists(this.#api, [], pageSize);
    this.#defaultNamespace = defaultNamespace(sources);
  }

  /** How far the API's clock is ahead of this machine's, in milliseconds; undefined if no response had a time. */
  get clockSkew(): number | undefined {
    return this.#http.clockSkew;
  }

  /** Requests per minute that the API allows; undefined if it has not reported it. */
  get perMinute(): number | undefined {
    return this.#http.perMinute;
  }

  /** The declarations with names resolved to ids, or the issues. Throws ApiError. */
  resolve(declarations: readonly Declaration[]): Promise<{ triggers: DesiredTrigger[]; issues: Issue[] }> {
    return resolveAll(declarations, () => this.resources, this.#defaultNamespace);
  }

  /** The live triggers of the namespaces that the triggers are in. Throws ApiError. */
  async snapshots(namespaces: Iterable<string>): Promise<ReadonlyMap<string, Snapshot>> {
    const distinct = [...new Set(namespaces)];
    const found = await Promise.all(
      distinct.map(async (name) => [name, await this.live.snapshot(name)] as const),
    );
    return new Map(found);
  }

  /** See {@link observe}. Throws ApiError. */
  observe(
    triggers: readonly DesiredTrigger[],
    remembered: readonly Remembered[],
    namespace?: string,
  ): Promise<Observed> {
    return observe(this.live, this.resources, {
      triggers,
      remembered,
      namespaces: namespace === undefined ? [] : [namespace],
    });
  }

  /**
   * How long the last runs of a trigger took, in milliseconds, at most `limit` of them. One request. Throws ApiError.
   */
  async runTimes(namespace: string, triggerId: string, limit: number): Promise<number[]> {
    const { executions } = await this.#api.history(namespace, triggerId, { offset: 0, limit });
    return executions.flatMap(({ execution_time_ms: time }) => (time === undefined ? [] : [time]));
  }

  /** The state of the service's scheduler: worth one request, but no waiting. Throws ApiError. */
  schedulerHeartbeat(namespace: string): Promise<SchedulerHeartbeat | undefined> {
    return this.#aside((http) => schedulerHeartbeat(http, namespace));
  }

  /** A namespace's triggers in the service's change feed: worth one request, but no waiting. */
  triggerEvents(namespace: string): Promise<ChangeEvent[] | undefined> {
    return this.#aside((http) => triggerEvents(http, namespace));
  }

  /**
   * Whether triggers were resumed after a run paused them: worth one request for each namespace in which that is
   * unclear.
   */
  async resumedSince(
    remembered: readonly Remembered[],
    namespaces: ReadonlyMap<string, LiveView>,
  ): Promise<ResumedSince | undefined> {
    const unclear = remembered.filter(({ state, triggerId }) => {
      const live = namespaces.get(namespaceOf(state))?.byId(triggerId);
      return live && isPauseUnclear(appliedOf(state).quiet_pause, live);
    });
    if (unclear.length === 0) return undefined;
    const spaces = [...new Set(unclear.map(({ state }) => namespaceOf(state)))];
    const feeds = await Promise.all(spaces.map((namespace) => this.triggerEvents(namespace)));
    return resumedSince(
      feeds.some((events) => !events) ? undefined : feeds.flatMap((events) => events ?? []),
    );
  }

  /** Requests optional information, with a separate client that does not wait. */
  async #aside<T>(ask: (http: HttpClient) => Promise<T>): Promise<T> {
    const http = this.#hurried();
    try {
      return await ask(http);
    } finally {
      await http.close();
    }
  }

  /** The name of a namespace, given its name or `ns_…` id. One request. Throws ApiError. */
  namespaceName(namespace: string): Promise<string> {
    return namespaceName(this.#http, namespace);
  }

  /** Makes the next access request a new list, because time has passed since the last one, such as for a question. */
  forget(): void {
    for (const { namespace } of this.live.lists()) this.live.forget(namespace);
  }

  /** Whether this API supports trigger names. One request if the namespace's list does not show it. Throws ApiError. */
  async hasNames(namespace: string): Promise<boolean> {
    return (await this.live.snapshot(namespace)).names ?? this.#api.hasNames(namespace);
  }

  /**
   * Hands the list and the plan over to the provider, which continues from that list and makes only the planned writes.
   */
  async handedOver(plan: SetPlan, declarations: readonly Declaration[] = []): Promise<HandedOver> {
    const writes = { ...writesOf(plan, digest), places: placesOf(plan, declarations) };
    const limits = await this.#clients?.limitsOf(this.#http);
    const shared = limits === undefined ? {} : { limits };
    return { baseUrl: this.baseUrl, lists: this.live.lists(), writes, ...shared };
  }

  /** The default namespace, for triggers without one. */
  get defaultNamespace(): string | undefined {
    return this.#defaultNamespace;
  }
}
