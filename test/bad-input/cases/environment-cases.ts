import { nightly } from "../../core/files";

/** Replaces environments/prod.yaml, and adds other files. */
export interface Environment {
  name: string;
  text?: string | Uint8Array;
  definitions?: string;
  env?: Readonly<Record<string, string>>;
  /** The file that the command uses; default environments/prod.yaml. */
  file?: string;
  make?: (folder: string) => void;
  code: string;
  fix: string;
}

type Row = readonly [name: string, text: string | Uint8Array, code: string, fix: string];
const told = (rows: readonly Row[]): Environment[] =>
  rows.map(([name, text, code, fix]) => ({ name, text, code, fix }));

type Used = readonly [name: string, definitions: string, text: string, code: string, fix: string];
const used = (rows: readonly Used[]): Environment[] =>
  rows.map(([name, definitions, text, code, fix]) => ({ name, definitions, text, code, fix }));

const said = (what: string): string => nightly(`description: "${what}"`);
const override = (text: string): string => `overrides: { nightly: ${text} }\n`;

const KEYS: readonly Row[] = [
  ["an unknown key", "regions: {}\n", "KEY_UNKNOWN", "Known: namespace, status"],
  ["a misspelled key", "variable: {}\n", "KEY_UNKNOWN", "Did you mean variables?"],
  ["definitions", nightly(), "KEY_UNKNOWN", "Known: namespace"],
  ["a __proto__", "__proto__: { namespace: dev }\n", "KEY_UNKNOWN", "Remove it"],
  ["a constructor", "constructor: {}\n", "KEY_UNKNOWN", "Known: namespace"],
  ["a list", "- namespace\n", "TYPE_WRONG", "Known: namespace"],
  ["a text", "prod\n", "TYPE_WRONG", "Known: namespace"],
  ["a number", "5\n", "TYPE_WRONG", "Known: namespace"],
  ["an unclosed map", "overrides: {\n", "YAML_SYNTAX", "Check brackets"],
  ["a tab", "overrides:\n\tnightly: {}\n", "YAML_SYNTAX", "Indent with spaces"],
  ["two documents", "namespace: a\n---\nnamespace: b\n", "YAML_SYNTAX", "a file of its own"],
  ["a duplicate key", "namespace: a\nnamespace: b\n", "KEY_DUPLICATE", "Keep one of them"],
  ["an alias inside itself", "variables: &a { b: *a }\n", "YAML_EXPANSION", "Write out"],
  ["a picture", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0]), "FILE_NOT_TEXT", "Save it as UTF-8"],
  ["six megabytes", `# ${"a".repeat(6_000_000)}\n`, "FILE_TOO_LARGE", "Split it"],
  ["an empty namespace", 'namespace: ""\n', "OUT_OF_BOUNDS", "at least 1"],
  ["a namespace as a number", "namespace: 5\n", "TYPE_WRONG", "Write a string"],
  ["a namespace as a list", "namespace: [prod]\n", "TYPE_WRONG", "Write a string"],
  ["a namespace as a map", "namespace: { name: prod }\n", "TYPE_WRONG", "Write a string"],
  [
    "a namespace from an undefined variable",
    "namespace: ${var.ns}\n",
    "VARIABLE_UNDEFINED",
    "Add ns under variables",
  ],
  [
    "a namespace from an unset environment variable",
    "namespace: ${env:MIXPEEK_VAR_UNSET}\n",
    "ENV_UNDEFINED",
    "Set MIXPEEK_VAR_UNSET",
  ],
  ["a namespace with an unclosed expression", 'namespace: "${var.ns"\n', "EXPRESSION_INVALID", "Add }"],
  ["an unknown status", "status: stopped\n", "VALUE_UNKNOWN", "Write one of them"],
  ["a status as a boolean", "status: false\n", "VALUE_UNKNOWN", "Write one of them"],
  ["a status that only the service sets", "status: failed\n", "STATUS_NOT_DECLARABLE", "active or paused"],
  ["a status as a list", "status: [paused]\n", "VALUE_UNKNOWN", "Write one of them"],
  ["variables as a list", "variables: [a]\n", "TYPE_WRONG", "Write a map"],
  ["variables as a string", "variables: a\n", "TYPE_WRONG", "Write a map"],
  ["a variable named __proto__", "variables: { __proto__: a }\n", "KEY_UNKNOWN", "Remove it"],
  ["overrides as a list", "overrides: [nightly]\n", "TYPE_WRONG", "Write a map"],
  ["overrides as a string", "overrides: nightly\n", "TYPE_WRONG", "Write a map"],
  [
    "an override of an unknown trigger",
    "overrides: { hourly: { status: paused } }\n",
    "OVERRIDE_UNMATCHED",
    "under triggers",
  ],
  ["a misspelled override", "overrides: { nigthly: {} }\n", "OVERRIDE_UNMATCHED", "Did you mean nightly?"],
  ["an override of toString", "overrides: { toString: {} }\n", "OVERRIDE_UNMATCHED", "under triggers"],
  ["an override as a string", override("paused"), "TYPE_WRONG", "add it to exclude"],
  ["an override as null", override("null"), "TYPE_WRONG", "add it to exclude"],
  ["an override as a list", override("[]"), "TYPE_WRONG", "add it to exclude"],
  ["an unknown key in an override", override("{ stats: paused }"), "KEY_UNKNOWN", "Did you mean status?"],
  ["an override's replaces", override("{ replaces: a }"), "KEY_UNKNOWN", "Known: "],
  ["an override's name", override("{ name: other }"), "NAME_DIFFERS", "Remove name"],
  ["an override's status", override("{ status: stopped }"), "VALUE_UNKNOWN", "Write one of them"],
  ["an override without a config", override("{ action_config: null }"), "KEY_MISSING", "Add action_config"],
  [
    "an override's cron",
    override('{ schedule_config: { cron_expression: "0 25 * * *" } }'),
    "CRON_INVALID",
    "0-23",
  ],
  ["an override's zone", override("{ schedule_config: { timezone: Mars } }"), "ZONE_UNKNOWN", "IANA"],
  ["an override to another type", override("{ trigger_type: interval }"), "KEY_MISSING", "interval_seconds"],
  [
    "an override's config key",
    override("{ action_config: { fliters: {} } }"),
    "KEY_UNKNOWN",
    "Did you mean filters?",
  ],
  ["an override's constructor", override("{ constructor: {} }"), "KEY_UNKNOWN", "Known: "],
  ["an exclude as a string", "exclude: nightly\n", "TYPE_WRONG", "Write a list"],
  ["an exclude as a map", "exclude: { nightly: true }\n", "TYPE_WRONG", "Write a list"],
  ["an exclude of a number", "exclude: [5]\n", "TYPE_WRONG", "Write a string"],
  ["an exclude of an empty string", "exclude: ['']\n", "OUT_OF_BOUNDS", "at least 1"],
  ["an exclude of an unknown trigger", "exclude: [hourly]\n", "EXCLUDE_UNMATCHED", "Remove it"],
  ["a misspelled exclude", "exclude: [nigthly]\n", "EXCLUDE_UNMATCHED", "Did you mean nightly?"],
];

