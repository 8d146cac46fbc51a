import { type DesiredSet, definitionsFrom, desiredSet } from "../../provider/core/definitions/desired-set";
import { Environment } from "../../provider/core/environments/environment";
import { issueLine } from "../../provider/core/issues/issue";
import { readSource } from "../../provider/core/yaml/yaml-source";

export interface Files {
  /** Texts of definitions files by name; a single text is `a.yaml`. */
  definitions: string | Record<string, string>;
  /** The text of `prod.yaml`; absent: no environment. */
  environment?: string;
  env?: Record<string, string>;
  /** The process's IANA release; absent: unknown. */
  zoneTables?: string;
  /** What definitions may read in addition to the prefix, as MIXPEEK_TRIGGERS_ENV lists it. */
  allow?: string;
  /** The current time, in milliseconds. */
  now?: number;
}

/** Reads files as from a repository, without one. */
export function setOf({ definitions, environment, env = {}, zoneTables, allow, now }: Files): DesiredSet {
  const texts = typeof definitions === "string" ? { "a.yaml": definitions } : definitions;
  const read = Object.entries(texts).map(([file, text]) => readSource(file, text));
  const found = definitionsFrom(
    read.flatMap(({ source }) => source ?? []),
    zoneTables,
  );
  const issues = [...read.flatMap((each) => each.issues), ...found.issues];
  const isPartial = read.some(({ source }) => !source);
  if (environment === undefined) return desiredSet({ ...found, issues, isPartial }, undefined);
  const { source, issues: own } = readSource("prod.yaml", environment);
  const laid = new Environment(source?.value, source, (name) => env[name], {
    unreadable: !source,
    allow,
    now,
  });
  laid.issues.push(...own);
  return desiredSet({ ...found, issues, isPartial }, laid);
}

export const linesOf = (files: Files): string[] => setOf(files).issues.map(issueLine);

/** The triggers by name, as far as they are valid. */
export const triggersOf = (files: Files): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    setOf(files).declarations.map(({ name, trigger }) => [
      name,
      trigger as unknown as Record<string, unknown>,
    ]),
  );

/** A definitions file with one valid trigger, `nightly`, and additional lines in its body. */
export const nightly = (...lines: string[]): string =>
  [
    "triggers:",
    "  nightly:",
    "    action_type: cluster",
    "    trigger_type: cron",
    ...(lines.some((line) => line.startsWith("action_config"))
      ? []
      : ["    action_config: { cluster_id: clust_1 }"]),
    ...(lines.some((line) => line.startsWith("schedule_config"))
      ? []
      : ['    schedule_config: { cron_expression: "0 2 * * *" }']),
    ...lines.map((line) => `    ${line}`),
    "",
  ].join("\n");
