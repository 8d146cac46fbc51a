import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { accountRoutes } from "./api/account-routes";
import { resourceRoutes } from "./api/resource-routes";
import { triggerRoutes } from "./api/trigger-routes";
import { Control } from "./control/control";
import { controlRoutes } from "./control/control-routes";
import type { Emulator } from "./emulator";
import type { EmulatorOptions } from "./emulator-options";
import { faultRoutes } from "./faults/fault-routes";
import { Faults } from "./faults/faults";
import { RateLimiter } from "./http/rate-limit";
import { RequestLog } from "./http/request-log";
import { awareTime } from "./model/times";
import { type Clock, systemClock } from "./schedule/clock";
import { readSeed } from "./seed/seed";
import { createEmulatorServer } from "./server";
import { Service } from "./service/service";
import type { Settings } from "./service/settings";
import { loadState, saveState } from "./service/state-file";
import { Store, seededState } from "./service/store";

export type { Emulator } from "./emulator";
export type { EmulatorOptions } from "./emulator-options";
export type { FaultView } from "./faults/armed-fault";
export type { Fault, FaultKind, Operation, Selection } from "./faults/fault";
export type { Held, HeldRequest } from "./faults/held-requests";
export { ApiError } from "./model/errors";
export type { ApiVersion, EmulatedTrigger, LoggedRequest, Plan } from "./model/types";
export { type Clock, type ManualClock, manualClock } from "./schedule/clock";
export type { CronDialect } from "./schedule/cron";
export { SeedError } from "./seed/seed";
export { StateFileError } from "./service/state-file";

/**
 * Starts an emulator of the Mixpeek Triggers API on this machine, for tests. docs/emulator.md describes it.
 *
 * Rejects with a `SeedError` (SEED_INVALID), a `StateFileError` (STATE_INVALID), an `ApiError` with the
 * status 422 for an invalid fault, or the system's error, such as EADDRINUSE if the port is in use.
 *
 * @example
 * ```ts
 * import { startEmulator } from "pulumi-mixpeek/emulator";
 *
 * export async function countTriggers(): Promise<number> {
 *   const emulator = await startEmulator();
 *   try {
 *     // The program under test needs MIXPEEK_BASE_URL=emulator.url and a MIXPEEK_API_KEY that starts with sk_.
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
 * // Runs everything that is due within one day, without waiting.
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
 * // One namespace with one cluster, and the rate limit of the Free plan: 10 requests a minute.
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
      remove: async (id) => faults.remove(id),
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
    failuresToFail: options.failuresToFail ?? 5,
    cron: options.cron ?? "standard",
    disabledCanBeResumed: options.disabledCanBeResumed ?? false,
  };
  const { stateFile } = options;
  const saved = stateFile === undefined ? undefined : loadState(stateFile);
  // Advanced time stays advanced after a restart: past events must not lie in the future.
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

/** The host to send requests to if the server listens on all addresses. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // Closing twice is not an error.
    server.close((error) =>
      error && (error as NodeJS.ErrnoException).code !== "ERR_SERVER_NOT_RUNNING" ? reject(error) : resolve(),
    );
    server.closeAllConnections();
  });
}