const VARIABLES: readonly Used[] = [
  ["an undefined variable", said("${var.team}"), "{}\n", "VARIABLE_UNDEFINED", "Add team under variables"],
  [
    "a misspelled variable",
    said("${var.taem}"),
    "variables: { team: a }\n",
    "VARIABLE_UNDEFINED",
    "${var.team}?",
  ],
  [
    "a variable named like a JavaScript property",
    said("${var.toString}"),
    "variables: { a: b }\n",
    "VARIABLE_UNDEFINED",
    "Add toString",
  ],
  ["a variable __proto__", said("${var.__proto__}"), "{}\n", "VARIABLE_UNDEFINED", "Add __proto__"],
  [
    "a variable that uses itself",
    said("${var.a}"),
    "variables: { a: '${var.a}' }\n",
    "VARIABLE_CYCLE",
    "Write its value",
  ],
  [
    "a cycle of variables",
    said("${var.a}"),
    "variables: { a: '${var.b}', b: '${var.c}', c: '${var.a}' }\n",
    "VARIABLE_CYCLE",
    "Write its value",
  ],
  [
    "a list inside a string",
    said("by ${var.a}"),
    "variables: { a: [b] }\n",
    "TYPE_WRONG",
    "Make it the whole value",
  ],
  [
    "a map inside a string",
    said("by ${var.a}"),
    "variables: { a: { b: c } }\n",
    "TYPE_WRONG",
    "Make it the whole value",
  ],
  ["a number instead of a string", said("${var.a}"), "variables: { a: 5 }\n", "TYPE_WRONG", "Write a string"],
  [
    "an unknown status from a variable",
    nightly("status: '${var.a}'"),
    "variables: { a: stopped }\n",
    "VALUE_UNKNOWN",
    "Write one of them",
  ],
  [
    "a variable's cron",
    nightly("schedule_config: { cron_expression: '${var.a}' }"),
    "variables: { a: '0 25 * * *' }\n",
    "CRON_INVALID",
    "0-23",
  ],
  [
    "a variable from an unset environment variable",
    said("${var.a}"),
    "variables: { a: '${env:MIXPEEK_VAR_UNSET}' }\n",
    "ENV_UNDEFINED",
    "Set MIXPEEK_VAR_UNSET",
  ],
  [
    "an unset environment variable",
    said("${env:MIXPEEK_VAR_UNSET}"),
    "{}\n",
    "ENV_UNDEFINED",
    "Set MIXPEEK_VAR_UNSET",
  ],
  [
    "an environment variable named like a JavaScript property",
    said("${env:constructor}"),
    "{}\n",
    "ENV_NOT_ALLOWED",
    "MIXPEEK_TRIGGERS_ENV",
  ],
  [
    "an override and its broken variable",
    nightly(),
    override("{ description: '${var.a}' }"),
    "VARIABLE_UNDEFINED",
    "Add a under variables",
  ],
  [
    "an exclude that leaves an override",
    nightly(),
    "exclude: [nightly]\noverrides: { nightli: {} }\n",
    "OVERRIDE_UNMATCHED",
    "Did you mean nightly?",
  ],
];

/** Environments with errors in their content. */
export const ENVIRONMENTS: readonly Environment[] = [...told(KEYS), ...used(VARIABLES)];
