import { command, type Options } from "../command";
import { PLAN_FORMATS, runCommand } from "../environments/run-command";
import { ENVIRONMENTS_OPTIONS } from "../project/environment-selection";
import { APPLY_OPTIONS, LOCK_OPTIONS, TARGET_OPTION } from "../project/shared-options";

const { checkpoints: _checkpoints, full: _full, yes: _yes, ...PLANNING_OPTIONS } = APPLY_OPTIONS;

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...TARGET_OPTION,
  ...PLANNING_OPTIONS,
  "lock-timeout": {
    ...LOCK_OPTIONS["lock-timeout"],
    refused: "--lock-timeout is for runs that lock the stack; preview only reads and takes no lock. Omit it.",
  },
  "no-state": { doc: "compare definitions with live triggers only; does not show deletes or causes" },
  format: { value: "FORMAT", doc: PLAN_FORMATS.join(", "), default: "text", oneOf: PLAN_FORMATS },
  json: { doc: "the same as --format json" },
  out: { value: "FILE", doc: "save the plan, for `up --plan FILE`; for one environment only" },
} as const satisfies Options;

export const preview = command(OPTIONS, (values) => runCommand("preview", values));
