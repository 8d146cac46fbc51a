import type { AddressInfo } from "node:net";
import { realClock } from "./clock";
import { Control } from "./control";
import type { EmulatorOptions, LoggedRequest } from "./options";
import { Scheduler } from "./scheduler";
import { DEFAULT_SEED, seedWorld } from "./seed";
import { apiServer } from "./server";
import { Store } from "./store";
import { TriggerCalls } from "./triggers";

export { type Clock, type ManualClock, manualClock } from "./clock";
export type { EmulatorOptions, LoggedRequest } from "./options";

export type WireTrigger = Record<string, unknown> & { trigger_id: string; status: string };

/** A running emulator: its address, its log, and the hands that reach into it. */
export interface Emulator {
  url: string;
  port: number;
  /** API requests since the start or the last clear; control calls are not among them. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** All triggers of a namespace, deleted ones included, in the order they were made in. */
  triggers(namespace: string): WireTrigger[];
  /** Changes fields as somebody's hand would. */
  edit(namespace: string, idOrName: string, change: Record<string, unknown>): WireTrigger;
  /** Deletes as somebody's hand would: softly. */
  remove(namespace: string, idOrName: string): void;
  addDocuments(namespace: string, collection: string, count: number, eventType?: string): void;
  setDrift(namespace: string, id: string, value: number): void;
  failRuns(namespace: string, id: string, error: string, count?: number): void;
  /** Moves a manual clock by seconds; everything due on the way fires. */
  advance(seconds: number): void;
  removeResource(namespace: string, kind: string, idOrName: string): void;
  close(): Promise<void>;
}

/**
 * Starts an emulator of the Mixpeek Triggers API on this machine. It shares no code with the client, so that a mistake
 * in one shows against the other. Throws when the port is taken or the seed or the state file cannot be read.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = options.clock ?? realClock;
  const store = new Store(() => seedWorld(options.seed ?? DEFAULT_SEED), options.stateFile);
  const scheduler = new Scheduler(store, clock, options.failuresToDisable ?? 5);
  const calls = new TriggerCalls(store, scheduler, clock, options);
  const control = new Control(store, scheduler, clock, calls);
  const server = apiServer(store, calls, control, clock, options);
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  scheduler.start();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    requests: () => [...control.log],
    clearRequests: () => {
      control.log.length = 0;
    },
    triggers: (namespace) => control.triggers(namespace) as WireTrigger[],
    edit: (namespace, idOrName, change) => control.edit(namespace, idOrName, change) as WireTrigger,
    remove: (namespace, idOrName) => control.remove(namespace, idOrName),
    addDocuments: (namespace, collection, count, eventType) => control.addDocuments(namespace, collection, count, eventType),
    setDrift: (namespace, id, value) => control.setDrift(namespace, id, value),
    failRuns: (namespace, id, error, count) => control.failRuns(namespace, id, error, count),
    advance: (seconds) => control.advance(seconds),
    removeResource: (namespace, kind, idOrName) => control.removeResource(namespace, kind, idOrName),
    close: () =>
      new Promise((resolve) => {
        scheduler.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
