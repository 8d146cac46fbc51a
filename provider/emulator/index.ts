import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { accountRoutes } from "./api/account-routes";
import { resourceRoutes } from "./api/resource-routes";
import { triggerRoutes } from "./api/trigger-routes";
import { Control } from "./control/control";
import { controlRoutes } from "./control/control-routes";
import type { FaultView } from "./faults/armed-fault";
import type { Fault, Selection } from "./faults/fault";
import { faultRoutes } from "./faults/fault-routes";
import { Faults } from "./faults/faults";
import type { Held } from "./faults/held-requests";
import { RateLimiter, type ResetUnit } from "./http/rate-limit";
import { RequestLog } from "./http/request-log";
import { awareTime } from "./model/times";
import type { ApiVersion, Config, EmulatedTrigger, LoggedRequest, Plan } from "./model/types";
import { type Clock, systemClock } from "./schedule/clock";
import type { CronDialect } from "./schedule/cron";
import { readSeed } from "./seed/seed";
import { createEmulatorServer } from "./server";
import { Service } from "./service/service";
import type { Settings } from "./service/settings";
import { loadState, saveState } from "./service/state-file";
import { Store, seededState } from "./service/store";

export type { FaultView } from "./faults/armed-fault";
export type { Fault, FaultKind, Operation, Selection } from "./faults/fault";
export type { Held, HeldRequest } from "./faults/held-requests";
export { ApiError } from "./model/errors";
export type { ApiVersion, EmulatedTrigger, LoggedRequest, Plan } from "./model/types";
export { type Clock, type ManualClock, manualClock } from "./schedule/clock";
export type { CronDialect } from "./schedule/cron";
export { SeedError } from "./seed/seed";
export { StateFileError } from "./service/state-file";

/** How to start an emulator; every option has a default. */
export interface EmulatorOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Host names that requests may use besides the loopback ones, `host` and the machine's addresses. */
  allowedHosts?: readonly string[];
  /** Default 2026-10. */
  api?: ApiVersion;
  /** Rate limit: free 10 requests a minute, pro 60, none (default) unlimited. */
  plan?: Plan;
  /** Unit of `X-RateLimit-Reset`: `seconds` (default) as the service has it, `milliseconds` as gateways do. */
  rateLimitReset?: ResetUnit;
  /** Milliseconds that every API request waits; default 0. */
  latencyMs?: number;
  /** Read at the start, written after every change, so that a restart keeps everything. */
  stateFile?: string;
  /** Path to YAML, YAML text or the parsed object: what the service holds at first. A state file wins. */
  seed?: string | Config;
  /** Accepted API keys; default: any that starts with `sk_`. */
  keys?: readonly string[];
  /** `strict` (default): ids in configs must exist in the namespace. */
  references?: "strict" | "any";
  /** Whether a list shows deleted triggers; default true. */
  listDisabled?: boolean;
  /** Whether documented defaults are stored into configs; default true. */
  storeDefaults?: boolean;
  /** Whether configs come back with their keys in another order; default false. */
  reorderKeys?: boolean;
  /** Whether configs come back with keys that were not sent; default false. */
  addUnknownKeys?: boolean;
  /** Failed runs in a row after which a trigger becomes `failed`; default 5. */
  failuresToDisable?: number;
  /** Whose reading of cron expressions: `standard` (default), or one of the likely libraries of the real service. */
  cron?: CronDialect;
  /** Whether a `disabled` trigger can be resumed; default false: it is deleted permanently. */
  disabledCanBeResumed?: boolean;
  /** Faults that are active from the start. */
  faults?: readonly Fault[];
  /** Default: the machine's time. */
  clock?: Clock;
  /** Called with each API request once its answer is decided. */
  onRequest?: (request: LoggedRequest) => void;
}

