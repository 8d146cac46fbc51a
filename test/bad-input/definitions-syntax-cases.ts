import { nightly } from "../core/files";

/** Name, the text of triggers/a.yaml, code, a piece of the fix. */
export type Definition = readonly [name: string, text: string | Uint8Array, code: string, fix: string];

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const bomb = ["x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"].concat(
  [..."bcdefgh"].map((name, at) => {
    const below = `*${"abcdefg"[at]}`;
    return `x-${name}: &${name} [${Array(10).fill(below).join(", ")}]`;
  }),
  [nightly()],
);

/** Files that cannot be read as YAML, or hold what no definitions file may. */
export const SYNTAX: readonly Definition[] = [
  [
    "an unquoted list in a flow map",
    nightly("schedule_config: { cron_expression: 0 2 * * 1,3,5, timezone: UTC }"),
    "YAML_SYNTAX",
    '"0 2 * * 1,3,5"',
  ],
  ["a key without a value", nightly("action_config: { cluster_id }"), "YAML_SYNTAX", "Write cluster_id:"],
  [
    "an unquoted expression in a flow map",
    nightly("action_config: { cluster_id: ${cluster:p} }"),
    "YAML_SYNTAX",
    'Write "${cluster:p}"',
  ],
  [
    "an expression without its sign",
    nightly("action_config: { cluster_id: {cluster:p} }"),
    "YAML_SYNTAX",
    "Did you mean",
  ],
  ["a template", nightly("description: {{ team }}"), "YAML_SYNTAX", "${var.name}"],
  ["an include", nightly("description: !include a.yaml"), "YAML_SYNTAX", "--definitions"],
  ["a marker at the end", `${nightly()}---\n`, "YAML_SYNTAX", "Remove this line"],
  [
    "a number that is rounded",
    nightly("action_config: { cluster_id: c, filters: { id: 9007199254740995 } }"),
    "TYPE_WRONG",
    'If it is text, quote it: "9007199254740995"',
  ],
  [
    "a number with leading zeros",
    nightly("action_config: { cluster_id: c, filters: { id: 007 } }"),
    "TYPE_WRONG",
    "quote it",
  ],
  ["an open map", "triggers: {\n", "YAML_SYNTAX", "brackets, quotes and indentation"],
  ["an open list", "triggers: [\n", "YAML_SYNTAX", "brackets, quotes and indentation"],
  ["an open double quote", 'triggers: "a\n', "YAML_SYNTAX", "brackets, quotes and indentation"],
  ["an open single quote", "triggers: 'a\n", "YAML_SYNTAX", "brackets, quotes and indentation"],
  ["a bracket too many", "triggers: {}}\n", "YAML_SYNTAX", "brackets, quotes and indentation"],
  ["a tab for indentation", "triggers:\n\tnightly: {}\n", "YAML_SYNTAX", "Indent with spaces"],
  [
    "tab below spaces",
    "triggers:\n  nightly:\n\t\taction_type: cluster\n",
    "YAML_SYNTAX",
    "Indent with spaces",
  ],
  [
    "a plain cron star",
    nightly("schedule_config: { cron_expression: * * * * * }"),
    "YAML_SYNTAX",
    "needs quotes",
  ],
  [
    "a star step",
    nightly("schedule_config:", "  cron_expression: */5 * * * *"),
    "YAML_SYNTAX",
    "needs quotes",
  ],
  ["an at sign", nightly("schedule_config:", "  cron_expression: @daily"), "YAML_SYNTAX", "quotes"],
  ["a backtick", nightly("description: `a`"), "YAML_SYNTAX", "needs quotes"],
  ["a percent sign", nightly("description: %a"), "YAML_SYNTAX", "needs quotes"],
  ["a colon in plain text", nightly("description: Note: nightly"), "YAML_SYNTAX", "needs quotes"],
  ["a line out of its level", "triggers:\n    nightly: {}\n  other: {}\n", "YAML_SYNTAX", "indentation"],
  ["a merge of conflict markers", `<<<<<<< HEAD\n${nightly()}=======\n`, "YAML_SYNTAX", "indentation"],
  ["an alias of nothing", nightly("description: *nobody"), "YAML_SYNTAX", "Check brackets"],
  ["a tag of its own", nightly("description: !!python/object a"), "YAML_SYNTAX", "Remove the tag"],
  ["a binary tag", nightly("description: !!binary aGk="), "YAML_SYNTAX", "Remove the tag"],
  ["a bad escape", nightly('description: "\\q"'), "YAML_SYNTAX", "Check brackets"],
  ["a bad directive", `%YAML 9.9.9\n---\n${nightly()}`, "YAML_SYNTAX", "Check brackets"],
  ["two documents", `${nightly()}---\n${nightly()}`, "YAML_SYNTAX", "a file of its own"],
  ["three documents, two empty", "---\n---\n---\n", "YAML_SYNTAX", "Remove this line"],
  ["nested deeper than anything", `triggers: ${"[".repeat(5000)}`, "YAML_SYNTAX", "Check brackets"],
  [
    "closed, and nested too deep",
    `triggers: ${"[".repeat(101)}${"]".repeat(101)}`,
    "YAML_SYNTAX",
    "Check brackets",
  ],
  ["a merge of a text", nightly("<<: text"), "YAML_SYNTAX", "Check brackets"],
  ["a merge of a list of texts", nightly("<<: [a, b]"), "YAML_SYNTAX", "Check brackets"],
  ["an alias bomb", bomb.join("\n"), "YAML_EXPANSION", "split the file"],
  ["an alias inside itself", `x-a: &a { b: *a }\n${nightly()}`, "YAML_EXPANSION", "Write out"],
  ["a list inside itself", `x-a: &a [*a]\n${nightly()}`, "YAML_EXPANSION", "Write out"],
  ["JSON with a comma at its end", '{"triggers": {"a": {},}', "YAML_SYNTAX", "Check brackets"],
  ["JSON cut short", '{"triggers": {"a": {', "YAML_SYNTAX", "Check brackets"],
  ["a key twice", nightly("status: active", "status: paused"), "KEY_DUPLICATE", "Keep one of them"],
  ["a trigger twice", "triggers:\n  a: {}\n  a: {}\n", "KEY_DUPLICATE", "Keep one of them"],
  ["triggers twice", `${nightly()}triggers: {}\n`, "KEY_DUPLICATE", "Keep one of them"],
  ["a JSON key twice", '{"triggers": {}, "triggers": {}}', "KEY_DUPLICATE", "Keep one of them"],
  [
    "a key twice in a flow map",
    nightly("action_config: { cluster_id: a, cluster_id: b }"),
    "KEY_DUPLICATE",
    "Keep one",
  ],
  ["a null byte", bytes(0x74, 0x3a, 0x20, 0x00), "FILE_NOT_TEXT", "Save it as UTF-8"],
  ["UTF-16", bytes(0xff, 0xfe, 0x74, 0x00, 0x3a, 0x00), "FILE_NOT_TEXT", "Save it as UTF-8"],
  ["Latin-1", bytes(0x61, 0x3a, 0x20, 0xe9, 0x0a), "FILE_NOT_TEXT", "Save it as UTF-8"],
  [
    "a PNG",
    bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00),
    "FILE_NOT_TEXT",
    "keep other files out",
  ],
  ["a zip", bytes(0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00), "FILE_NOT_TEXT", "keep other files out"],
  ["six megabytes", `# ${"a".repeat(6_000_000)}\n${nightly()}`, "FILE_TOO_LARGE", "Split it"],
  ["an empty file", "", "TYPE_WRONG", "Known: defaults, triggers"],
  ["only a BOM", "\uFEFF", "TYPE_WRONG", "Known: defaults, triggers"],
  ["only a comment", "# nothing yet\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["only a line", "\n\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a null", "null\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a text", "hello\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a number", "42\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a list", "- nightly\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a program", "#!/bin/sh\nrm -rf everything\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["a web page", "<!DOCTYPE html>\n<html></html>\n", "TYPE_WRONG", "Known: defaults, triggers"],
  ["control characters", "triggers: \u0007\n", "YAML_SYNTAX", "Check brackets"],
];
