import { issueText } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import { environmentFile } from "../../files/environments";
import { rootOf } from "../../files/read";
import type { Options, Values } from "../command";
import { shortened } from "../output/issues";

const NO_ENVIRONMENT = "no environment is given. Name its file: --env environments/prod.yaml.";

/** The option of every command that takes one environment. */
export const ENVIRONMENT_OPTION = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml",
    required: NO_ENVIRONMENT,
  },
} as const satisfies Options;

/** The same option for commands that can also name the stack, or that mean all environments without it. */
export const OPTIONAL_ENVIRONMENT = {
  env: {
    value: "FILE",
    doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its path names the stack",
  },
} as const satisfies Options;

/** Limits a run to some triggers. */
export const TARGET_OPTION = {
  target: { value: "NAME", doc: "only this trigger; repeatable", multiple: true },
} as const satisfies Options;

export const STACK_OPTION = {
  stack: { value: "NAME", doc: "the stack, if its environment file no longer exists" },
} as const satisfies Options;

export const JSON_OPTION = { json: { doc: "print one JSON object on stdout" } } as const satisfies Options;

/** Options of every command that reads definitions. */
export const DEFINITIONS_OPTION = {
  definitions: {
    value: "GLOB",
    doc: "definitions files; repeatable (default triggers/**/*.{yaml,yml,json})",
    multiple: true,
  },
} as const satisfies Options;

/** Options of every command that opens a stack. */
export const STACK_OPTIONS = {
  project: { value: "NAME", doc: "project of the stack (default: name in Pulumi.yaml)" },
} as const satisfies Options;

/** Options of every command that takes the lock of a stack. */
export const LOCK_OPTIONS = {
  "lock-timeout": {
    value: "DURATION",
    doc: "how long to wait for another run to release the stack's lock, such as 90s or 10m (default: MIXPEEK_LOCK_TIMEOUT, or no wait)",
  },
} as const satisfies Options;

/** Options of every command that applies a plan. They are the ones that the plan's messages suggest. */
export const APPLY_OPTIONS = {
  ...STACK_OPTIONS,
  ...DEFINITIONS_OPTION,
  ...LOCK_OPTIONS,
  "allow-deletes": {
    value: "N",
    doc: "allow up to N deletes; required if a plan deletes three or more triggers and more than it keeps",
    number: {},
  },
  "take-over": {
    doc: "take over the stack if its owner is another repository, environment or namespace; `up` may then delete triggers, so run `preview --take-over` first, which records no owner",
  },
  checkpoints: { doc: "save the state after each trigger, even if many are written; slower" },
  full: { doc: "run Pulumi over all triggers, including unchanged ones" },
  yes: { doc: "do not ask for confirmation; required if there is no terminal" },
  "secrets-provider": {
    value: "URL",
    doc: "key management service that encrypts a new stack's secrets, such as awskms://… (default: the passphrase in PULUMI_CONFIG_PASSPHRASE)",
  },
} as const satisfies Options;

/** Options of the commands that work on a stack without reading definitions. */
export const ON_STACK_OPTIONS = {
  ...OPTIONAL_ENVIRONMENT,
  ...TARGET_OPTION,
  ...STACK_OPTIONS,
  ...JSON_OPTION,
  ...STACK_OPTION,
  ...LOCK_OPTIONS,
  // A string, not a literal: commands share one type for their options.
  "take-over": { doc: "run even if the stack has another owner" as string },
  yes: APPLY_OPTIONS.yes,
} as const satisfies Options;

export type ApplyOptions = Values<typeof APPLY_OPTIONS>;

/** Options that are not given have their default values. */
export const definitionsOf = ({
  definitions,
}: {
  definitions?: readonly string[] | undefined;
}): { definitions?: readonly string[] } => (definitions ? { definitions } : {});

/** The path of the environment file that an option names. Throws FILE_NOT_FOUND and ENVIRONMENT_AMBIGUOUS. */
export function environmentFileOf(given: string): string {
  const { file, issues } = environmentFile(rootOf(process.cwd()), given);
  const [issue] = issues;
  if (issue === undefined) return file;
  throw Object.assign(new Error(visible(issueText(shortened(issue)))), { code: issue.code });
}
