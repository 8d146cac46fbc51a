import { command, type Options } from "../command";
import { runCommand } from "../environments/run-command";
import { ENVIRONMENTS_OPTIONS, SEVERAL_OPTIONS } from "../project/environment-selection";
import { APPLY_OPTIONS, JSON_OPTION, TARGET_OPTION } from "../project/shared-options";

const OPTIONS = {
  ...ENVIRONMENTS_OPTIONS,
  ...SEVERAL_OPTIONS,
  ...TARGET_OPTION,
  ...APPLY_OPTIONS,
  ...JSON_OPTION,
  plan: {
    value: "FILE",
    doc: "exactly what `preview --out FILE` showed: refuses when anything changed since",
  },
} as const satisfies Options;

export const up = command(OPTIONS, (values) => runCommand("up", values));
