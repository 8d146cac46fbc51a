import {
  type Definitions,
  type DesiredSet,
  definitionsFrom,
  desiredSet,
} from "../core/definitions/desired-set";
import { Environment, type EnvironmentArgs } from "../core/environments/environment";
import { ENV_ALLOW_LIST } from "../core/expressions/env-access";
import type { Issue } from "../core/issues/issue";
import { readSource, type Source } from "../core/yaml/yaml-source";
import { findFiles, globBelow } from "./find";
import { type Root, readText } from "./read";

/** The default location of definitions. */
export const DEFAULT_DEFINITIONS: readonly string[] = [globBelow("triggers")];

export interface LoadOptions {
  root: Root;
  /** Files or globs, relative to the working folder. */
  definitions?: readonly string[];
  /** The environment variables for `${env:NAME}`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Treats every `${env:…}` as set. */
  ignoreEnv?: boolean;
  /** The current time in milliseconds; default: the system clock. */
  now?: number;
  /** Texts of definitions files, by file, to use instead of their content. */
  texts?: ReadonlyMap<string, string>;
}

/** The definitions in all files that match the globs, sorted by file name. */
export function loadDefinitions({
  root,
  definitions = DEFAULT_DEFINITIONS,
  texts,
}: LoadOptions): Definitions {
  const { files, issues } = findFiles(root, definitions);
  const isIncomplete = issues.length > 0;
  if (files.length === 0 && issues.length === 0) {
    const hint =
      "Put definitions there, or name their files with --definitions (in a program: the argument definitions of TriggerSet).";
    issues.push({
      code: "FILE_NOT_FOUND",
      path: [],
      message: `no files match ${definitions.join(", ")}`,
      hint,
    });
  }
  const sources = files.flatMap((file) => load(root, file, issues, texts) ?? []);
  const isPartial = isIncomplete || sources.length < files.length;
  const read = definitionsFrom(sources, process.versions["tz"]);
  return { ...read, issues: [...issues, ...read.issues], isPartial };
}

/** The environment in a file, or the one that a program passes. */
export function loadEnvironment(given: string | EnvironmentArgs, options: LoadOptions): Environment {
  // Reads own keys only: every object inherits names, such as `constructor`.
  const env = (name: string): string | undefined =>
    Object.hasOwn(options.env, name) ? options.env[name] : undefined;
  const lenient = {
    allow: env(ENV_ALLOW_LIST),
    now: options.now ?? Date.now(),
    ...(options.ignoreEnv ? { ignoreEnv: true } : {}),
  };
  if (typeof given !== "string") return new Environment(given, undefined, env, lenient);
  const issues: Issue[] = [];
  const source = load(options.root, given, issues);
  const environment = new Environment(source?.value, source, env, { ...lenient, unreadable: !source });
  environment.issues.push(...issues);
  return environment;
}

/** The triggers of an environment, or everything that is wrong with them. */
export function loadSet(options: LoadOptions & { environment?: string | EnvironmentArgs }): DesiredSet {
  const definitions = loadDefinitions(options);
  const { environment } = options;
  return desiredSet(
    definitions,
    environment === undefined ? undefined : loadEnvironment(environment, options),
  );
}

function load(root: Root, path: string, issues: Issue[], texts?: LoadOptions["texts"]): Source | undefined {
  const read = readText(root, path);
  if ("issue" in read) {
    issues.push(read.issue);
    return undefined;
  }
  const { source, issues: found } = readSource(read.file, texts?.get(read.file) ?? read.text);
  issues.push(...found);
  return source;
}
