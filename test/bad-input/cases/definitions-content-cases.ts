import { nightly } from "../../core/files";
import type { Definition } from "./definitions-syntax-cases";

const action = (type: string, config: string): string =>
  `triggers:
  nightly:
    action_type: ${type}
    action_config: ${config}
    trigger_type: cron
    schedule_config: { cron_expression: "0 2 * * *" }
`;
const named = (key: string, more = ""): string =>
  nightly()
    .replace("  nightly:", `  ${JSON.stringify(key)}:`)
    .concat(more);

/** YAML files with errors in the file, a trigger or an expression. */
export const CONTENT: readonly Definition[] = [
  // The file.
  ["no triggers", "defaults: {}\n", "KEY_MISSING", "Add triggers"],
  ["triggers of nothing", "triggers:\n", "KEY_MISSING", "Add triggers"],
  ["an empty set", "triggers: {}\n", "SET_EMPTY", "run destroy"],
  ["triggers as a list", "triggers: []\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a text", "triggers: nightly\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a number", "triggers: 5\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a switch", "triggers: true\n", "TYPE_WRONG", "Write a map"],
  ["triggers misspelled", "trigers: {}\n", "KEY_UNKNOWN", "Did you mean triggers?"],
  ["triggers in capitals", "TRIGGERS: {}\n", "KEY_UNKNOWN", "Did you mean triggers?"],
  ["a trigger at the top", "action_type: cluster\n", "KEY_MISSING", "under triggers:"],
  ["an environment's keys", `${nightly()}variables: {}\n`, "KEY_UNKNOWN", "environment file"],
  ["an environment's overrides", `${nightly()}overrides: {}\n`, "KEY_UNKNOWN", "environment file"],
  ["a Kubernetes manifest", "apiVersion: v1\nkind: Pod\n", "KEY_UNKNOWN", "Known: defaults, triggers"],
  ["a number as key", `${nightly()}5: a\n`, "KEY_UNKNOWN", "Known: defaults, triggers"],
  ["a __proto__ at the top", `${nightly()}__proto__: { a: 1 }\n`, "KEY_UNKNOWN", "Remove it"],
  ["a constructor at the top", `${nightly()}constructor: { a: 1 }\n`, "KEY_UNKNOWN", "Known: defaults"],
  ["a toString at the top", `${nightly()}toString: a\n`, "KEY_UNKNOWN", "Known: defaults"],
  ["defaults as a list", `defaults: []\n${nightly()}`, "TYPE_WRONG", "Write a map"],
  [
    "a default that is unknown",
    `defaults: { tz: UTC }\n${nightly()}`,
    "KEY_UNKNOWN",
    "Known: status, timezone",
  ],
  ["a default's status", `defaults: { status: on }\n${nightly()}`, "VALUE_UNKNOWN", "Write one of them"],
  ["a default's zone", `defaults: { timezone: Mars }\n${nightly()}`, "ZONE_UNKNOWN", "IANA"],
  [
    "a default's prefix of nothing",
    `defaults: { description_prefix: "" }\n${nightly()}`,
    "OUT_OF_BOUNDS",
    "at least 1",
  ],
  [
    "a default's adoption by id",
    `defaults: { adopt: trg_1 }\n${nightly()}`,
    "TYPE_WRONG",
    "Write true or false",
  ],
  // The trigger.
  ["a trigger of nothing", "triggers: { nightly: }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger as a list", "triggers: { nightly: [] }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger as a text", "triggers: { nightly: daily }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger of no keys", "triggers: { nightly: {} }\n", "KEY_MISSING", "Add action_type"],
  ["a trigger called __proto__", named("__proto__"), "KEY_UNKNOWN", "Remove it"],
  ["a trigger of no name", named(""), "OUT_OF_BOUNDS", "at least 1 character"],
  ["a name with a bell", named("night\u0007ly"), "NAME_INVALID", "printable"],
  ["a name with a line break", named("night\nly"), "NAME_INVALID", "printable"],
  ["a name beside its key", nightly("name: other"), "NAME_DIFFERS", "Remove name"],
  ["a name that is a number", nightly("name: 5"), "NAME_DIFFERS", "Remove name"],
  ["a key of no trigger", nightly("shedule: daily"), "KEY_UNKNOWN", "Known: "],
  ["a key misspelled", nightly("stats: paused"), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key in camelCase", nightly("actionType: cluster"), "KEY_UNKNOWN", "Did you mean action_type?"],
  ["a key with a Cyrillic letter", nightly("st\u0430tus: paused"), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key with a zero-width space", nightly('"status\u200b": paused'), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key __proto__", nightly("__proto__: { status: paused }"), "KEY_UNKNOWN", "Remove it"],
  ["a key constructor", nightly("constructor: a"), "KEY_UNKNOWN", "Known: "],
  ["a key hasOwnProperty", nightly("hasOwnProperty: a"), "KEY_UNKNOWN", "Known: "],
  ["an id of the service", nightly("trigger_id: trg_1"), "KEY_UNKNOWN", "Known: "],
  ["references of its own", nightly("references: {}"), "KEY_UNKNOWN", "Known: "],
  ["a description as a list", nightly("description: [a]"), "TYPE_WRONG", "Write a string"],
  ["a description as a number", nightly("description: 5"), "TYPE_WRONG", "Write a string"],
  ["a status that is none", nightly("status: stopped"), "VALUE_UNKNOWN", "Write one of them"],
  ["a status in capitals", nightly("status: Paused"), "VALUE_UNKNOWN", "Did you mean paused?"],
  ["a status as a switch", nightly("status: true"), "VALUE_UNKNOWN", "Write one of them"],
  ["a status of the service's", nightly("status: failed"), "STATUS_NOT_DECLARABLE", "active or paused"],
  ["a deleted status", nightly("status: disabled"), "STATUS_NOT_DECLARABLE", "remove its definition"],
  ["a namespace as a number", nightly("namespace: 5"), "TYPE_WRONG", "Write a string"],
  ["an adoption by number", nightly("adopt: 5"), "TYPE_WRONG", "boolean or"],
  ["a protect that is a word", nightly("protect: sometimes"), "TYPE_WRONG", "Write true or false"],
  ["a retain that is a list", nightly("retain: []"), "TYPE_WRONG", "Write true or false"],
  ["allow_unknown as a text", nightly("allow_unknown: a"), "TYPE_WRONG", "Write a list"],
  ["a replaces of itself", nightly("replaces: nightly"), "REPLACES_INVALID", "Remove that definition"],
  ["a replaces of nothing", nightly('replaces: ""'), "REPLACES_INVALID", "Write the former key"],
  ["a replaces as a list", nightly("replaces: [a]"), "REPLACES_INVALID", "Write the former key"],
  [
    "two heirs of one",
    `${named("a", "    replaces: old\n")}${named("b", "    replaces: old\n").replace("triggers:\n", "")}`,
    "REPLACES_INVALID",
    "Only one",
  ],
  // Expressions.
  [
    "an expression of no kind",
    nightly("description: ${vra.team}"),
    "EXPRESSION_INVALID",
    "Did you mean ${var.team}?",
  ],
  [
    "an expression with a default",
    nightly('description: "${env:MIXPEEK_VAR_A:-b}"'),
    "EXPRESSION_INVALID",
    "Write ${env:MIXPEEK_VAR_A} and set it",
  ],
  [
    "an expression of a shell with a default",
    nightly('description: "${MIXPEEK_VAR_A:-b}"'),
    "EXPRESSION_INVALID",
    "Write ${env:MIXPEEK_VAR_A} and set it",
  ],
  [
    "an expression with a filter",
    nightly('description: "${env:MIXPEEK_VAR_A | upper}"'),
    "EXPRESSION_INVALID",
    "Write ${env:MIXPEEK_VAR_A} and set it",
  ],
  ["an expression that is open", nightly('description: "${var.team"'), "EXPRESSION_INVALID", "Add }"],
  ["an expression of nothing", nightly('description: "${}"'), "EXPRESSION_INVALID", "Write ${var"],
  ["an expression as code", nightly('description: "${1 + 1}"'), "EXPRESSION_INVALID", "Write ${var"],
  [
    "an expression in an expression",
    nightly('description: "${var.${var.a}}"'),
    "EXPRESSION_INVALID",
    "Write ${var",
  ],
  [
    "a reference of another kind",
    action("cluster", '{ cluster_id: "${bucket:a}" }'),
    "REFERENCE_KIND",
    "Write ${cluster:a}",
  ],
  [
    "a reference to nothing",
    action("cluster", '{ cluster_id: "${cluster:}" }'),
    "EXPRESSION_INVALID",
    "Write",
  ],
];
