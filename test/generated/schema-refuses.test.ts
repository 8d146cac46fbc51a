// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Issue, type IssueCode, isError } from "../../provider/core/issues/issue";
import { type Files, nightly, setOf } from "../core/files";
import { definitions, environment, override } from "./schema";

/** Where validation finds an error, as a path from the top of its file. */
function places({ trigger, path, at }: Issue): string {
  const above = trigger === undefined ? [] : [at?.file === "prod.yaml" ? "overrides" : "triggers", trigger];
  return [...above, ...path].join(".");
}

/** Files with one error: the code, the path from the top of the file, and the files. */
const WRONG: [IssueCode, string, Files][] = [
  ["KEY_UNKNOWN", "trigger", { definitions: "triggers: {}\ntrigger: {}" }],
  ["KEY_UNKNOWN", "variables", { definitions: "triggers: {}\nvariables: {}" }],
  ["KEY_UNKNOWN", "defaults.time_zone", { definitions: "triggers: {}\ndefaults: { time_zone: UTC }" }],
  ["KEY_UNKNOWN", "triggers.nightly.shedule_config", { definitions: nightly("shedule_config: {}") }],
  ["KEY_MISSING", "triggers", { definitions: "defaults: {}" }],
  [
    "KEY_UNKNOWN",
    "quiet.0.untill",
    {
      definitions: nightly(),
      environment: "quiet: [{ from: 2026-12-20T00:00Z, until: 2026-12-27T00:00Z, untill: a }]",
    },
  ],
  [
    "TYPE_WRONG",
    "quiet.0.reason",
    {
      definitions: nightly(),
      environment: "quiet: [{ cron: '0 22 * * FRI', duration: 8h, reason: 5 }]",
    },
  ],
  ["TYPE_WRONG", "triggers", { definitions: "triggers: []" }],
  ["KEY_MISSING", "triggers", { definitions: "triggers:" }],
  ["TYPE_WRONG", "triggers.nightly", { definitions: "triggers: { nightly: }" }],
  ["TYPE_WRONG", "triggers.nightly", { definitions: "triggers: { nightly: [] }" }],
  ["TYPE_WRONG", "defaults", { definitions: "triggers: {}\ndefaults: []" }],
  ["VALUE_UNKNOWN", "defaults.status", { definitions: "triggers: {}\ndefaults: { status: stopped }" }],
  ["TYPE_WRONG", "defaults.timezone", { definitions: "triggers: {}\ndefaults: { timezone: 1 }" }],
  ["ZONE_UNKNOWN", "defaults.timezone", { definitions: "triggers: {}\ndefaults: { timezone: '+05:30' }" }],
  [
    "OUT_OF_BOUNDS",
    "defaults.description_prefix",
    { definitions: "triggers: {}\ndefaults: { description_prefix: '' }" },
  ],
  ["TYPE_WRONG", "defaults.adopt", { definitions: "triggers: {}\ndefaults: { adopt: trg_1 }" }],
  ["REPLACES_INVALID", "triggers.nightly.replaces", { definitions: nightly("replaces: ''") }],
  ["TYPE_WRONG", "triggers.nightly.protect", { definitions: nightly("protect: sometimes") }],
  [
    "TYPE_WRONG",
    "overrides.nightly.retain",
    { definitions: nightly(), environment: "overrides: { nightly: { retain: 5 } }" },
  ],
  ["REPLACES_INVALID", "triggers.nightly.replaces", { definitions: nightly("replaces: [a]") }],
  ["KEY_UNKNOWN", "variable", { definitions: nightly(), environment: "variable: {}" }],
  ["OUT_OF_BOUNDS", "namespace", { definitions: nightly(), environment: "namespace: ''" }],
  ["TYPE_WRONG", "namespace", { definitions: nightly(), environment: "namespace: 5" }],
  ["VALUE_UNKNOWN", "status", { definitions: nightly(), environment: "status: stopped" }],
  ["TYPE_WRONG", "variables", { definitions: nightly(), environment: "variables: []" }],
  ["TYPE_WRONG", "variables", { definitions: nightly(), environment: "variables: '${var.a}'" }],
  ["TYPE_WRONG", "overrides", { definitions: nightly(), environment: "overrides: []" }],
  ["TYPE_WRONG", "overrides.nightly", { definitions: nightly(), environment: override("null") }],
  ["TYPE_WRONG", "overrides.nightly", { definitions: nightly(), environment: override("paused") }],
  ["TYPE_WRONG", "exclude", { definitions: nightly(), environment: "exclude: nightly" }],
  ["TYPE_WRONG", "exclude.0", { definitions: nightly(), environment: "exclude: [5]" }],
  ["OUT_OF_BOUNDS", "exclude.0", { definitions: nightly(), environment: "exclude: ['']" }],
  [
    "KEY_UNKNOWN",
    "overrides.nightly.replaces",
    { definitions: nightly(), environment: override("{ replaces: a }") },
  ],
  [
    "KEY_UNKNOWN",
    "overrides.nightly.references",
    { definitions: nightly(), environment: override("{ references: {} }") },
  ],
  [
    "TYPE_WRONG",
    "overrides.nightly.spread",
    { definitions: nightly(), environment: override("{ spread: 30 }") },
  ],
  [
    "VALUE_UNKNOWN",
    "overrides.nightly.status",
    { definitions: nightly(), environment: override("{ status: stopped }") },
  ],
  [
    "STATUS_NOT_DECLARABLE",
    "overrides.nightly.status",
    { definitions: nightly(), environment: override("{ status: failed }") },
  ],
  [
    "VALUE_UNKNOWN",
    "overrides.nightly.trigger_type",
    { definitions: nightly(), environment: override("{ trigger_type: hourly }") },
  ],
  [
    "TYPE_WRONG",
    "overrides.nightly.schedule_config",
    { definitions: nightly(), environment: override("{ schedule_config: daily }") },
  ],
  [
    "TYPE_WRONG",
    "overrides.nightly.description",
    { definitions: nightly(), environment: override("{ description: 5 }") },
  ],
  [
    "CRON_FIELDS",
    "overrides.nightly.schedule_config.cron_expression",
    { definitions: nightly(), environment: override("{ schedule_config: { cron_expression: '@daily' } }") },
  ],
  [
    "VALUE_UNKNOWN",
    "overrides.nightly.action_config.mode",
    { definitions: nightly(), environment: override("{ action_config: { mode: none } }") },
  ],
  [
    "OUT_OF_BOUNDS",
    "overrides.nightly.action_config.assignment_threshold",
    { definitions: nightly(), environment: override("{ action_config: { assignment_threshold: 2 } }") },
  ],
  [
    "TYPE_WRONG",
    "overrides.nightly.action_config.output_collection_ids.0",
    { definitions: nightly(), environment: override("{ action_config: { output_collection_ids: [1] } }") },
  ],
];

