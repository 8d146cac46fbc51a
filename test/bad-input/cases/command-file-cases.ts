import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BadInput } from "../bad-input";
import { type Row, rows } from "./command-line-cases";

const PROD = "--env environments/prod.yaml";

const FILES: readonly Row[] = [
  // Files and folders.
  ["definitions of nothing", `plan ${PROD} --definitions nowhere/*.yaml`, "FILE_NOT_FOUND", "--definitions"],
  ["definitions of an empty name", ["validate", "--definitions", ""], "FILE_NOT_FOUND", "--definitions"],
  [
    "definitions outside",
    "validate --definitions ../*.yaml",
    "FILE_OUTSIDE",
    "inside the repository",
    { make: (folder) => writeFileSync(join(folder, "../out.yaml"), "a") },
  ],
  [
    "definitions that are an environment",
    `plan ${PROD} --definitions environments/prod.yaml`,
    "KEY_UNKNOWN",
    "Known: defaults",
  ],
  ["a plan of nothing", `up ${PROD} --yes --plan nowhere.json`, "USAGE", "preview --out"],
  ["a plan that is a folder", `up ${PROD} --yes --plan triggers`, "USAGE", "preview --out"],
  ["a plan of no JSON", `up ${PROD} --yes --plan triggers/a.yaml`, "USAGE", "preview --out"],
  [
    "a plan cut short",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": '{"fingerprint": {"desired": {' } },
  ],
  [
    "a plan of nothing in it",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": "" } },
  ],
  [
    "a plan that is a list",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": "[]" } },
  ],
  [
    "a plan of another shape",
    `up ${PROD} --yes --plan p.json`,
    "USAGE",
    "preview --out",
    { files: { "p.json": '{"version": 1, "fingerprint": {"desired": [], "live": {}}}' } },
  ],
  ...[
    ["of a later version", '{"version": 2, "anything": {}}', "it is a plan of version 2"],
    ["of no version", '{"fingerprint": {"desired": {}, "live": {}}}', "it is a plan of no known version"],
    ["whose version is a text", '{"version": "1", "fingerprint": {}}', "it is a plan of no known version"],
  ].map(
    ([what, text, said]): Row => [
      `a plan ${what}`,
      `up ${PROD} --yes --plan p.json`,
      "PLAN_VERSION",
      `${said}, and this release reads only version 1. Make it again with preview --out`,
      { files: { "p.json": text! } },
    ],
  ),
  ["a plan of an empty name", ["up", ...PROD.split(" "), "--yes", "--plan", ""], "USAGE", "preview --out"],
  ["a project with a slash", `up ${PROD} --yes --project a/b`, "USAGE", "--project"],
  ["a project with blanks", ["drift", ...PROD.split(" "), "--project", "a b"], "USAGE", "--project"],
  ["a project of nothing", ["preview", ...PROD.split(" "), "--project", ""], "USAGE", "--project"],
  ["a project of dots", `preview ${PROD} --project ..`, "USAGE", "--project"],
  ["a stack with a slash", "destroy --stack a/b --yes", "USAGE", "--stack"],
  ["a stack of dots", "destroy --stack .. --yes", "USAGE", "--stack"],
  ["a stack of nothing", ["refresh", "--stack", "", "--yes"], "USAGE", "--stack"],
  ["a stack that is none", "destroy --stack nobody --yes", "STACK_NOT_FOUND", "Check --env"],
  ["refresh of an environment never applied", `refresh ${PROD} --yes`, "STACK_NOT_FOUND", "Check --env"],
  [
    "destroy of an environment that is not there",
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
    "a stack's settings that are broken",
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
      "  name: search-triggers\n  runtime: nodejs",
      { env: { PULUMI_BACKEND_URL: "s3://states" } },
    ],
  ),
  ["init into a file", "init --dir triggers/a.yaml", "USAGE", "Name a folder"],
  ["init into nothing", ["init", "--dir", ""], "USAGE", "Name a folder"],
  ["init below a file", "init --dir triggers/a.yaml/b", "ENOTDIR", "--dir"],
  ["init of a project with blanks", ["init", "--name", "a b"], "USAGE", "such as a-b"],
  ["init of a project of dots", "init --name ..", "USAGE", "100 letters"],
  ["init of a project without end", `init --name ${"a".repeat(101)}`, "USAGE", "at most 100"],
  ["an export of nothing", "export", "NAMESPACE_MISSING", "--namespace"],
  [
    "an emulator's seed of another shape",
    "emulator --port 0 --seed triggers/a.yaml",
    "SEED_INVALID",
    "--seed",
  ],
  ["an emulator's state of no JSON", "emulator --port 0 --state triggers/a.yaml", "STATE_INVALID", "--state"],
  [
    "an emulator's state of another shape",
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
  ["an emulator on nobody's address", "emulator --port 0 --host 203.0.113.1", "EADDRNOTAVAIL", "--host"],
  ["an emulator on an empty key", ["emulator", "--port", "0", "--key", ""], "USAGE", "--key"],
];

/** Invalid files, folders and names on a command line. */
export const COMMAND_FILES: readonly BadInput[] = rows(FILES);
