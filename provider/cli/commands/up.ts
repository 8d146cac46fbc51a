import { command, type Options } from "../command";
import { runCommand } from "../environments/run-command";
import { ENVIRONMENTS_OPTIONS, SEVERAL_OPTIONS } from "../project/environment-selection";
import { APPLY_OPTIONS, JSON_OPTION, TARGET_OPTION } from "../project/shared-options";

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...SEVERAL_OPTIONS,
  "keep-going": {
    doc: "if an environment fails, continue with the others, except those that depend on it by `after`",
  },
  ...TARGET_OPTION,
  ...APPLY_OPTIONS,
  ...JSON_OPTION,
  plan: {
    value: "FILE",
    doc: "apply exactly the plan that `preview --out FILE` saved; stops if anything has changed since; for one environment only",
  },
} as const satisfies Options;

export const up = command(OPTIONS, (values) => runCommand("up", values));
