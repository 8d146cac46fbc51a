import { ENVIRONMENTS } from "../../core/environments/environment-path";
import { issueText, placeText } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import { environmentFiles } from "../../files/environments";
import { rootOf } from "../../files/read";
import { type Options, UsageError } from "../command";
import { environmentFileOf } from "./shared-options";

/** Options of the commands that accept several environments. */
export const ENVIRONMENTS_OPTIONS = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its path names the stack; repeatable",
    multiple: true,
  },
  "all-envs": {
    doc: `every file in ${ENVIRONMENTS}/ and its sub-folders, in the order of their paths unless \`after\` in a file requires another`,
  },
} as const satisfies Options;

/** Options of the commands that accept several environments and write. */
export const SEVERAL_OPTIONS = {
  parallel: {
    value: "N",
    doc: "run up to N environments at the same time (default 1)",
    number: { min: 1, max: 16 },
  },
  "keep-going": {
    doc: "if an environment fails, continue with the others",
  },
} as const satisfies Options;

/** The environment files of a command, in the order in which they run. */
export interface EnvironmentSelection {
  files: string[];
  /** For each file, the files that its `after` names. Empty if --env gives the order. */
  after: ReadonlyMap<string, readonly string[]>;
}

/**
 * The files of --env in the given order, then those of --all-envs, each once. Throws UsageError if there is none, and
 * FILE_NOT_FOUND, ENVIRONMENT_AMBIGUOUS and ENVIRONMENT_CYCLE.
 */
export function environmentsOf(
  command: string,
  { env = [], allEnvs = false }: { env?: readonly string[] | undefined; allEnvs?: boolean | undefined },
): EnvironmentSelection {
  const named = env.map(environmentFileOf);
  const all = allEnvs
    ? environmentFiles(rootOf(process.cwd()))
    : { files: [], after: new Map<string, string[]>(), issues: [] };
  const [wrong] = all.issues;
  if (wrong) {
    // If two files have the same stack, the message already names both.
    const place = wrong.at && wrong.path.length > 0 ? `${placeText(wrong.at)}: ` : "";
    throw Object.assign(new Error(`cannot use --all-envs: ${visible(`${place}${issueText(wrong)}`)}`), {
      code: wrong.code,
    });
  }
  const files = [...new Set([...named, ...all.files])];
  if (files.length > 0) return { files, after: named.length > 0 ? new Map() : all.after };
  throw new UsageError(
    allEnvs
      ? `mixpeek-triggers ${command}: --all-envs found no YAML file in ${ENVIRONMENTS}/. Name one with --env.`
      : `mixpeek-triggers ${command}: no environment is given. Name its file: --env environments/prod.yaml.`,
  );
}

/** Throws UsageError if an option for a single environment is given with several environments. */
export function refuseForSeveral(command: string, options: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(options).find((each) => options[each] !== undefined && options[each] !== false);
  if (name === undefined) return;
  throw new UsageError(
    `mixpeek-triggers ${command}: --${name} is for one environment. Run ${command} with --${name} once for each.`,
  );
}
