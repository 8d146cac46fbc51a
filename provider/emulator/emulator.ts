import type { FaultView } from "./faults/armed-fault";
import type { Fault, Selection } from "./faults/fault";
import type { Held } from "./faults/held-requests";
import type { Config, EmulatedTrigger, LoggedRequest } from "./model/types";

/**
 * A running emulator. `namespace` is a name or `ns_…` id, `idOrName` the id or name of a trigger or resource, and `target`
 * the id or name of a trigger or the id of a resource that triggers refer to.
 *
 * A method throws an `ApiError` with the status 404 if one of these does not exist, and 400 or 422 for an invalid value.
 */
export interface Emulator {
  /** Base URL of the API, without a trailing slash, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  /** TCP port of the server. */
  readonly port: number;
  /** The API requests since the start or the last `clearRequests`, oldest first: at most the newest 50,000. */
  requests(): LoggedRequest[];
  /** Empties the list of requests. */
  clearRequests(): void;
  /** Returns every trigger of a namespace, including deleted ones, in the order of creation. */
  triggers(namespace: string): EmulatedTrigger[];
  /** Changes fields of a trigger as a manual change would. A config in `patch` replaces the old one as a whole. */
  edit(namespace: string, idOrName: string, patch: Config): EmulatedTrigger;
  /** Soft-deletes a trigger as a manual delete would: its status becomes `disabled`. */
  remove(namespace: string, idOrName: string): void;
  /**
   * Adds documents to a collection (id or name). Event triggers count them as `count` events of the type `eventType`, by
   * default `documents_added`.
   */
  addDocuments(namespace: string, collection: string, count: number, eventType?: string): void;
  /** Sets the drift that conditional triggers measure at their next check. */
  setDrift(namespace: string, target: string, value: number): void;
  /** Makes the next `count` runs fail with this error, by default all further runs. 0 makes them succeed again. */
  failRuns(namespace: string, target: string, error: string, count?: number): void;
  /** Sets how long runs take from now on, in milliseconds: `execution_time_ms` in their history. */
  setRunTime(namespace: string, target: string, milliseconds: number): void;
  /** Stops the scheduler, so that no trigger runs, or starts it again, which starts all runs that are due. */
  setScheduler(running: boolean): void;
  /**
   * Moves the clock forward by a number of seconds and runs everything that is due on the way, in order. Throws an
   * `ApiError` with the status 400 if the clock cannot be moved.
   */
  advance(seconds: number): void;
  /**
   * Adds a resource and returns it as the API does. `kind` is `clusters`, `collections`, `taxonomies`, `buckets`,
   * `retrievers`, `alerts` or `batches`. `resource` has a `name` and optionally an `id`; other keys are returned unchanged.
   */
  addResource(namespace: string, kind: string, resource: Config): Config;
  /** Removes a resource. Triggers that refer to it stay, and their runs fail. `kind` as for `addResource`. */
  removeResource(namespace: string, kind: string, idOrName: string): void;
  /** The active faults: what `/_emulator/faults` does over HTTP. */
  readonly faults: {
    /** Adds faults. Throws an `ApiError` with the status 422 if one is invalid, and then adds none. */
    add(...faults: Fault[]): FaultView[];
    /** Returns every active fault, with the number of requests that it matched and was injected into. */
    list(): FaultView[];
    /** Removes a fault and releases the requests that it holds. Throws an `ApiError` with the status 404 if there is none with this id. */
    remove(id: number): Promise<void>;
    /** Removes all faults and releases held requests. Resolves when those requests have ended. */
    clear(): Promise<void>;
  };
  /** Holds the next request that `selection` matches, before it is handled (the default) or after. See {@link Held}. */
  hold(selection?: Selection & { at?: "before" | "after" }): Held;
  /** Stops the server and the scheduler, and closes all connections. */
  close(): Promise<void>;
}
