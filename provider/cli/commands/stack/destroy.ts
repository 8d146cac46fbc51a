import { command, type Options } from "../../command";
import { runCommand } from "../../environments/run-command";
import { APPLY_OPTIONS, ON_STACK_OPTIONS } from "../../project/shared-options";

const OPTIONS = { ...ON_STACK_OPTIONS, checkpoints: APPLY_OPTIONS.checkpoints } as const satisfies Options;

export const destroy = command(OPTIONS, (values) => runCommand("destroy", values));
