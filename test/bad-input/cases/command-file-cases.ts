import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BadInput } from "../bad-input";
import { type Row, rows } from "./command-line-cases";

const PROD = "--env environments/prod.yaml";

const FILES: readonly Row[] = [
  // Files and folders.
  [
    "definitions that match no files",
    `plan ${PROD} --definitions nowhere/*.yaml`,
    "FILE_NOT_FOUND",
    "--definitions",
  ],
  ["definitions with an empty name", ["validate", "--definitions", ""], "FILE_NOT_FOUND", "--definitions"],
  [
    "definitions outside the repository",
    "validate --definitions ../*.yaml",
    "FILE_OUTSIDE",
    "inside the repository",
    { make: (folder) => writeFileSync(join(folder, "../out.yaml"), "a") },
  ],
  [
    "an environment as definitions",
    `plan ${PROD} --definitions environments/prod.yaml`,
    "KEY_UNKNOWN",
    "Known: defaults",
  ],
  ["a plan that does not exist", `up ${PROD} --yes --plan nowhere.json`, "USAGE", "preview --out"],
  ["a plan that is a folder", `up ${PROD} --yes --plan triggers`, "USAGE", "preview --out"],
  ["a plan that is not JSON", `up ${PROD} --yes --plan triggers/a.yaml`, "USAGE", "preview --out"],
  [
    "a truncated plan",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": '{"fingerprint": {"desired": {' } },
  ],
  ["an empty plan", `up ${PROD} --yes --plan p.json`, "USAGE", "preview --out", { files: { "p.json": "" } }],
  [
    "a plan that is a list",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": "[]" } },
  ],
  [
    "a plan in another format",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": '{"version": 1, "fingerprint": {"desired": [], "live": {}}}' } },
  ],
  ...[
    ["of a later version", '{"version": 2, "anything": {}}', "it is a plan of version 2"],
    [
      "without a version",
      '{"fingerprint": {"desired": {}, "live": {}}}',
      "it is a plan of an unknown version",
    ],
    [
      "with a string as its version",
      '{"version": "1", "fingerprint": {}}',
      "it is a plan of an unknown version",
    ],
  ].map(
    ([what, text, said]): Row => [
      `a plan ${what}`,
      `up ${PROD} --yes --plan p.json`,
      "PLAN_VERSION",
      `${said}, and this release reads only version 1. Create it again with preview --out`,
      { files: { "p.json": text! } },
    ],
  ),
  ["a plan with an empty name", ["up", ...PROD.split(" "), "--yes", "--plan", ""], "USAGE", "preview --out"],
  ["a project with a slash", `up ${PROD} --yes --project a/b`, "USAGE", "--project"],
  ["a project with blanks", ["drift", ...PROD.split(" "), "--project", "a b"], "USAGE", "--project"],
  ["an empty project name", ["preview", ...PROD.split(" "), "--project", ""], "USAGE", "--project"],
  ["a project name of dots", `preview ${PROD} --project ..`, "USAGE", "--project"],
  ["a stack with a slash", "destroy --stack a/b --yes", "USAGE", "--stack"],
  ["a stack name of dots", "destroy --stack .. --yes", "USAGE", "--stack"],
  ["an empty stack name", ["refresh", "--stack", "", "--yes"], "USAGE", "--stack"],
  ["a stack that does not exist", "destroy --stack nobody --yes", "STACK_NOT_FOUND", "Check --env"],
  ["refresh of an environment never applied", `refresh ${PROD} --yes`, "STACK_NOT_FOUND", "Check --env"],
  [
    "destroy of an environment that does not exist",
    "destroy --env environments/none.yaml --yes",
    "STACK_NOT_FOUND",
    "Check --env",
  ],
  [
    "a broken Pulumi.yaml",
    `up ${PROD} --yes`,
    "USAGE",
    "Check brackets",
    { files: { "Pulumi.yaml": "name: [\n" } },
  ],
  [
    "a Pulumi.yaml that is a folder",
    `up ${PROD} --yes`,
    "USAGE",
    "Pulumi.yaml",
    { make: (folder) => mkdirSync(join(folder, "Pulumi.yaml")) },
  ],
  [
    "a project name in Pulumi.yaml",
    `up ${PROD} --yes`,
    "USAGE",
    "--project",
    { files: { "Pulumi.yaml": "name: a/b\n" } },
  ],
  [
    "invalid settings of a stack",
    `drift ${PROD}`,
    "USAGE",
    "Check brackets",
    {
      files: {
        "Pulumi.yaml": "name: search\nmixpeek: { repository: team/search }\n",
        "Pulumi.prod.yaml": "config: [\n",
      },
      env: { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_BACKEND_URL: "s3://states" },
    },
  ],
  ...["up --env prod --yes", "preview --env prod", "drift --env prod", "destroy --stack prod --yes"].map(
    (line): Row => [
      `${line} on a shared backend without a project's name`,
      line,
      "PROJECT_NAME_MISSING",
      "\nname: search-triggers\nruntime: nodejs",
      { env: { PULUMI_BACKEND_URL: "s3://states" } },
    ],
  ),
  ["init into a file", "init --dir triggers/a.yaml", "USAGE", "Name a folder"],
  ["init into an empty name", ["init", "--dir", ""], "USAGE", "Name a folder"],
  ["init below a file", "init --dir triggers/a.yaml/b", "ENOTDIR", "--dir"],
  ["init of a project with blanks", ["init", "--name", "a b"], "USAGE", "such as a-b"],
  ["init of a project name of dots", "init --name ..", "USAGE", "100 letters"],
  ["init of a very long project name", `init --name ${"a".repeat(101)}`, "USAGE", "at most 100"],
  ["an export without namespace", "export", "NAMESPACE_MISSING", "--namespace"],
  [
    "an emulator's seed in another format",
    "emulator --port 0 --seed triggers/a.yaml",
    "SEED_INVALID",
    "--seed",
  ],
  [
    "an emulator's state that is not JSON",
    "emulator --port 0 --state triggers/a.yaml",
    "STATE_INVALID",
    "--state",
  ],
  [
    "an emulator's state in another format",
    "emulator --port 0 --state s.json",
    "STATE_INVALID",
    "--state",
    { files: { "s.json": "{}" } },
  ],
  [
    "an emulator's state below a file",
    "emulator --port 0 --state triggers/a.yaml/s.json",
    "STATE_INVALID",
    "--state",
  ],
  [
    "an emulator on another machine's address",
    "emulator --port 0 --host 203.0.113.1",
    "EADDRNOTAVAIL",
    "--host",
  ],
  ["an emulator with an empty key", ["emulator", "--port", "0", "--key", ""], "USAGE", "--key"],
];

/** Invalid files, folders and names on a command line. */
export const COMMAND_FILES: readonly BadInput[] = rows(FILES);
