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
  [`${command} with an unknown option`, `${line} --zzzzzzzz`, "USAGE", helpOf(command)],
  [`${command} with an unexpected argument`, `${line} nightly`, "USAGE", helpOf(command)],
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
  ["preview with an option instead of a value", "preview --env --json", "USAGE", "--help"],
  ["up with an option instead of a value", `up ${PROD} --yes --plan --json`, "USAGE", "--help"],
  ["refresh with an option instead of a value", "refresh --stack --yes", "USAGE", "--help"],
  ["destroy with an option instead of a value", "destroy --env --yes", "USAGE", "--help"],
  ["emulator without a port", "emulator --port", "USAGE", "--help"],
  ["a switch with a value", `up ${PROD} --yes=no`, "USAGE", "--help"],
  ["--yes with an empty value", `destroy ${PROD} --yes=`, "USAGE", "--help"],
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

/** Every command that accepts an environment, with a second file that has the same stack. */
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
  ["a misspelled command", "validat", "USAGE", "Did you mean validate?"],
  ["a command in capitals", "UP", "USAGE", "Did you mean up?"],
  ["an unknown command", "frobnicate", "USAGE", "mixpeek-triggers --help"],
  ["a command named like a JavaScript property", "constructor", "USAGE", "mixpeek-triggers --help"],
  ["a command named __proto__", "__proto__", "USAGE", "Did you mean"],
  ["an empty command", [""], "USAGE", "mixpeek-triggers --help"],
  ["an option instead of a command", "--env environments/prod.yaml", "USAGE", "mixpeek-triggers --help"],
  ["apply, as other tools name it", "apply", "USAGE", "mixpeek-triggers --help"],
  ["a command with a line break", ["up\nvalidate"], "USAGE", "Did you mean validate?"],
  // Environments.
  ["plan without an environment", "plan", "USAGE", "--env environments/prod.yaml"],
  ["drift without an environment", "drift", "USAGE", "--env environments/prod.yaml"],
  ["preview without an environment", "preview", "USAGE", "--env environments/prod.yaml"],
  ["up without an environment", "up --yes", "USAGE", "--env environments/prod.yaml"],
  ["adopt without an environment", "adopt --yes", "USAGE", "--env environments/prod.yaml"],
  ["adopt without a terminal to confirm on", `adopt ${PROD}`, "USAGE", "Add --yes"],
  ["refresh without an environment", "refresh --yes", "USAGE", "--env environments/prod.yaml"],
  ["destroy without an environment", "destroy --yes", "USAGE", "--env environments/prod.yaml"],
  ["an unknown state command", "state mov --yes", "USAGE", "Did you mean state move?"],
  [
    "state move without an environment",
    "state move --yes --to file:///srv",
    "USAGE",
    "--env environments/prod.yaml",
  ],
  ["state move without a target", `state move ${PROD} --yes`, "USAGE", "--to URL"],
  ["unlock without an environment", "unlock --yes", "USAGE", "--env environments/prod.yaml"],
  ["unlock with an empty name", ["unlock", "--env", "", "--yes"], "USAGE", "--env environments/prod.yaml"],
  ["timeline without an environment", "timeline --offline", "USAGE", "--env environments/prod.yaml"],
  [
    "timeline of all environments, without any",
    "timeline --all-envs --offline",
    "USAGE",
    "--env",
    { files: NONE },
  ],
  [
    "timeline from an invalid time",
    `timeline ${PROD} --offline --from 2026-02-31`,
    "USAGE",
    "Write 2026-12-01",
  ],
  ["timeline for an invalid duration", `timeline ${PROD} --offline --for 7`, "USAGE", "7d or 2w"],
  ["timeline for a century", `timeline ${PROD} --offline --for 5300w`, "USAGE", "at most 366 days"],
  ["timeline in an unknown zone", `timeline ${PROD} --offline --zone CEST`, "USAGE", "Europe/Paris"],
  [
    "timeline in an unknown format",
    `timeline ${PROD} --offline --format png`,
    "USAGE",
    "text, json, html, svg",
  ],
  [
    "timeline into a missing folder",
    `timeline ${PROD} --offline --out none/t.svg`,
    "ENOENT",
    "Create the folder",
  ],
  ["compare without environments", "compare", "USAGE", "--env environments/dev.yaml"],
  ["compare of one environment", `compare ${PROD}`, "USAGE", "--env environments/dev.yaml"],
  ["promote without environments", "promote", "USAGE", "--from environments/staging.yaml"],
  [
    "promote without a target",
    "promote --from environments/dev.yaml",
    "USAGE",
    "--to environments/prod.yaml",
  ],
  [
    "promote to itself",
    "promote --from environments/dev.yaml --to environments/dev.yaml --yes",
    "USAGE",
    "another environment",
  ],
  ["compare with itself", `compare ${PROD} ${PROD}`, "USAGE", "two different environments"],
  ["plan with an empty name", ["plan", "--env", ""], "USAGE", "--env environments/prod.yaml"],
  ["up with an empty name", ["up", "--env", "", "--yes"], "USAGE", "--env environments/prod.yaml"],
  ["validate with an empty name", ["validate", "--env", ""], "FILE_UNREADABLE", "Name a file"],
  ["all environments, without any", "validate --all-envs", "USAGE", "--env", { files: NONE }],
  [
    "plan with a name without a file",
    "plan --env prd",
    "FILE_NOT_FOUND",
    "Did you mean environments/prod.yaml?",
  ],
  [
    "up with a name without a file",
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
    "compare of a file with itself",
    "compare --env prod --env environments//prod.yaml",
    "USAGE",
    "two different environments",
  ],
  // Confirmation.
  ["up without --yes", `up ${PROD}`, "USAGE", "Add --yes"],
  ["refresh without --yes", `refresh ${PROD}`, "USAGE", "Add --yes"],
  ["destroy without --yes", `destroy ${PROD}`, "USAGE", "Add --yes"],
  ["promote without --yes", `promote ${PROMOTE}`, "USAGE", "Add --yes"],
  ["a fix without --yes", `drift ${PROD} --fix`, "USAGE", "Add --yes"],
  // Invalid values.
  ["validate in an unknown format", "validate --format xml", "USAGE", "text, json, github, gitlab"],
  ["plan in an unknown format", `plan ${PROD} --format github`, "USAGE", "text, json, markdown"],
  ["drift in an unknown format", `drift ${PROD} --format yaml`, "USAGE", "text, json, markdown"],
  ["compare in an unknown format", `compare ${PROD} ${DEV} --format JSON`, "USAGE", "text, json, markdown"],
  [
    "a format named like a JavaScript property",
    "validate --format toString",
    "USAGE",
    "text, json, github, gitlab",
  ],
  ["init for an unknown pipeline", "init --ci jenkins", "USAGE", "github, gitlab, none"],
  ["an emulator with an unknown plan", "emulator --plan gold", "USAGE", "free, pro, none"],
  ["an emulator of an unknown API version", "emulator --api 2027", "USAGE", "2026-10, 0.81"],
  [
    "an emulator with an unknown cron dialect",
    "emulator --cron quartz",
    "USAGE",
    "standard, croniter, apscheduler",
  ],
  ["--fix together with --accept", `drift ${PROD} --fix --accept --yes`, "USAGE", "Use one of them"],
  // Numbers.
  ["a port in words", "emulator --port http", "USAGE", "0 to 65535"],
  ["a port above the maximum", "emulator --port 65536", "USAGE", "0 to 65535"],
  ["a port below zero", "emulator --port=-1", "USAGE", "0 to 65535"],
  ["a fractional port", "emulator --port 4010.5", "USAGE", "0 to 65535"],
  ["an empty port", ["emulator", "--port", ""], "USAGE", "0 to 65535"],
  ["a port in another base", "emulator --port 0x50", "USAGE", "0 to 65535"],
  ["a port with an exponent", "emulator --port 1e3", "USAGE", "0 to 65535"],
  ["an infinite latency", "emulator --port 0 --latency Infinity", "USAGE", "0 to 600000"],
  ["a latency with a unit", "emulator --port 0 --latency 5s", "USAGE", "0 to 600000"],
  ["a number of deletes in words", `up ${PROD} --yes --allow-deletes all`, "USAGE", "--allow-deletes 5"],
  ["a negative number of deletes", `up ${PROD} --yes --allow-deletes=-1`, "USAGE", "--allow-deletes 5"],
  // Durations.
  ["a wait without a unit", `up ${PROD} --yes --lock-timeout 10`, "USAGE", "--lock-timeout 10m"],
  [
    "an invalid wait",
    ["refresh", ...PROD.split(" "), "--yes", "--lock-timeout", ""],
    "USAGE",
    "--lock-timeout 10m",
  ],
  ["a wait in days", `destroy ${PROD} --yes --lock-timeout 1d`, "USAGE", "--lock-timeout 10m"],
  ["a negative wait", `adopt ${PROD} --yes --lock-timeout=-5m`, "USAGE", "--lock-timeout 10m"],
  ["a promotion's wait", `promote ${PROMOTE} --yes --lock-timeout soon`, "USAGE", "--lock-timeout 10m"],
  ["a fix's wait", `drift ${PROD} --fix --yes --lock-timeout soon`, "USAGE", "--lock-timeout 10m"],
  [
    "a wait from the environment",
    `up ${PROD} --yes`,
    "USAGE",
    "MIXPEEK_LOCK_TIMEOUT=10m",
    { env: { MIXPEEK_LOCK_TIMEOUT: "10 minutes" } },
  ],
  ["a fractional number of deletes", `up ${PROD} --yes --allow-deletes 1.5`, "USAGE", "--allow-deletes 5"],
];

export const COMMAND_LINES: readonly BadInput[] = rows([...EVERYWHERE, ...VALUES, ...SHARED, ...OWN]);
