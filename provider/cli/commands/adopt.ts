import { command, type Options } from "../command";
import { runCommand } from "../environments/run-command";
import { APPLY_OPTIONS, JSON_OPTION, OPTIONAL_ENVIRONMENT } from "../project/shared-options";

const OPTIONS = {
  ...OPTIONAL_ENVIRONMENT,
  ...APPLY_OPTIONS,
  ...JSON_OPTION,
  "allow-deletes": {
    ...APPLY_OPTIONS["allow-deletes"],
    refused: "--allow-deletes is for commands that delete triggers; adopt deletes none. Omit it.",
  },
  "take-over": {
    doc: "take over the stack if its owner is another repository, environment or namespace; adopt deletes nothing, but a later `up` may, so run `preview --take-over` first, which records no owner",
  },
} as const satisfies Options;

export const adopt = command(OPTIONS, (values) => runCommand("adopt", values));
