import type { ApiVersion } from "../model/types";
import type { CronDialect } from "../schedule/cron";

/** How the emulated service behaves where versions and guesses about the real one differ. */
export interface Settings {
  api: ApiVersion;
  /** `strict`: an id in a config must exist in the namespace. */
  references: "strict" | "any";
  /** Whether a list shows deleted (`disabled`) triggers when it does not filter by status. */
  listDisabled: boolean;
  /** Whether the documented defaults of absent config keys are stored. */
  storeDefaults: boolean;
  /** Whether configs come back with their keys in another order than they were sent. */
  reorderKeys: boolean;
  /** Whether configs come back with keys that the service adds by itself. */
  addUnknownKeys: boolean;
  /** Failed runs in a row after which the service gives up on a trigger. */
  failuresToDisable: number;
  /** Whose reading of cron expressions the scheduler has. */
  cron: CronDialect;
  /** Whether a `disabled` trigger can be resumed. */
  disabledCanBeResumed: boolean;
}