/** A running emulator. Namespaces are named by name or id, triggers by id or name. */
export interface Emulator {
  /** Base URL of the API, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The API requests answered since the start or the last clearing. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** Every trigger of a namespace, deleted ones too, in the order of creation. */
  triggers(namespace: string): EmulatedTrigger[];
  /** Changes any field of a trigger, as a manual change would; a given config replaces the whole of it. */
  edit(namespace: string, idOrName: string, patch: Config): EmulatedTrigger;
  /** Deletes a trigger softly, as a manual delete would. */
  remove(namespace: string, idOrName: string): void;
  /** Adds documents to a collection (id or name), which event triggers count. */
  addDocuments(namespace: string, collection: string, count: number, eventType?: string): void;
  /** Sets the drift that conditional triggers measure, for a trigger or for a resource's id. */
  setDrift(namespace: string, target: string, value: number): void;
  /** Makes runs of a trigger, or of all that name a resource's id, fail: `count` of them, or all. */
  failRuns(namespace: string, target: string, error: string, count?: number): void;
  /** Sets how long runs of a trigger, or of all that name a resource's id, take: `execution_time_ms` of their history. */
  setRunTime(namespace: string, target: string, milliseconds: number): void;
  /** Halts the scheduler, so that nothing fires and `GET /v1/health/beat` gets stale, or lets it go on. */
  setScheduler(running: boolean): void;
  /** Moves the clock ahead through every run due until then; with a clock that cannot be moved it throws. */
  advance(seconds: number): void;
  /** Adds a resource: `name`, maybe `id`, and any field that the API should answer. */
  addResource(namespace: string, kind: string, resource: Config): Config;
  removeResource(namespace: string, kind: string, idOrName: string): void;
  /** Active faults: what `/_emulator/faults` does, in process. */
  readonly faults: {
    /** Puts faults to work; throws ApiError 422 where one is not valid, and then adds none. */
    add(...faults: Fault[]): FaultView[];
    /** Every active fault, with how often it matched and was injected. */
    list(): FaultView[];
    /** Ends one; requests that it holds go on. Throws ApiError 404. */
    remove(id: number): Promise<void>;
    /** Ends all; held requests go on. Resolves when those are over. */
    clear(): Promise<void>;
  };
  /** Holds the next request that fits, before it is handled (the default) or after; see `Held`. */
  hold(selection?: Selection & { at?: "before" | "after" }): Held;
  /** Ends the server with all its connections, and the scheduler. */
  close(): Promise<void>;
}

