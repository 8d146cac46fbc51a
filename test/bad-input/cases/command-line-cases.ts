import type { BadInput } from "../bad-input";

/** The name, the command line or its words, the code, a part of the fix, and additional files or variables. */
export type Row = readonly [
  name: string,
  line: string | readonly string[],
  code: string,
  fix: string,
  more?: More,
];
type More = Partial<Pick<BadInput, "files" | "env" | "make" | "reads">>;

export const rows = (table: readonly Row[]): BadInput[] =>
  table.map(([name, line, code, fix, more = {}]) => ({
    name,
    argv: typeof line === "string" ? line.split(" ") : line,
    code,
    fix,
    ...more,
  }));

const PROD = "--env environments/prod.yaml";
const DEV = "--env environments/dev.yaml";
const PROMOTE = "--from environments/dev.yaml --to environments/prod.yaml";
const NONE = { "environments/prod.yaml": null, "environments/dev.yaml": null };

/** Every command, and what its line needs to be valid. */
const SOUND: readonly (readonly [command: string, line: string, option: string, near: string])[] = [
  ["init", "init", "--dri", "--dir"],
  ["validate", "validate", "--stric", "--strict"],
  ["plan", `plan ${PROD}`, "--fromat", "--format"],
  ["drift", `drift ${PROD}`, "--acept", "--accept"],
  ["compare", `compare ${PROD} ${DEV}`, "--definition", "--definitions"],
  ["timeline", `timeline ${PROD} --offline`, "--ofline", "--offline"],
  ["promote", `promote ${PROMOTE} --yes`, "--forse", "--force"],
  ["export", "export --namespace prod", "--spilt", "--split"],
  ["preview", `preview ${PROD}`, "--targets", "--target"],
  ["up", `up ${PROD} --yes`, "--allow-delete", "--allow-deletes"],
  ["adopt", `adopt ${PROD} --yes`, "--definition", "--definitions"],
  ["refresh", `refresh ${PROD} --yes`, "--stak", "--stack"],
  ["destroy", `destroy ${PROD} --yes`, "--projekt", "--project"],
  ["unlock", `unlock ${PROD} --yes`, "--yess", "--yes"],
  ["state move", `state move ${PROD} --yes`, "--two", "--to"],
  ["emulator", "emulator", "--latancy", "--latency"],
  ["engine", "engine", "--hlep", "--help"],
];

/** `plan` is an alias of `preview`. */
const helpOf = (command: string): string =>
  `mixpeek-triggers ${command === "plan" ? "preview" : command} --help`;

/** What every command rejects in the same way. */
const EVERYWHERE: readonly Row[] = SOUND.flatMap(([command, line, option, near]): Row[] => [
  [`${command} with an option misspelled`, `${line} ${option}`, "USAGE", near],
  [`${command} with an option of nobody`, `${line} --zzzzzzzz`, "USAGE", helpOf(command)],
  [`${command} with a word`, `${line} nightly`, "USAGE", helpOf(command)],
  [`${command} with a short option`, `${line} -x`, "USAGE", helpOf(command)],
]);

/** An option without its value, as the last word and before another option. */
const VALUES: readonly Row[] = [
  ["init without a folder", "init --dir", "USAGE", "--help"],
  ["validate without a file", "validate --env", "USAGE", "--help"],
  ["plan without a file", "plan --env", "USAGE", "--help"],
  ["drift without a format", `drift ${PROD} --format`, "USAGE", "--help"],
  ["compare without a file", `compare ${PROD} --env`, "USAGE", "--help"],
  ["promote without a file", "promote --from environments/dev.yaml --to", "USAGE", "--help"],
  ["export without a folder", "export --namespace prod --out", "USAGE", "--help"],
  ["preview with an option for a value", "preview --env --json", "USAGE", "--help"],
  ["up with an option for a value", `up ${PROD} --yes --plan --json`, "USAGE", "--help"],
  ["refresh with an option for a value", "refresh --stack --yes", "USAGE", "--help"],
  ["destroy with an option for a value", "destroy --env --yes", "USAGE", "--help"],
  ["emulator without a port", "emulator --port", "USAGE", "--help"],
  ["a switch with a value", `up ${PROD} --yes=no`, "USAGE", "--help"],
  ["a yes with a value of nothing", `destroy ${PROD} --yes=`, "USAGE", "--help"],
  ["drift --accept of two environments", `drift ${PROD} ${DEV} --accept`, "USAGE", "once for each"],
  ["destroy with two environments", `destroy ${PROD} ${DEV} --yes`, "USAGE", "Give it once"],
  ["refresh with two stacks", "refresh --stack a --stack b --yes", "USAGE", "Give it once"],
  [
    "promote to one environment twice",
    `promote ${PROMOTE} --to environments/prod.yaml --yes`,
    "USAGE",
    "Give it once",
  ],
  ["export with two namespaces", "export --namespace a --namespace b", "USAGE", "Give it once"],
  ["emulator with two ports", "emulator --port 0 --port 1", "USAGE", "Give it once"],
];

