import { readdirSync } from "node:fs";
import { desiredSet } from "../core/desired";
import { type Issue, isError, unique } from "../core/issue";
import { visible } from "../core/printed";
import { loadDefinitions, loadEnvironment } from "../files/load";
import { rootOf } from "../files/read";
import { type Command, oneOf, UsageError } from "./command";
import { brief } from "./excerpt";
import { FORMATS, renderIssues } from "./issues";
import { DEFINITIONS_OPTION, definitionsOf } from "./set-options";
import { hasColor } from "./terminal";

const FOLDER = "environments";

export const validate: Command = {
  summary: "check definitions and environments, offline and without a key",
  options: {
    env: {
      value: "FILE",
      doc: "an environment to lay the definitions into; may be given again",
      multiple: true,
    },
    "all-envs": { doc: `every file of ${FOLDER}/` },
    ...DEFINITIONS_OPTION,
    format: {
      value: "FORMAT",
      doc: `${FORMATS.join(", ")} (annotations of a pull or merge request)`,
      default: "text",
    },
    strict: { doc: "let warnings fail as well" },
    "ignore-env": { doc: "take ${env:NAME} as set, where the run that applies has it" },
  },
  async run(given) {
    const format = oneOf("validate", given, "format", FORMATS);
    const named = (given["env"] as string[] | undefined) ?? [];
    const environments = given["all-envs"] ? [...new Set([...environmentFiles(), ...named])] : named;
    const options = {
      root: rootOf(process.cwd()),
      ...definitionsOf(given),
      env: process.env,
      ...(given["ignore-env"] ? { ignoreEnv: true } : {}),
    };
    const definitions = loadDefinitions(options);
    const sets = environments.map((file) => ({
      file,
      ...desiredSet(definitions, loadEnvironment(file, options)),
    }));
    const issues =
      sets.length > 0
        ? unique(sets.flatMap(({ issues }) => issues))
        : desiredSet(definitions, undefined).issues;
    const color = hasColor(process.stdout);
    process.stdout.write(renderIssues(issues, format, { color, width: process.stdout.columns ?? 120 }));
    const failed = issues.some((issue) => isError(issue) || given["strict"] === true);
    if (format === "text") process.stdout.write(`${summary(definitions.all.length, sets, issues)}\n`);
    return failed ? 1 : 0;
  },
};

function environmentFiles(): string[] {
  try {
    const files = readdirSync(FOLDER).filter((name) => /\.(ya?ml|json)$/.test(name));
    if (files.length > 0) return files.sort().map((name) => `${FOLDER}/${name}`);
  } catch {
    // Told below, as for an empty one.
  }
  throw new UsageError(
    `mixpeek-triggers validate: --all-envs found no YAML file in ${FOLDER}/. Name one with --env.`,
  );
}

function summary(
  count: number,
  sets: readonly { file: string; declarations: readonly unknown[] }[],
  issues: readonly Issue[],
): string {
  const errors = issues.filter(isError).length;
  const warnings = issues.length - errors;
  const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const parts = [
    plural(count, "definition"),
    ...sets.map(
      ({ file, declarations }) => `${brief(visible(file))}: ${plural(declarations.length, "trigger")}`,
    ),
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ];
  return `${parts.join(", ")}${issues.length === 0 ? ", no problem" : ""}.`;
}
