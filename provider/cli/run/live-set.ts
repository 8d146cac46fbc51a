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
import { type ChangeEvent, resumedSince } from "../../core/comparison/changed-by";
import type { SchedulerHeartbeat } from "../../core/comparison/health";
import type { DesiredSet } from "../../core/definitions/desired-set";
import type { Declaration } from "../../core/definitions/merged-definition";
import { isPauseUnclear, type ResumedSince } from "../../core/diff/status";
import { appliedOf, namespaceOf } from "../../core/diff/trigger-state";
import { type Issue, isError } from "../../core/issues/issue";
import { placesOf, writesOf } from "../../core/plan/planned-writes";
import type { LiveView, Remembered, SetPlan } from "../../core/plan/trigger-plan";
import type { DesiredTrigger } from "../../core/schema/model";
import { loadSet } from "../../files/load";
import { rootOf } from "../../files/read";
import { type Observed, observe } from "../../observe";
import type { SessionOptions } from "../../pulumi/dynamic-provider/session";
import { resolveAll } from "../../resolve";
import { renderIssues } from "../output/issues";
import { hasColor } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { definitionsOf } from "../project/shared-options";
import type { PlanningOptions } from "./run-options";

/** Prints issues on stderr. Out: whether there are errors among them. */
export function reportIssues(issues: readonly Issue[]): boolean {
  const screen = { color: hasColor(process.stderr), width: process.stderr.columns ?? 120 };
  process.stderr.write(renderIssues(issues, "text", screen));
  return issues.some(isError);
}

/** The API for a command that writes to a terminal. Throws ConfigError. */
export const openLive = (sources: Sources, clients?: ApiClients): LiveSet =>
  new LiveSet(sources, (line) => process.stderr.write(`${line}\n`), clients ? { clients } : {});

/** What an environment declares, and what is wrong with it, before anything is asked of the API. */
export const declarationsOf = (options: PlanningOptions, environment: string): DesiredSet =>
  loadSet({ root: rootOf(process.cwd()), ...definitionsOf(options), env: process.env, environment });

/** The same, undefined once what is wrong has been reported. */
export function declaredBy(
  options: PlanningOptions,
  environment: string,
): readonly Declaration[] | undefined {
  const { declarations, issues } = declarationsOf(options, environment);
  return reportIssues(issues) ? undefined : declarations;
}

/** Names become ids; undefined once those that name nothing have been reported. Throws ApiError. */
export async function resolvedBy(
  declarations: readonly Declaration[],
  live: LiveSet,
): Promise<DesiredTrigger[] | undefined> {
  const { triggers, issues } = await live.resolve(declarations);
  return reportIssues(issues) ? undefined : triggers;
}

/** Milliseconds. */
const ASIDE_DEADLINE = 5_000;

/** The API as one command sees it: one client, one list per namespace. */
export class LiveSet {
  readonly resources: ResourcesApi;
  readonly live: TriggerLists;
  readonly #defaultNamespace: string | undefined;
  /** The API's address. */
  readonly baseUrl: string;
  readonly #api: TriggersApi;
  readonly #http: HttpClient;
  readonly #hurried: () => HttpClient;
  /** Those it shares with other environments. */
  readonly #clients: ApiClients | undefined;

  /** Throws ConfigError when no key is set. */
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

  /** How far the API's clock is ahead of this machine's, milliseconds; undefined where no answer had a time. */
  get clockSkew(): number | undefined {
    return this.#http.clockSkew;
  }

  /** Requests a minute that the API allows; undefined where it has not said so. */
  get perMinute(): number | undefined {
    return this.#http.perMinute;
  }

  /** The declarations with ids in the place of names, or why not. Throws ApiError. */
  resolve(declarations: readonly Declaration[]): Promise<{ triggers: DesiredTrigger[]; issues: Issue[] }> {
    return resolveAll(declarations, () => this.resources, this.#defaultNamespace);
  }

  /** What is live in the namespaces that triggers are for. Throws ApiError. */
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

  /** How long the last runs of a trigger took, milliseconds, `limit` of them at most; one request. Throws ApiError. */
  async runTimes(namespace: string, triggerId: string, limit: number): Promise<number[]> {
    const { executions } = await this.#api.history(namespace, triggerId, { offset: 0, limit });
    return executions.flatMap(({ execution_time_ms: time }) => (time === undefined ? [] : [time]));
  }

  /** What the service says of its scheduler: worth one request, and no wait. Throws ApiError. */
  schedulerHeartbeat(namespace: string): Promise<SchedulerHeartbeat | undefined> {
    return this.#aside((http) => schedulerHeartbeat(http, namespace));
  }

  /** What the service's feed says of a namespace's triggers: worth one request, and no wait. */
  triggerEvents(namespace: string): Promise<ChangeEvent[] | undefined> {
    return this.#aside((http) => triggerEvents(http, namespace));
  }

  /** Whether triggers were resumed since a run paused them: worth one request for each namespace where that is unclear. */
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

  /** Asks what a run can do without, by a client of its own that does not wait. */
  async #aside<T>(ask: (http: HttpClient) => Promise<T>): Promise<T> {
    const http = this.#hurried();
    try {
      return await ask(http);
    } finally {
      await http.close();
    }
  }

  /** One request. In: the name or `ns_…` id of a namespace. Throws ApiError. */
  namespaceName(namespace: string): Promise<string> {
    return namespaceName(this.#http, namespace);
  }

  /** Makes the next look a new list: somebody was asked in between. */
  forget(): void {
    for (const { namespace } of this.live.lists()) this.live.forget(namespace);
  }

  /** Whether this API has trigger names; one request where the namespace's list could not show it. Throws ApiError. */
  async hasNames(namespace: string): Promise<boolean> {
    return (await this.live.snapshot(namespace)).names ?? this.#api.hasNames(namespace);
  }

  /** Lets the provider go on from what was listed, and do what was planned and nothing else. */
  async handedOver(plan: SetPlan, declarations: readonly Declaration[] = []): Promise<HandedOver> {
    const writes = { ...writesOf(plan, digest), places: placesOf(plan, declarations) };
    const limits = await this.#clients?.limitsOf(this.#http);
    const shared = limits === undefined ? {} : { limits };
    return { baseUrl: this.baseUrl, lists: this.live.lists(), writes, ...shared };
  }

  /** The default namespace, for triggers of an environment that names none. */
  get defaultNamespace(): string | undefined {
    return this.#defaultNamespace;
  }
}