const TWO = { files: { "environments/prod.yml": "{}\n", "environments/dev.json": "{}\n" } };

/** Every command that takes an environment, where a second file has the same stack. */
const SHARED: readonly Row[] = [
  "validate --env prod",
  "validate --all-envs",
  `plan ${PROD}`,
  `drift ${PROD}`,
  `drift ${PROD} --fix --yes`,
  `compare ${PROD} ${DEV}`,
  `promote ${PROMOTE} --yes`,
  "preview --env prod",
  "preview --env ./environments//prod.yaml --json",
  `up ${PROD} --yes`,
  `adopt ${PROD} --yes`,
  "refresh --env prod --yes",
  `destroy ${PROD} --yes`,
  `unlock ${PROD} --yes`,
].map(
  (line): Row => [`${line}, which is two files`, line, "ENVIRONMENT_AMBIGUOUS", "Rename or delete one", TWO],
);

const OWN: readonly Row[] = [
  ["a command misspelled", "validat", "USAGE", "Did you mean validate?"],
  ["a command in capitals", "UP", "USAGE", "Did you mean up?"],
  ["a command of nobody", "frobnicate", "USAGE", "mixpeek-triggers --help"],
  ["a command of the language", "constructor", "USAGE", "mixpeek-triggers --help"],
  ["a command called __proto__", "__proto__", "USAGE", "Did you mean"],
  ["an empty command", [""], "USAGE", "mixpeek-triggers --help"],
  ["an option for a command", "--env environments/prod.yaml", "USAGE", "mixpeek-triggers --help"],
  ["apply, as others call it", "apply", "USAGE", "mixpeek-triggers --help"],
  ["a command with a line break", ["up\nvalidate"], "USAGE", "Did you mean validate?"],
  // Environments.
  ["plan of nothing", "plan", "USAGE", "--env environments/prod.yaml"],
  ["drift of nothing", "drift", "USAGE", "--env environments/prod.yaml"],
  ["preview of nothing", "preview", "USAGE", "--env environments/prod.yaml"],
  ["up of nothing", "up --yes", "USAGE", "--env environments/prod.yaml"],
  ["adopt of nothing", "adopt --yes", "USAGE", "--env environments/prod.yaml"],
  ["adopt with nobody to ask", `adopt ${PROD}`, "USAGE", "Add --yes"],
  ["refresh of nothing", "refresh --yes", "USAGE", "--env environments/prod.yaml"],
  ["destroy of nothing", "destroy --yes", "USAGE", "--env environments/prod.yaml"],
  ["another command of state", "state mov --yes", "USAGE", "Did you mean state move?"],
  ["state move of nothing", "state move --yes --to file:///srv", "USAGE", "--env environments/prod.yaml"],
  ["state move to nowhere", `state move ${PROD} --yes`, "USAGE", "--to URL"],
  ["unlock of nothing", "unlock --yes", "USAGE", "--env environments/prod.yaml"],
  ["unlock of an empty name", ["unlock", "--env", "", "--yes"], "USAGE", "--env environments/prod.yaml"],
  ["timeline of nothing", "timeline --offline", "USAGE", "--env environments/prod.yaml"],
  [
    "timeline of every environment of none",
    "timeline --all-envs --offline",
    "USAGE",
    "--env",
    { files: NONE },
  ],
  ["timeline from no time", `timeline ${PROD} --offline --from 2026-02-31`, "USAGE", "Write 2026-12-01"],
  ["timeline for no span", `timeline ${PROD} --offline --for 7`, "USAGE", "7d or 2w"],
  ["timeline for a century", `timeline ${PROD} --offline --for 5300w`, "USAGE", "at most 366 days"],
  ["timeline in no zone", `timeline ${PROD} --offline --zone CEST`, "USAGE", "Europe/Paris"],
  ["timeline in another format", `timeline ${PROD} --offline --format png`, "USAGE", "text, json, html, svg"],
  [
    "timeline into no folder",
    `timeline ${PROD} --offline --out none/t.svg`,
    "ENOENT",
    "Check that it exists",
  ],
  ["compare of nothing", "compare", "USAGE", "--env environments/dev.yaml"],
  ["compare of one", `compare ${PROD}`, "USAGE", "--env environments/dev.yaml"],
  ["promote of nothing", "promote", "USAGE", "--from environments/staging.yaml"],
  ["promote to nothing", "promote --from environments/dev.yaml", "USAGE", "--to environments/prod.yaml"],
  [
    "promote to itself",
    "promote --from environments/dev.yaml --to environments/dev.yaml --yes",
    "USAGE",
    "another environment",
  ],
  ["compare with itself", `compare ${PROD} ${PROD}`, "USAGE", "two different environments"],
  ["plan of an empty name", ["plan", "--env", ""], "USAGE", "--env environments/prod.yaml"],
  ["up of an empty name", ["up", "--env", "", "--yes"], "USAGE", "--env environments/prod.yaml"],
  ["validate of an empty name", ["validate", "--env", ""], "FILE_UNREADABLE", "Name a file"],
  ["every environment of none", "validate --all-envs", "USAGE", "--env", { files: NONE }],
  [
    "plan of a name that no file has",
    "plan --env prd",
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  [
    "up of a name that no file has",
    "up --env prd --yes",
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  [
    "promote to the same file",
    "promote --from prod --to ./environments/prod.yaml --yes",
    "USAGE",
    "another environment",
  ],
  [
    "compare of the same file",
    "compare --env prod --env environments//prod.yaml",
    "USAGE",
    "two different environments",
  ],
  // Confirmation.
  ["up without a yes", `up ${PROD}`, "USAGE", "Add --yes"],
  ["refresh without a yes", `refresh ${PROD}`, "USAGE", "Add --yes"],
  ["destroy without a yes", `destroy ${PROD}`, "USAGE", "Add --yes"],
  ["promote without a yes", `promote ${PROMOTE}`, "USAGE", "Add --yes"],
  ["a fix without a yes", `drift ${PROD} --fix`, "USAGE", "Add --yes"],
  // Invalid values.
  ["validate in another format", "validate --format xml", "USAGE", "text, json, github, gitlab"],
  ["plan in another format", `plan ${PROD} --format github`, "USAGE", "text, json, markdown"],
  ["drift in another format", `drift ${PROD} --format yaml`, "USAGE", "text, json, markdown"],
  ["compare in another format", `compare ${PROD} ${DEV} --format JSON`, "USAGE", "text, json, markdown"],
  ["a format of the language", "validate --format toString", "USAGE", "text, json, github, gitlab"],
  ["init for another pipeline", "init --ci jenkins", "USAGE", "github, gitlab, none"],
  ["an emulator of another plan", "emulator --plan gold", "USAGE", "free, pro, none"],
  ["an emulator of another API", "emulator --api 2027", "USAGE", "2026-10, 0.81"],
  ["an emulator of another cron", "emulator --cron quartz", "USAGE", "standard, croniter, apscheduler"],
  ["a fix and an acceptance", `drift ${PROD} --fix --accept --yes`, "USAGE", "Use one of them"],
  // Numbers.
  ["a port in words", "emulator --port http", "USAGE", "0 to 65535"],
  ["a port past all", "emulator --port 65536", "USAGE", "0 to 65535"],
  ["a port below zero", "emulator --port=-1", "USAGE", "0 to 65535"],
  ["half a port", "emulator --port 4010.5", "USAGE", "0 to 65535"],
  ["a port of nothing", ["emulator", "--port", ""], "USAGE", "0 to 65535"],
  ["a port in another base", "emulator --port 0x50", "USAGE", "0 to 65535"],
  ["a port with an exponent", "emulator --port 1e3", "USAGE", "0 to 65535"],
  ["a latency without end", "emulator --port 0 --latency Infinity", "USAGE", "0 to 600000"],
  ["a latency with a unit", "emulator --port 0 --latency 5s", "USAGE", "0 to 600000"],
  ["deletes in words", `up ${PROD} --yes --allow-deletes all`, "USAGE", "--allow-deletes 5"],
  ["deletes below zero", `up ${PROD} --yes --allow-deletes=-1`, "USAGE", "--allow-deletes 5"],
  // Durations.
  ["a wait without a unit", `up ${PROD} --yes --lock-timeout 10`, "USAGE", "--lock-timeout 10m"],
  [
    "a wait of no time",
    ["refresh", ...PROD.split(" "), "--yes", "--lock-timeout", ""],
    "USAGE",
    "--lock-timeout 10m",
  ],
  ["a wait in days", `destroy ${PROD} --yes --lock-timeout 1d`, "USAGE", "--lock-timeout 10m"],
  ["a wait below zero", `adopt ${PROD} --yes --lock-timeout=-5m`, "USAGE", "--lock-timeout 10m"],
  ["a promotion's wait", `promote ${PROMOTE} --yes --lock-timeout soon`, "USAGE", "--lock-timeout 10m"],
  ["a fix's wait", `drift ${PROD} --fix --yes --lock-timeout soon`, "USAGE", "--lock-timeout 10m"],
  [
    "a wait of the environment",
    `up ${PROD} --yes`,
    "USAGE",
    "MIXPEEK_LOCK_TIMEOUT=10m",
    { env: { MIXPEEK_LOCK_TIMEOUT: "10 minutes" } },
  ],
  ["half a delete", `up ${PROD} --yes --allow-deletes 1.5`, "USAGE", "--allow-deletes 5"],
];

export const COMMAND_LINES: readonly BadInput[] = rows([...EVERYWHERE, ...VALUES, ...SHARED, ...OWN]);