/** What JSON Schema cannot express: several places, other files, or the meaning of a text. */
const UNSAID: [IssueCode, Files][] = [
  ["KEY_DUPLICATE", { definitions: nightly("status: active", "status: paused") }],
  ["KEY_UNKNOWN", { definitions: nightly(), environment: override("{ action_config: { fliters: {} } }") }],
  ["KEY_MISSING", { definitions: nightly(), environment: override("{ action_config: null }") }],
  ["CRON_INVALID", { definitions: nightly("schedule_config: { cron_expression: '0 25 * * *' }") }],
  ["ZONE_UNKNOWN", { definitions: `defaults: { timezone: Mars }\n${nightly()}` }],
  ["ZONE_SPELLING", { definitions: `defaults: { timezone: europe/paris }\n${nightly()}` }],
  [
    "RULE_BROKEN",
    {
      definitions: nightly(
        "action_type: retriever_execution",
        "action_config: { retriever_id: a, acceptance: { min_pass_ratio: 1 } }",
      ),
    },
  ],
  ["SOURCE_RUNS_MISSING", { definitions: nightly("action_config: { cluster_id: a, mode: composite }") }],
  [
    "NULL_TEXT",
    {
      definitions: nightly(
        "action_type: taxonomy_enrichment",
        "action_config: { taxonomy_id: a, collection_id: b, target_collection_id: 'null' }",
      ),
    },
  ],
  ["NAME_DIFFERS", { definitions: nightly("name: other") }],
  ["NAME_DUPLICATE", { definitions: { "a.yaml": nightly(), "b.yaml": nightly() } }],
  ["NAMESPACE_FIXED", { definitions: nightly("namespace: dev"), environment: "namespace: prod" }],
  ["EXPRESSION_INVALID", { definitions: nightly("description: ${vra.a}") }],
  ["VARIABLE_UNDEFINED", { definitions: nightly("status: ${var.a}"), environment: "{}" }],
  [
    "VARIABLE_CYCLE",
    { definitions: nightly("description: ${var.a}"), environment: "variables: { a: '${var.a}' }" },
  ],
  ["VARIABLE_UNUSED", { definitions: nightly(), environment: "variables: { a: 1 }" }],
  ["ENV_UNDEFINED", { definitions: nightly("description: ${env:MIXPEEK_VAR_A}"), environment: "{}" }],
  ["ENV_NOT_ALLOWED", { definitions: nightly("description: ${env:A}"), environment: "{}" }],
  ["OVERRIDE_UNMATCHED", { definitions: nightly(), environment: "overrides: { nigthly: {} }" }],
  ["EXCLUDE_UNMATCHED", { definitions: nightly(), environment: "exclude: [nigthly]" }],
  ["REPLACES_INVALID", { definitions: nightly("replaces: nightly") }],
  ["CRON_NOT_PORTABLE", { definitions: nightly('schedule_config: { cron_expression: "0 9 * * 1" }') }],
  [
    "ZONE_OUTDATED",
    {
      definitions: nightly('schedule_config: { cron_expression: "0 9 * * *", timezone: America/Vancouver }'),
      zoneTables: "2025c",
    },
  ],
  ["SPREAD_INVALID", { definitions: nightly("spread: 23h") }],
  [
    "QUIET_INVALID",
    { definitions: nightly(), environment: "quiet: [{ from: 2026-12-20, until: 2026-12-27 }]" },
  ],
  [
    "QUIET_OVER",
    {
      definitions: nightly(),
      environment: "quiet: [{ from: 2026-12-20T00:00Z, until: 2026-12-27T00:00Z }]",
      now: Date.parse("2027-01-01T00:00:00Z"),
    },
  ],
  [
    "QUIET_UNMATCHED",
    {
      definitions: nightly(),
      environment: "quiet: [{ cron: '0 22 * * FRI', duration: 8h, triggers: [nigthly] }]",
    },
  ],
  ["SET_EMPTY", { definitions: "triggers: {}" }],
  ["REFERENCE_KIND", { definitions: nightly("action_config: { cluster_id: '${bucket:a}' }") }],
];

