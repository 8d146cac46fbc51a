import { nightly } from "../../core/files";
import type { BadInput } from "../bad-input";

const LONG = "a".repeat(20_000);
const ESCAPE = "\u001b[31mred\nline";
const PROD = ["--env", "environments/prod.yaml"];

const chain = (count: number): string =>
  Array.from({ length: count }, (_, at) => `  v${at}: "\${var.v${at + 1}}"\n`).join("");
const tenfold = (count: number, write: (inner: string) => string, last: string): string => {
  const line = (at: number): string => `  v${at}: ${write(`"\${var.v${at + 1}}"`)}\n`;
  return `${Array.from({ length: count }, (_, at) => line(at)).join("")}  v${count}: ${last}\n`;
};
const texts = (inner: string): string => `"${inner.replaceAll('"', "").repeat(10)}"`;
const lists = (inner: string): string => `[${Array(10).fill(inner).join(", ")}]`;

type Row = readonly [name: string, definitions: string, environment: string, code: string, fix: string];

/** Very long names, values and chains, in an environment. */
const LAID: readonly Row[] = [
  ["a name", nightly("status: on").replace("nightly", LONG), "{}", "VALUE_UNKNOWN", "Write one of them"],
  ["a key", nightly(`${LONG}: 1`), "{}", "KEY_UNKNOWN", "Known: "],
  ["a value", nightly(`status: ${LONG}`), "{}", "VALUE_UNKNOWN", "Write one of them"],
  ["an expression", nightly(`description: "\${${LONG}}"`), "{}", "EXPRESSION_INVALID", "Write "],
  [
    "a variable's name",
    nightly(`description: "\${var.${LONG}}"`),
    "{}",
    "VARIABLE_UNDEFINED",
    "under variables",
  ],
  [
    "a setting's name",
    nightly(`description: "\${env:MIXPEEK_VAR_${LONG}}"`),
    "{}",
    "ENV_UNDEFINED",
    "--ignore-env",
  ],
  ["a glob", nightly(), `exclude: ["*${LONG}"]\n`, "OUT_OF_BOUNDS", "Split it into several"],
  [
    "very many globs",
    nightly(),
    `exclude: [${'"a*", '.repeat(101)}]\n`,
    "OUT_OF_BOUNDS",
    "one glob with {a,b}",
  ],
  [
    "a prefix",
    `defaults: { description_prefix: ${LONG} }\n${nightly()}`,
    "{}",
    "OUT_OF_BOUNDS",
    "at most 1000 characters",
  ],
  ["a cron", nightly(`schedule_config: { cron_expression: ${LONG} }`), "{}", "CRON_FIELDS", "such as"],
  [
    "a cron expression of very many fields",
    nightly(`schedule_config: { cron_expression: "${"0 ".repeat(5000)}" }`),
    "{}",
    "CRON_FIELDS",
    "such as",
  ],
  [
    "a zone",
    nightly(`schedule_config: { cron_expression: "0 2 * * *", timezone: ${LONG} }`),
    "{}",
    "ZONE_UNKNOWN",
    "a name such as",
  ],
  [
    "a reference",
    nightly(`action_config: { cluster_id: "\${bucket:${LONG}}" }`),
    "{}",
    "REFERENCE_KIND",
    "the name of a cluster",
  ],
  ["a replaces", nightly(`replaces: nightly # ${LONG}`), "{}", "REPLACES_INVALID", "Remove that definition"],
  ["an override", nightly(), `overrides: { ${LONG}: {} }`, "OVERRIDE_UNMATCHED", "under triggers"],
  ["an exclude", nightly(), `exclude: [${LONG}]`, "EXCLUDE_UNMATCHED", "Remove it"],
  [
    "a chain of variables",
    nightly('description: "${var.v0}"'),
    `variables:\n${chain(2000)}`,
    "YAML_EXPANSION",
    "Write out",
  ],
  [
    "a text bomb",
    nightly('description: "${var.v0}"'),
    `variables:\n${tenfold(9, texts, "aaaaaaaaaa")}`,
    "YAML_EXPANSION",
    "Write out",
  ],
  [
    "a list bomb",
    nightly('action_config: { cluster_id: a, filters: { AND: "${var.v0}" } }'),
    `variables:\n${tenfold(9, lists, "a")}`,
    "YAML_EXPANSION",
    "Write out",
  ],
];

/** Words on a command line that do not fit on a screen, or that a terminal would interpret. */
const TYPED: readonly (readonly [name: string, argv: readonly string[], code: string, fix: string])[] = [
  ["a command", [LONG], "USAGE", "mixpeek-triggers --help"],
  ["an option", ["validate", `--${LONG}`], "USAGE", "validate --help"],
  ["a format", ["validate", "--format", LONG], "USAGE", "text, json, github, gitlab"],
  ["a word", ["validate", LONG], "USAGE", "validate --help"],
  ["a file", ["plan", "--env", LONG], "USAGE", "in the file's name"],
  ["a project", ["up", ...PROD, "--yes", "--project", LONG], "USAGE", "--project"],
  ["colours in a command", [ESCAPE], "USAGE", "mixpeek-triggers --help"],
  ["colours in an option", ["validate", `--${ESCAPE}`], "USAGE", "validate --help"],
  ["colours in a format", ["validate", "--format", ESCAPE], "USAGE", "text, json, github, gitlab"],
  ["colours in a file", ["validate", "--env", ESCAPE], "FILE_NOT_FOUND", "the path of a file"],
  ["colours in a project", ["up", ...PROD, "--yes", "--project", ESCAPE], "USAGE", "--project"],
  ["colours in a plan", ["up", ...PROD, "--yes", "--plan", ESCAPE], "USAGE", "preview --out"],
];

export const ENDLESS: readonly BadInput[] = [
  ...LAID.map(([name, definitions, environment, code, fix], at) => ({
    name,
    argv: [["validate"], ["plan"], ["up", "--yes"]][at % 3]!.concat(PROD),
    files: { "triggers/a.yaml": definitions, "environments/prod.yaml": environment },
    code,
    fix,
  })),
  ...TYPED.map(([name, argv, code, fix]) => ({ name: `${name}, typed`, argv, code, fix })),
  {
    name: "a plan of secrets",
    argv: ["up", ...PROD, "--yes", "--plan", "plan.json"],
    files: { "plan.json": "sk_canary_bad_input" },
    code: "USAGE",
    fix: "(no JSON). Create it with preview --out",
  },
];
