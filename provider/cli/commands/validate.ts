import { resolve } from "node:path";
import { defaultNamespace } from "../../config";
import { type Definitions, type DesiredSet, desiredSet } from "../../core/definitions/desired-set";
import { setWarnings } from "../../core/definitions/set-warnings";
import type { Environment } from "../../core/environments/environment";
import { ENVIRONMENTS, stackNameOf } from "../../core/environments/environment-path";
import { byPlace, type Issue, isError, unique } from "../../core/issues/issue";
import { jsonText, visible } from "../../core/json/safe-text";
import { counted } from "../../core/text/plural";
import { environmentFile, environmentFiles } from "../../files/environments";
import { loadDefinitions, loadEnvironment } from "../../files/load";
import { named, type Root, rootOf } from "../../files/read";
import { command, type Options, UsageError, type Values } from "../command";
import { EXIT } from "../exit-code";
import { brief } from "../output/excerpt";
import { FORMATS, issuesRecord, renderIssues } from "../output/issues";
import { hasColor } from "../output/terminal";
import { DEFINITIONS_OPTION, definitionsOf } from "../project/shared-options";

const OPTIONS = {
  env: {
    value: "FILE",
    doc: "an environment to check with, such as prod or environments/prod.yaml; repeatable",
    multiple: true,
  },
  "all-envs": { doc: `every file in ${ENVIRONMENTS}/ and its sub-folders` },
  ...DEFINITIONS_OPTION,
  format: {
    value: "FORMAT",
    doc: `${FORMATS.join(", ")} (annotations of a pull or merge request)`,
    default: "text",
    oneOf: FORMATS,
  },
  strict: { doc: "treat warnings as errors" },
  "ignore-env": { doc: "do not require the variables of ${env:NAME} to be set here" },
} as const satisfies Options;

type ValidateOptions = Values<typeof OPTIONS>;

export const validate = command(OPTIONS, async (options) => {
  const { format } = options;
  const root = rootOf(process.cwd());
  const environments = environmentsOf(options, root);
  const sources = {
    root,
    ...definitionsOf(options),
    env: process.env,
    ...(options.ignoreEnv ? { ignoreEnv: true } : {}),
  };
  const definitions = loadDefinitions(sources);
  const sets = environments.files.map((file) => ({
    file,
    ...checkedSet(definitions, loadEnvironment(file, sources)),
  }));
  const found = sets.length > 0 ? sets.flatMap(({ issues }) => issues) : checkedSet(definitions).issues;
  const issues = unique([...environments.issues, ...found]);
  const screen = { color: hasColor(process.stdout), width: process.stdout.columns ?? 120 };
  process.stdout.write(
    format === "json"
      ? validationJson(sets, issues)
      : renderIssues(format === "text" ? issues : fromRepository(root, issues), format, screen),
  );
  const failed = issues.some((issue) => isError(issue) || options.strict === true);
  if (format === "text") process.stdout.write(`${summary(definitions.all.length, sets, issues)}\n`);
  return failed ? EXIT.failed : EXIT.ok;
});

/** What an environment declares, with all errors and warnings. */
function checkedSet(definitions: Definitions, environment?: Environment): DesiredSet {
  const set = desiredSet(definitions, environment);
  const warnings = setWarnings(set, {
    now: Date.now(),
    otherwise: defaultNamespace({ env: process.env }),
  });
  return { ...set, issues: byPlace([...set.issues, ...warnings]) };
}

/** The environments to check, and the errors that prevent it. An environment whose file is not found is left out. */
function environmentsOf(
  { env = [], allEnvs }: ValidateOptions,
  root: Root,
): { files: string[]; issues: Issue[] } {
  const all = allEnvs ? environmentFiles(root) : { files: [], issues: [] };
  if (allEnvs && all.files.length === 0)
    throw new UsageError(
      `mixpeek-triggers validate: --all-envs found no YAML file in ${ENVIRONMENTS}/. Name one with --env.`,
    );
  const named = env.map((name) => environmentFile(root, name));
  const found = named.filter(({ issues }) => !issues.some(({ code }) => code === "FILE_NOT_FOUND"));
  return {
    files: [...new Set([...all.files, ...found.map(({ file }) => file)])],
    issues: [...all.issues, ...named.flatMap(({ issues }) => issues)],
  };
}

/** GitHub and GitLab expect paths from the repository's root, whichever folder the command runs in. */
function fromRepository(root: Root, issues: readonly Issue[]): Issue[] {
  const top = { ...root, cwd: root.repository };
  return issues.map((issue) =>
    issue.at ? { ...issue, at: { ...issue.at, file: named(top, resolve(root.cwd, issue.at.file)) } } : issue,
  );
}

type CheckedSet = { file: string; declarations: readonly unknown[] };

/** Pipelines read the list of environments from this. */
function validationJson(sets: readonly CheckedSet[], issues: readonly Issue[]): string {
  const environments = sets.map(({ file, declarations }) => ({
    file,
    stack: stackNameOf(file),
    triggers: declarations.length,
  }));
  return jsonText({ ...issuesRecord(issues), environments });
}

function summary(count: number, sets: readonly CheckedSet[], issues: readonly Issue[]): string {
  const errors = issues.filter(isError).length;
  const warnings = issues.length - errors;
  const parts = [
    counted(count, "definition"),
    ...sets.map(
      ({ file, declarations }) => `${brief(visible(file))}: ${counted(declarations.length, "trigger")}`,
    ),
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  return `${parts.join(", ")}${issues.length === 0 ? ", no problems found" : ""}.`;
}