/** Codes that do not concern a value: there is no file, or they concern the times of triggers. */
const NOT_OF_VALUES =
  /^(YAML_|FILE_|(ENVIRONMENT_AMBIGUOUS|ENVIRONMENT_CYCLE|NAMESPACE_MISSING|REFERENCE_NOT_FOUND|CLOCK_CHANGE|CROWDED_MINUTE|RARE_SCHEDULE|UNEVEN_STEP|SKIPPED_MONTHS|INTERVAL_PHASE)$)/;

describe("rejects", () => {
  test.each(WRONG)("%s at %s, where validation does", (code, path, files) => {
    const { environment: laid } = files;
    const refused = laid === undefined ? definitions(files.definitions as string) : environment(laid);
    expect(refused).toEqual([path]);
    const errors = setOf(files).issues.filter(isError);
    expect(errors.map((issue) => [issue.code, places(issue)])).toContainEqual([code, path]);
    expect([...new Set(errors.map(places))]).toEqual([path]);
  });

  test.each(UNSAID)("does not reject %s", (code, files) => {
    expect(setOf(files).issues.map((issue) => issue.code)).toContain(code);
    for (const text of typeof files.definitions === "string"
      ? [files.definitions]
      : Object.values(files.definitions))
      expect(definitions(text)).toEqual([]);
    if (files.environment !== undefined) expect(environment(files.environment)).toEqual([]);
  });

  test("or leaves every other code to validation", () => {
    const source = readFileSync(resolve(__dirname, "../../provider/core/issues/issue.ts"), "utf8");
    const [, union] = /type IssueCode\s*=([^;]*);/.exec(source)!;
    const all = [...union!.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code!);
    const shown = new Set<string>([...WRONG, ...UNSAID].map(([code]) => code));
    // For a single trigger, in schema.test.ts.
    shown.add("NAME_INVALID");
    expect(all.filter((code) => !NOT_OF_VALUES.test(code) && !shown.has(code))).toEqual([]);
  });
});
