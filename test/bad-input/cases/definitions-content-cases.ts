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
  ["null triggers", "triggers:\n", "KEY_MISSING", "Add triggers"],
  ["an empty set", "triggers: {}\n", "SET_EMPTY", "run destroy"],
  ["triggers as a list", "triggers: []\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a string", "triggers: nightly\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a number", "triggers: 5\n", "TYPE_WRONG", "Write a map"],
  ["triggers as a boolean", "triggers: true\n", "TYPE_WRONG", "Write a map"],
  ["misspelled triggers", "trigers: {}\n", "KEY_UNKNOWN", "Did you mean triggers?"],
  ["triggers in upper case", "TRIGGERS: {}\n", "KEY_UNKNOWN", "Did you mean triggers?"],
  ["a trigger at the top level", "action_type: cluster\n", "KEY_MISSING", "under triggers:"],
  ["an environment's keys", `${nightly()}variables: {}\n`, "KEY_UNKNOWN", "environment file"],
  ["an environment's overrides", `${nightly()}overrides: {}\n`, "KEY_UNKNOWN", "environment file"],
  ["a Kubernetes manifest", "apiVersion: v1\nkind: Pod\n", "KEY_UNKNOWN", "Known: defaults, triggers"],
  ["a number as key", `${nightly()}5: a\n`, "KEY_UNKNOWN", "Known: defaults, triggers"],
  ["a __proto__ at the top level", `${nightly()}__proto__: { a: 1 }\n`, "KEY_UNKNOWN", "Remove it"],
  ["a constructor at the top level", `${nightly()}constructor: { a: 1 }\n`, "KEY_UNKNOWN", "Known: defaults"],
  ["a toString at the top level", `${nightly()}toString: a\n`, "KEY_UNKNOWN", "Known: defaults"],
  ["defaults as a list", `defaults: []\n${nightly()}`, "TYPE_WRONG", "Write a map"],
  ["an unknown default", `defaults: { tz: UTC }\n${nightly()}`, "KEY_UNKNOWN", "Known: status, timezone"],
  ["a default's status", `defaults: { status: on }\n${nightly()}`, "VALUE_UNKNOWN", "Write one of them"],
  ["a default's zone", `defaults: { timezone: Mars }\n${nightly()}`, "ZONE_UNKNOWN", "IANA"],
  [
    "an empty prefix in defaults",
    `defaults: { description_prefix: "" }\n${nightly()}`,
    "OUT_OF_BOUNDS",
    "at least 1",
  ],
  [
    "an adoption by id in defaults",
    `defaults: { adopt: trg_1 }\n${nightly()}`,
    "TYPE_WRONG",
    "Write true or false",
  ],
  // The trigger.
  ["a null trigger", "triggers: { nightly: }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger as a list", "triggers: { nightly: [] }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger as a string", "triggers: { nightly: daily }\n", "TYPE_WRONG", "Declare action_type"],
  ["a trigger without keys", "triggers: { nightly: {} }\n", "KEY_MISSING", "Add action_type"],
  ["a trigger named __proto__", named("__proto__"), "KEY_UNKNOWN", "Remove it"],
  ["a trigger with an empty name", named(""), "OUT_OF_BOUNDS", "at least 1 character"],
  ["a name with a bell", named("night\u0007ly"), "NAME_INVALID", "printable"],
  ["a name with a line break", named("night\nly"), "NAME_INVALID", "printable"],
  ["a name in addition to the key", nightly("name: other"), "NAME_DIFFERS", "Remove name"],
  ["a name that is a number", nightly("name: 5"), "NAME_DIFFERS", "Remove name"],
  ["an unknown key", nightly("shedule: daily"), "KEY_UNKNOWN", "Known: "],
  ["a misspelled key", nightly("stats: paused"), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key in camelCase", nightly("actionType: cluster"), "KEY_UNKNOWN", "Did you mean action_type?"],
  ["a key with a Cyrillic letter", nightly("st\u0430tus: paused"), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key with a zero-width space", nightly('"status\u200b": paused'), "KEY_UNKNOWN", "Did you mean status?"],
  ["a key __proto__", nightly("__proto__: { status: paused }"), "KEY_UNKNOWN", "Remove it"],
  ["a key named constructor", nightly("constructor: a"), "KEY_UNKNOWN", "Known: "],
  ["a key named hasOwnProperty", nightly("hasOwnProperty: a"), "KEY_UNKNOWN", "Known: "],
  ["an id set by the service", nightly("trigger_id: trg_1"), "KEY_UNKNOWN", "Known: "],
  ["an internal key", nightly("references: {}"), "KEY_UNKNOWN", "Known: "],
  ["a description as a list", nightly("description: [a]"), "TYPE_WRONG", "Write a string"],
  ["a description as a number", nightly("description: 5"), "TYPE_WRONG", "Write a string"],
  ["an unknown status", nightly("status: stopped"), "VALUE_UNKNOWN", "Write one of them"],
  ["a status in upper case", nightly("status: Paused"), "VALUE_UNKNOWN", "Did you mean paused?"],
  ["a status as a boolean", nightly("status: true"), "VALUE_UNKNOWN", "Write one of them"],
  [
    "a status that only the service sets",
    nightly("status: failed"),
    "STATUS_NOT_DECLARABLE",
    "active or paused",
  ],
  ["a deleted status", nightly("status: disabled"), "STATUS_NOT_DECLARABLE", "remove its definition"],
  ["a namespace as a number", nightly("namespace: 5"), "TYPE_WRONG", "Write a string"],
  ["an adoption by number", nightly("adopt: 5"), "TYPE_WRONG", "boolean or"],
  ["a protect that is a word", nightly("protect: sometimes"), "TYPE_WRONG", "Write true or false"],
  ["a retain that is a list", nightly("retain: []"), "TYPE_WRONG", "Write true or false"],
  ["allow_unknown as a string", nightly("allow_unknown: a"), "TYPE_WRONG", "Write a list"],
  ["replaces with its own key", nightly("replaces: nightly"), "REPLACES_INVALID", "Remove that definition"],
  ["an empty replaces", nightly('replaces: ""'), "REPLACES_INVALID", "Write the former key"],
  ["a replaces as a list", nightly("replaces: [a]"), "REPLACES_INVALID", "Write the former key"],
  [
    "two triggers that replace one",
    `${named("a", "    replaces: old\n")}${named("b", "    replaces: old\n").replace("triggers:\n", "")}`,
    "REPLACES_INVALID",
    "Only one",
  ],
  // Expressions.
  [
    "an expression of an unknown kind",
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
    "a shell expression with a default",
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
  ["an unclosed expression", nightly('description: "${var.team"'), "EXPRESSION_INVALID", "Add }"],
  ["an empty expression", nightly('description: "${}"'), "EXPRESSION_INVALID", "Write ${var"],
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
  ["an empty reference", action("cluster", '{ cluster_id: "${cluster:}" }'), "EXPRESSION_INVALID", "Write"],
];
