import type { Fault } from "./faults/fault";
import type { ResetUnit } from "./http/rate-limit";
import type { ApiVersion, Config, LoggedRequest, Plan } from "./model/types";
import type { Clock } from "./schedule/clock";
import type { CronDialect } from "./schedule/cron";

/** The options of `startEmulator`. Each has a default. */
export interface EmulatorOptions {
  /** TCP port to listen on. Default: 0, which chooses a free port. */
  port?: number;
  /** Address to listen on. Default: `127.0.0.1`. */
  host?: string;
  /**
   * Further host names that requests may use. Default: only loopback names, `host` and this machine's addresses are
   * allowed, and other requests are rejected with 403.
   */
  allowedHosts?: readonly string[];
  /** Version of the API. Default: `2026-10`. */
  api?: ApiVersion;
  /** Rate limit per API key: `free` (10 requests a minute), `pro` (60) or `none` (the default). */
  plan?: Plan;
  /** Unit of the header `X-RateLimit-Reset`: `seconds` (default), or `milliseconds`, as gateways send it. */
  rateLimitReset?: ResetUnit;
  /** Delay of every API request, in milliseconds. Default: 0. */
  latencyMs?: number;
  /** Path of a file that is read at the start and written after every change, so that a restart keeps all data. */
  stateFile?: string;
  /**
   * The initial data: path of a YAML file, YAML text, or an object. Default: the built-in seed with the namespaces `dev`,
   * `staging` and `prod`. Ignored if the state file exists.
   */
  seed?: string | Config;
  /** The only API keys that are accepted. Default: every key that starts with `sk_`. */
  keys?: readonly string[];
  /** `strict` (default): ids in configs must exist in the namespace. `any`: ids are not checked. */
  references?: "strict" | "any";
  /** Whether a list without a status filter includes deleted triggers. Default: true. */
  listDisabled?: boolean;
  /** Whether documented defaults, such as `timezone`, are stored in configs. Default: true. */
  storeDefaults?: boolean;
  /** Whether responses contain the keys of configs in another order. Default: false. */
  reorderKeys?: boolean;
  /** Whether configs in responses contain keys that were not sent. Default: false. */
  addUnknownKeys?: boolean;
  /** Number of failed runs in a row after which a trigger becomes `failed`. Default: 5. */
  failuresToFail?: number;
  /** How cron expressions are interpreted. Default: `standard`. */
  cron?: CronDialect;
  /** Whether a deleted (`disabled`) trigger can be resumed. Default: false; the API then responds with 400. */
  disabledCanBeResumed?: boolean;
  /** Faults that are active from the start. Default: none. */
  faults?: readonly Fault[];
  /** The emulator's time. Default: this machine's clock. See `manualClock`. */
  clock?: Clock;
  /** Called for each API request, once its response is known. */
  onRequest?: (request: LoggedRequest) => void;
}
