import type { Clock } from "./clock";
import type { Plan } from "./limits";
import type { ApiVersion } from "./validate";

export interface EmulatorOptions {
  /** 0: any free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 2026-10. */
  api?: ApiVersion;
  /** Default none. */
  plan?: Plan;
  /** Milliseconds before each answer. */
  latencyMs?: number;
  /** Everything is kept there over a restart. */
  stateFile?: string;
  /** Seed YAML, see seed.ts. */
  seed?: string;
  /** Accepted keys; default: any that starts with sk_. */
  keys?: readonly string[];
  /** Whether ids in configs must exist. Default strict. */
  references?: "strict" | "any";
  /** Whether a list shows deleted triggers. Default true. */
  listDisabled?: boolean;
  /** Whether the service stores documented defaults into the configs. Default true. */
  storeDefaults?: boolean;
  /** Whether the service gives configs back in another key order. */
  reorderKeys?: boolean;
  /** Whether the service adds keys of its own to configs. */
  addUnknownKeys?: boolean;
  /** Failed runs in a row until a trigger becomes `failed`. Default 5. */
  failuresToDisable?: number;
  clock?: Clock;
  onRequest?: (request: LoggedRequest) => void;
}

/** One API request as the log keeps it: no headers, so that no key is anywhere. */
export interface LoggedRequest {
  n: number;
  /** ISO 8601. */
  at: string;
  method: string;
  path: string;
  namespace: string | null;
  status: number;
}
