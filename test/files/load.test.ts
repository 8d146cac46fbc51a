import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { issueLine } from "../../provider/core/issues/issue";
import { loadSet } from "../../provider/files/load";
import { rootOf } from "../../provider/files/read";
import { nightly } from "../core/files";

let outside: string;
let repo: string;
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-files-"));
  repo = join(outside, "repo");
  mkdirSync(join(repo, ".git"), { recursive: true });
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(path: string, text: string | Buffer): string {
  const file = join(repo, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const named = (name: string): string => nightly().replace("nightly:", `${name}:`);

const JSON_TRIGGER = {
  action_type: "cluster",
  action_config: { cluster_id: "clust_1" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

function load(options: { cwd?: string; definitions?: string[]; environment?: string } = {}) {
  const { cwd = repo, ...rest } = options;
  const { declarations, issues } = loadSet({ root: rootOf(cwd), env: {}, ...rest });
  return { names: declarations.map(({ name }) => name), lines: issues.map(issueLine) };
}

test("all YAML and JSON files under triggers form one set, sorted by name", () => {
  write("triggers/b.yml", named("b"));
  write("triggers/deep/er/c.yaml", named("c"));
  write("triggers/a.json", '{ "triggers": {} }');
  write("triggers/.hidden.yaml", named("hidden"));
  write("triggers/notes.md", "no definitions");
  write("triggers/node_modules/x/d.yaml", named("d"));
  write("elsewhere/e.yaml", named("e"));
  expect(load()).toEqual({ names: ["b", "c"], lines: [] });
  expect(load({ definitions: ["elsewhere/*.yaml", "triggers/b.yml"] })).toEqual({
    names: ["e", "b"],
    lines: [],
  });
});

test.each<[string, string[] | undefined, string[]]>([
  ["the default", undefined, ["a", "b", "c"]],
  ["a glob", ["triggers/**/*.yaml"], ["a"]],
  ["a glob of alternatives", ["triggers/{*.yml,deep/*.json}"], ["b", "c"]],
  ["a glob in capitals", ["triggers/*.YML"], ["b"]],
  ["a path", ["triggers/b.yml"], ["b"]],
  ["a folder in another case", ["TRIGGERS/*.yaml"], []],
  ["a name in another case", ["triggers/A.yaml"], []],
])("extensions may be in upper or lower case: %s", (_, definitions, names) => {
  write("triggers/a.YAML", named("a"));
  write("triggers/b.Yml", named("b"));
  write("triggers/deep/c.JSON", JSON.stringify({ triggers: { c: JSON_TRIGGER } }));
  expect(load(definitions ? { definitions } : {}).names.sort()).toEqual(names);
});

test("an existing path means only that file", () => {
  write("triggers/a.yaml", named("a"));
  write("triggers/a.YAML", named("b"));
  expect(load({ definitions: ["triggers/a.yaml"] }).names).toEqual(["a"]);
});

test("an environment file is read, and reported as missing with the closest name", () => {
  write("triggers/a.yaml", named("a"));
  write("environments/prod.yaml", "exclude: [a]\n");
  expect(load({ environment: "environments/prod.yaml" })).toEqual({ names: [], lines: [] });
  expect(load({ environment: "environments/prd.yaml" }).lines).toEqual([
    "environments/prd.yaml:1:1 FILE_NOT_FOUND does not exist. Did you mean environments/prod.yaml?",
  ]);
  expect(load({ environment: "nowhere/x.yaml" }).lines).toEqual([
    "nowhere/x.yaml:1:1 FILE_NOT_FOUND does not exist. Check the path.",
  ]);
});

test.each<[string, Record<string, string>, { ignoreEnv?: boolean }, string[]]>([
  ["nothing", {}, {}, ["ENV_NOT_ALLOWED"]],
  ["a list in the environment", { MIXPEEK_TRIGGERS_ENV: "OTHER, TE*" }, {}, []],
  ["an empty list in the environment", { MIXPEEK_TRIGGERS_ENV: "" }, {}, ["ENV_NOT_ALLOWED"]],
  ["a list without it", { MIXPEEK_TRIGGERS_ENV: "OTHER" }, {}, ["ENV_NOT_ALLOWED"]],
  ["the run that applies", {}, { ignoreEnv: true }, []],
])("whether a definition may read a variable, with %s", (_, env, options, codes) => {
  write("triggers/a.yaml", nightly('description: "${env:TEAM}"'));
  const root = rootOf(repo);
  const { issues } = loadSet({ root, environment: {}, env: { TEAM: "search", ...env }, ...options });
  expect(issues.map(({ code }) => code)).toEqual(codes);
});

test("no files at all is an error, not an empty set", () => {
  expect(load().lines).toEqual([
    "FILE_NOT_FOUND no files match triggers/**/*.{yaml,yml,json}. Put definitions there, or name their files with --definitions (in a program: the argument definitions of TriggerSet).",
  ]);
});

test("an environment that cannot be read does not cause errors for all of its variables", () => {
  write("triggers/a.yaml", named("a").replace("clust_1", '"${var.x}"'));
  write("prod.yaml", "variables: [");
  expect(load({ environment: "prod.yaml" }).lines).toEqual([
    expect.stringMatching(/^prod\.yaml:1:13 YAML_SYNTAX/),
  ]);
});

test.each<[string, () => void, RegExp]>([
  [
    "a link to a file outside of the repository",
    () => {
      writeFileSync(join(outside, "secret.yaml"), named("a"));
      mkdirSync(join(repo, "triggers"));
      symlinkSync(join(outside, "secret.yaml"), join(repo, "triggers/a.yaml"));
    },
    /^triggers\/a\.yaml:1:1 FILE_OUTSIDE is outside the repository\. /,
  ],
  [
    "a link to nothing",
    () => {
      mkdirSync(join(repo, "triggers"));
      symlinkSync(join(repo, "gone.yaml"), join(repo, "triggers/a.yaml"));
    },
    /FILE_NOT_FOUND (does not exist|no files match)/,
  ],
  [
    "a pipe that a link leads to",
    () => {
      mkdirSync(join(repo, "triggers"));
      spawnSync("mkfifo", [join(repo, "pipe")]);
      symlinkSync(join(repo, "pipe"), join(repo, "triggers/a.yaml"));
    },
    /(FILE_UNREADABLE is not a file|FILE_NOT_FOUND no file)/,
  ],
  [
    "50 MB",
    () => truncateSync(write("triggers/a.yaml", ""), 50_000_000),
    /^triggers\/a\.yaml:1:1 FILE_TOO_LARGE is 50 MB; the limit is 5 MB\. /,
  ],
  [
    "a picture",
    () => write("triggers/a.yaml", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])),
    /^triggers\/a\.yaml:1:1 FILE_NOT_TEXT is not UTF-8 text\. /,
  ],
  ["Latin-1", () => write("triggers/a.yaml", Buffer.from("# caf\xe9\n", "latin1")), /FILE_NOT_TEXT/],
  ["UTF-16", () => write("triggers/a.yaml", Buffer.from("triggers: {}", "utf16le")), /FILE_NOT_TEXT/],
])("%s is rejected", (_, make, line) => {
  make();
  expect(load()).toEqual({ names: [], lines: [expect.stringMatching(line)] });
});

test("an environment that is a pipe or a device is not opened", () => {
  write("triggers/a.yaml", named("a"));
  spawnSync("mkfifo", [join(repo, "prod.yaml")]);
  expect(load({ environment: "prod.yaml" }).lines).toEqual([
    expect.stringMatching(/^prod\.yaml:1:1 FILE_UNREADABLE is not a file\. /),
  ]);
  symlinkSync("/dev/zero", join(repo, "dev.yaml"));
  expect(load({ environment: "dev.yaml" }).lines).toEqual([
    expect.stringMatching(/^dev\.yaml:1:1 FILE_OUTSIDE /),
  ]);
});

test("../ that leaves the repository is rejected; a link inside it and a parent folder within it are not", () => {
  writeFileSync(join(outside, "x.yaml"), named("x"));
  write("shared/a.yaml", named("a"));
  mkdirSync(join(repo, "team/triggers"), { recursive: true });
  symlinkSync(join(repo, "shared/a.yaml"), join(repo, "team/triggers/a.yaml"));
  const cwd = join(repo, "team");
  expect(load({ cwd })).toEqual({ names: ["a"], lines: [] });
  expect(load({ cwd, definitions: ["../shared/*.yaml"] })).toEqual({ names: ["a"], lines: [] });
  expect(load({ cwd, definitions: ["../../*.yaml"] })).toEqual({
    names: [],
    lines: [expect.stringMatching(/^\.\.\/\.\.\/x\.yaml:1:1 FILE_OUTSIDE/)],
  });
});

test("linked folders are followed inside the repository, even in circles, and each file is read once", () => {
  write("other/a.yaml", named("a"));
  write("triggers/b.yaml", named("b"));
  symlinkSync(join(repo, "other"), join(repo, "triggers/linked"));
  symlinkSync(join(repo, "triggers"), join(repo, "triggers/ring"));
  expect(load()).toEqual({ names: ["b", "a"], lines: [] });
});

test("a linked folder outside the repository is reported and not read", () => {
  write("triggers/b.yaml", named("b"));
  mkdirSync(join(outside, "far"));
  writeFileSync(join(outside, "far/x.yaml"), named("x"));
  symlinkSync(join(outside, "far"), join(repo, "triggers/far"));
  expect(load()).toEqual({
    names: ["b"],
    lines: [expect.stringMatching(/^\.\.\/far:1:1 FILE_OUTSIDE is outside the repository\. /)],
  });
});
