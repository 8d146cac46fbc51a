import { command, type Options } from "../../command";
import { runCommand } from "../../environments/run-command";
import { ENVIRONMENTS_OPTIONS, SEVERAL_OPTIONS } from "../../project/environment-selection";
import { APPLY_OPTIONS, ON_STACK_OPTIONS } from "../../project/shared-options";

const OPTIONS = {
  ...ON_STACK_OPTIONS,
  ...ENVIRONMENTS_OPTIONS,
  ...SEVERAL_OPTIONS,
  full: APPLY_OPTIONS.full,
} as const satisfies Options;

export const refresh = command(OPTIONS, (values) => runCommand("refresh", values));