/**
 * Starts an emulator of the Mixpeek Triggers API.
 * @throws SeedError, ApiError for a fault that is not valid, StateFileError, or the system's error where the port is taken
 *
 * @example
 * ```ts
 * import { startEmulator } from "pulumi-mixpeek/emulator";
 *
 * export async function countTriggers(): Promise<number> {
 *   const emulator = await startEmulator();
 *   try {
 *     // MIXPEEK_BASE_URL=emulator.url and any key that starts with sk_ point a program at it.
 *     return emulator.triggers("dev").length;
 *   } finally {
 *     await emulator.close();
 *   }
 * }
 * export const count = countTriggers();
 * ```
 *
 * @example
 * ```ts
 * import { manualClock, startEmulator } from "pulumi-mixpeek/emulator";
 *
 * // A day of schedules in no time.
 * export async function runsOfADay(): Promise<number> {
 *   const emulator = await startEmulator({ clock: manualClock("2026-12-01T00:00:00Z") });
 *   emulator.advance(24 * 3600);
 *   const runs = emulator.triggers("dev").reduce((sum, trigger) => sum + trigger.execution_count, 0);
 *   await emulator.close();
 *   return runs;
 * }
 * export const runs = runsOfADay();
 * ```
 *
 * @example
 * ```ts
 * import { startEmulator } from "pulumi-mixpeek/emulator";
 *
 * // The rate limit of the Free plan, for the accounts of a team.
 * export const stopped = startEmulator({
 *   plan: "free",
 *   seed: { namespaces: { search: { clusters: ["product-clusters"] } } },
 * }).then((emulator) => emulator.close());
 * ```
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock ?? systemClock();
  const service = startService(options, clock);
  const control = new Control(service);
  const log = new RequestLog(options.onRequest);
  const faults = new Faults(service);
  if (options.faults) faults.add(options.faults);
  const plan = options.plan ?? "none";
  const limiter = new RateLimiter(plan, options.rateLimitReset ?? "seconds");
  const { api } = service.settings;
  const server = createEmulatorServer({
    api,
    apiRoutes: [
      ...triggerRoutes(service),
      ...resourceRoutes(service.store, api),
      ...accountRoutes(service, limiter, plan),
    ],
    controlRoutes: controlRoutes(control, log, clock, faultRoutes(faults)),
    store: service.store,
    clock,
    log,
    limiter,
    keys: options.keys,
    faults,
    hosts: [options.host ?? [], ...(options.allowedHosts ?? [])].flat().map((name) => name.toLowerCase()),
    latencyMs: options.latencyMs ?? 0,
  });
  const host = options.host ?? "127.0.0.1";
  const port = await listen(server, options.port ?? 0, host);
  service.scheduler.wake();
  return {
    url: `http://${reachable(host)}:${port}`,
    port,
    requests: () => log.list(),
    clearRequests: () => log.clear(),
    triggers: (namespace) => control.triggers(namespace),
    edit: (namespace, idOrName, patch) => control.edit(namespace, idOrName, patch),
    remove: (namespace, idOrName) => control.remove(namespace, idOrName),
    addDocuments: (...documents) => control.addDocuments(...documents),
    setDrift: (namespace, target, value) => control.setDrift(namespace, target, value),
    failRuns: (...failure) => control.failRuns(...failure),
    setRunTime: (...time) => control.setRunTime(...time),
    setScheduler: (running) => control.setScheduler(running),
    advance: (seconds) => control.advanceTo(clock.now() + Math.round(seconds * 1000)),
    addResource: (namespace, kind, resource) => control.addResource(namespace, kind, resource),
    removeResource: (namespace, kind, idOrName) => control.removeResource(namespace, kind, idOrName),
    faults: {
      add: (...given) => faults.add(given),
      list: () => faults.list(),
      remove: (id) => faults.remove(id),
      clear: () => faults.clear(),
    },
    hold: (selection = {}) => faults.hold(selection),
    close() {
      faults.stop();
      service.scheduler.stop();
      return closed(server);
    },
  };
}

function startService(options: EmulatorOptions, clock: Clock): Service {
  const settings: Settings = {
    api: options.api ?? "2026-10",
    references: options.references ?? "strict",
    listDisabled: options.listDisabled ?? true,
    storeDefaults: options.storeDefaults ?? true,
    reorderKeys: options.reorderKeys ?? false,
    addUnknownKeys: options.addUnknownKeys ?? false,
    failuresToDisable: options.failuresToDisable ?? 5,
    cron: options.cron ?? "standard",
    disabledCanBeResumed: options.disabledCanBeResumed ?? false,
  };
  const { stateFile } = options;
  const saved = stateFile === undefined ? undefined : loadState(stateFile);
  // Time that was advanced stays advanced: what has happened must not lie ahead.
  if (saved && saved.savedAt > clock.now()) clock.moveTo?.(saved.savedAt);
  const store = new Store(saved?.state ?? seededState(readSeed(options.seed), awareTime(clock.now())));
  const save = (): void => {
    if (stateFile !== undefined) saveState(stateFile, { savedAt: clock.now(), state: store.state });
  };
  const service = new Service(store, clock, settings, save);
  if (!saved) {
    for (const namespace of store.state.namespaces) {
      for (const collection of namespace.resources.collections) {
        const owned = service.lifecycle.createOwned(namespace, collection);
        if (!owned) continue;
        service.feed.note("trigger.created", namespace, owned.record, "service");
        service.scheduler.note(namespace, owned);
      }
    }
    save();
  }
  return service;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A host to send requests to where the server listens on every address. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // Closing twice is no error worth telling.
    server.close((error) =>
      error && (error as NodeJS.ErrnoException).code !== "ERR_SERVER_NOT_RUNNING" ? reject(error) : resolve(),
    );
    server.closeAllConnections();
  });
}
