// The part of docs/definitions.md about errors and warnings: every code, with the actual message for an example.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { readFileSync } from "node:fs";
import { setOf } from "./example-set.mjs";
import { code, table } from "./markdown.mjs";

const SOUND = {
  name: "nightly",
  namespace: "prod",
  action_type: "cluster",
  action_config: { cluster_id: "clust_1" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

/** For each code that concerns a single trigger: a trigger that has it. */
const TRIGGERS = {
  KEY_UNKNOWN: { action_config: { cluster_id: "clust_1", fliters: {} } },
  KEY_MISSING: { action_config: {} },
  TYPE_WRONG: { description: 5 },
  VALUE_UNKNOWN: { trigger_type: "crom" },
  OUT_OF_BOUNDS: { action_config: { cluster_id: "clust_1", assignment_threshold: 2 } },
  CRON_INVALID: { schedule_config: { cron_expression: "0 25 * * *" } },
  CRON_FIELDS: { schedule_config: { cron_expression: "@daily" } },
  ZONE_UNKNOWN: { schedule_config: { cron_expression: "0 2 * * *", timezone: "Mars/Olympus" } },
  ZONE_SPELLING: { schedule_config: { cron_expression: "0 2 * * *", timezone: "europe/paris" } },
  RULE_BROKEN: {
    action_type: "retriever_execution",
    action_config: { retriever_id: "ret_1", acceptance: { min_pass_ratio: 0.6 } },
  },
  NULL_TEXT: {
    action_type: "taxonomy_enrichment",
    action_config: { taxonomy_id: "tax_1", collection_id: "col_1", target_collection_id: "null" },
  },
  NAME_INVALID: { name: "night\u0007ly" },
  STATUS_NOT_DECLARABLE: { status: "disabled" },
};

/** A definitions file with one valid trigger, and additional lines in its body. */
const nightly = (...lines) =>
  [
    "triggers:",
    "  nightly:",
    "    action_type: cluster",
    ...(lines.some((line) => line.startsWith("action_config"))
      ? []
      : ["    action_config: { cluster_id: clust_1 }"]),
    "    trigger_type: cron",
    '    schedule_config: { cron_expression: "0 2 * * *" }',
    ...lines.map((line) => `    ${line}`),
    "",
  ].join("\n");

const scheduled = (config) => nightly().replace('{ cron_expression: "0 2 * * *" }', `{ ${config} }`);

/** The time at which the examples are validated. */
const NOW = Date.UTC(2026, 10, 28);

const search = (text) => ({ "triggers/search.yaml": text });

/** For each code that concerns files: files that have it. The messages are generated from them. */
const FILES = {
  KEY_DUPLICATE: { definitions: search(nightly("status: active", "status: paused")) },
  NAME_DIFFERS: { definitions: search(nightly("name: each-night")) },
  NAME_DUPLICATE: { definitions: { "triggers/catalog.yaml": nightly(), "triggers/search.yaml": nightly() } },
  NAMESPACE_FIXED: { definitions: search(nightly("namespace: dev")), environment: "namespace: prod\n" },
  EXPRESSION_INVALID: { definitions: search(nightly("description: By ${vra.team}")) },
  VARIABLE_UNDEFINED: {
    definitions: search(nightly("description: By ${var.taem}")),
    environment: "variables:\n  team: search\n",
  },
  VARIABLE_CYCLE: {
    definitions: search(nightly("description: By ${var.team}")),
    environment: "variables:\n  team: ${var.group}\n  group: ${var.team}\n",
  },
  VARIABLE_UNUSED: { definitions: search(nightly()), environment: "variables:\n  team: search\n" },
  ENV_UNDEFINED: {
    definitions: search(nightly("description: By ${env:MIXPEEK_VAR_TEAM}")),
    environment: "{}\n",
  },
  ENV_NOT_ALLOWED: { definitions: search(nightly("description: By ${env:TEAM}")), environment: "{}\n" },
  OVERRIDE_UNMATCHED: {
    definitions: search(nightly()),
    environment: "overrides:\n  nigthly: { status: paused }\n",
  },
  EXCLUDE_UNMATCHED: {
    definitions: search(nightly()),
    environment: "exclude:\n  - nigthly\n  - experimental-*\n",
  },
  QUIET_INVALID: {
    definitions: search(nightly()),
    environment: "quiet:\n  - { from: 2027-01-04, until: 2026-12-20, timezone: Europe/Paris }\n",
  },
  QUIET_OVER: {
    definitions: search(nightly()),
    environment: "quiet:\n  - { from: 2025-12-20, until: 2026-01-04, timezone: Europe/Paris }\n",
    now: Date.UTC(2026, 5, 1),
  },
  QUIET_UNMATCHED: {
    definitions: search(nightly()),
    environment: 'quiet:\n  - { cron: "0 22 * * FRI", duration: 8h, triggers: [nigthly] }\n',
  },
  SET_EMPTY: { definitions: search("triggers: {}\n") },
  REPLACES_INVALID: { definitions: search(nightly("replaces: nightly")) },
  REFERENCE_KIND: { definitions: search(nightly('action_config: { cluster_id: "${collection:products}" }')) },
  SOURCE_RUNS_MISSING: {
    definitions: search(nightly("action_config: { cluster_id: clust_1, mode: composite }")),
  },
  CRON_NOT_PORTABLE: { definitions: search(scheduled('cron_expression: "0 9 * * 1-5"')) },
  ZONE_OUTDATED: {
    definitions: search(scheduled('cron_expression: "0 9 * * *", timezone: America/Vancouver')),
    zoneTables: "2025c",
  },
  SPREAD_INVALID: { definitions: search(nightly("spread: 30m").replace("0 2 * * *", "*/10 * * * *")) },
  CLOCK_CHANGE: {
    definitions: search(scheduled('cron_expression: "30 2 * * *", timezone: Europe/Paris')),
    now: NOW,
  },
  RARE_SCHEDULE: { definitions: search(scheduled('cron_expression: "0 4 29 2 *"')), now: NOW },
  UNEVEN_STEP: { definitions: search(scheduled('cron_expression: "*/45 * * * *"')), now: NOW },
  SKIPPED_MONTHS: { definitions: search(scheduled('cron_expression: "0 4 31 * *"')), now: NOW },
  CROWDED_MINUTE: {
    definitions: search(`${nightly()}${nightly().replace("triggers:\n", "").replace("nightly", "hourly")}`),
    environment: "namespace: prod\nmax_starts_per_minute: 1\n",
    now: NOW,
  },
  YAML_SYNTAX: { definitions: search("triggers:\n  nightly: { status: paused\n") },
  YAML_EXPANSION: { definitions: search("x-base: &base\n  again: *base\ntriggers: {}\n") },
};

/** Codes without an example here, because they concern the disk or the live namespace. */
const ELSEWHERE = {
  NAMESPACE_MISSING: "No namespace is set by argument, environment, Pulumi config or MIXPEEK_NAMESPACE.",
  REFERENCE_NOT_FOUND:
    "No resource in the namespace has the name in a reference; similar names are suggested.",
  FILE_NOT_FOUND: "A file or an environment does not exist, or no files match the globs of the definitions.",
  FILE_UNREADABLE: "A file cannot be read, or is a folder.",
  FILE_OUTSIDE:
    "A file, or the target of a link, is outside the repository. Only reviewed files may be applied.",
  FILE_TOO_LARGE: "A file is larger than 5 MB.",
  FILE_NOT_TEXT: "A file is not UTF-8 text.",
  INTERVAL_PHASE: {
    severity: "warning",
    says: "Only in `preview`: a replacement, or a trigger that is created again, restarts an interval of an hour or more, so later runs are at other times.",
  },
  ENVIRONMENT_AMBIGUOUS: "Two environment files have the same stack, such as prod.yaml and prod.yml.",
  ENVIRONMENT_CYCLE: "The `after` lists of environment files form a cycle, so none of them can run first.",
};

/** All codes in the type. A new code without an example here is an error, so that the docs have no gap. */
export function issueCodesIn(source) {
  const [, union] = /type IssueCode\s*=([^;]*);/.exec(readFileSync(source, "utf8")) ?? [];
  if (!union) throw new Error(`cannot find type IssueCode in ${source}.`);
  return [...union.matchAll(/"([A-Z_]+)"/g)].map(([, name]) => name);
}

export function issueSection(core, codes) {
  const gone = [TRIGGERS, FILES, ELSEWHERE].flatMap(Object.keys).find((name) => !codes.includes(name));
  if (gone) throw new Error(`docs: ${gone} of docs-issues.mjs is no issue code.`);
  return [
    "## Issues",
    "",
    "All problems in all files are reported together, each with a code that does not change between releases. If there is an error, the run stops before it changes anything. Warnings do not stop it.",
    "",
    "A problem in a file is printed as `file:line:column CODE trigger: key: message. Fix.`, and a problem in the arguments of a `Trigger` in a program as `key: message [CODE]. Fix.` For each code, the table has an example in one of the two forms, or the cause.",
    "",
    ...table(
      ["Code", "Severity", "Message or cause"],
      codes.flatMap((name) => rowsOf(core, name)),
    ),
  ];
}

function rowsOf(core, name) {
  if (Object.hasOwn(ELSEWHERE, name)) {
    const { severity = "error", says = ELSEWHERE[name] } = ELSEWHERE[name];
    return [[code(name), severity, says]];
  }
  const { said, all } = Object.hasOwn(FILES, name)
    ? whatIsSaid(issuesOf(core, FILES[name]), name, core.issueLine)
    : whatIsSaid(ofTrigger(core, name), name, core.issueText);
  if (said.length === 0) throw new Error(`docs: the example of ${name} gives ${all} instead.`);
  return said.map(({ severity, text }) => [code(name), severity, code(text)]);
}

function issuesOf(core, { now, ...files }) {
  const set = setOf(core, { ...files, now });
  return now === undefined ? set.issues : [...set.issues, ...core.setWarnings(set, { now })];
}

function ofTrigger({ validateTrigger }, name) {
  if (!Object.hasOwn(TRIGGERS, name))
    throw new Error(`docs: issue code ${name} has no example in docs-issues.mjs.`);
  return validateTrigger({ ...SOUND, ...TRIGGERS[name] }).issues;
}

function whatIsSaid(issues, name, textOf) {
  const said = issues
    .filter((issue) => issue.code === name)
    .map((issue) => ({ severity: issue.severity ?? "error", text: textOf(issue) }));
  return { said, all: issues.map((issue) => issue.code).join(", ") || "nothing" };
}
