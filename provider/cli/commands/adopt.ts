import { command, type Options } from "../command";
import { runCommand } from "../environments/run-command";
import { APPLY_OPTIONS, JSON_OPTION, OPTIONAL_ENVIRONMENT } from "../project/shared-options";

const OPTIONS = { ...OPTIONAL_ENVIRONMENT, ...APPLY_OPTIONS, ...JSON_OPTION } as const satisfies Options;

export const adopt = command(OPTIONS, (values) => runCommand("adopt", values));
