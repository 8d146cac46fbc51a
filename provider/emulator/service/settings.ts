import type { ApiVersion } from "../model/types";
import type { CronDialect } from "../schedule/cron";

/** How the emulated service behaves where API versions differ, or where the real behaviour is not known. */
export interface Settings {
  api: ApiVersion;
  /** `strict`: an id in a config must exist in the namespace. */
  references: "strict" | "any";
  /** Whether a list shows deleted (`disabled`) triggers when it does not filter by status. */
  listDisabled: boolean;
  /** Whether the documented defaults of absent config keys are stored. */
  storeDefaults: boolean;
  /** Whether configs are returned with their keys in another order. */
  reorderKeys: boolean;
  /** Whether configs are returned with keys that the service adds. */
  addUnknownKeys: boolean;
  /** How many consecutive failed runs make the service give up on a trigger. */
  failuresToFail: number;
  /** How the scheduler reads cron expressions. */
  cron: CronDialect;
  /** Whether a `disabled` trigger can be resumed. */
  disabledCanBeResumed: boolean;
}
