import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { nightly } from "../../core/files";

const MAIN = resolve(__dirname, "../../../dist/cli/main.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-validate-"));
  write("triggers/a.yaml", nightly("status: stopped", 'description: "${env:MIXPEEK_VAR_TEAM}"'));
  write("environments/dev.yaml", "variables: { a: 1 }\n");
  write("environments/prod.yaml", "namespace: prod\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Runs without a key and without a network: it must need neither. */
function validate(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const options = {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...env } as unknown as NodeJS.ProcessEnv,
    };
    execFile(process.execPath, [MAIN, "validate", ...args], options, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const STATUS =
  'triggers/a.yaml:7:13 VALUE_UNKNOWN nightly: status: "stopped" is not one of active, paused. Write one of them.';
const ENV =
  "triggers/a.yaml:8:19 ENV_UNDEFINED nightly: description: environment variable MIXPEEK_VAR_TEAM is not set. Set MIXPEEK_VAR_TEAM where this runs; validate --ignore-env does not need it.";
const UNUSED =
  "environments/dev.yaml:1:14 warning VARIABLE_UNUSED variables.a: is not used. Remove it, or use it as ${var.a}.";

test("reports errors of all environments once, and errors of a single one for that one", async () => {
  expect(await validate(["--all-envs"])).toEqual({
    code: 1,
    out: `${[UNUSED, STATUS, ENV].join("\n")}\n1 definition, environments/dev.yaml: 0 triggers, environments/prod.yaml: 0 triggers, 2 errors, 1 warning.\n`,
    err: "",
  });
  expect((await validate(["--env", "environments/prod.yaml", "--ignore-env"])).out).toBe(
    `${STATUS}\n1 definition, environments/prod.yaml: 0 triggers, 1 error.\n`,
  );
  // Without an environment, variables are unknown.
  expect((await validate([])).out).toBe(`${STATUS}\n1 definition, 1 error.\n`);
});

test("as annotations, as data, and with an excerpt if the reader sees colour", async () => {
  const github = await validate(["--format", "github"]);
  expect(github).toMatchObject({ code: 1, err: "" });
  expect(github.out).toBe(
    '::error file=triggers/a.yaml,line=7,col=13,endColumn=20,title=VALUE_UNKNOWN::nightly: status: "stopped" is not one of active, paused. Write one of them.\n',
  );
  const gitlab = JSON.parse((await validate(["--format", "gitlab"])).out);
  expect(gitlab).toMatchObject([
    { check_name: "VALUE_UNKNOWN", location: { path: "triggers/a.yaml", lines: { begin: 7 } } },
  ]);
  const json = JSON.parse((await validate(["--all-envs", "--format", "json"])).out);
  expect(json).toMatchObject({ ok: false, errors: 2, warnings: 1 });
  const seen = await validate([], { FORCE_COLOR: "1" });
  expect(seen.out).toContain("    status: stopped");
  expect(seen.out).toContain("^^^^^^^");
});

test("warnings fail only on request", async () => {
  write("triggers/a.yaml", nightly());
  expect((await validate(["--all-envs"])).code).toBe(0);
  expect((await validate(["--all-envs", "--strict"])).code).toBe(1);
});

test.each([
  [
    ["--format", "xml"],
    "mixpeek-triggers validate: --format xml is not one of text, json, github, gitlab [USAGE].\n",
  ],
  [["--all-env"], "mixpeek-triggers validate: unknown option --all-env. Did you mean --all-envs? [USAGE].\n"],
])("%j is rejected", async (args, err) => {
  expect(await validate(args)).toEqual({ code: 1, out: "", err });
});

test("--all-envs reads subfolders, and lists the environments for a pipeline", async () => {
  write("triggers/a.yaml", nightly());
  write("environments/dev.yaml", "{}\n");
  write("environments/eu/Prod.YML", "namespace: eu\n");
  expect(await validate(["--all-envs"])).toMatchObject({
    code: 0,
    out: expect.stringContaining(", environments/eu/Prod.YML: 1 trigger, "),
  });
  const { environments } = JSON.parse((await validate(["--all-envs", "--format", "json"])).out);
  expect(environments).toEqual([
    { file: "environments/dev.yaml", stack: "dev", triggers: 1 },
    { file: "environments/eu/Prod.YML", stack: "eu.Prod", triggers: 1 },
    { file: "environments/prod.yaml", stack: "prod", triggers: 1 },
  ]);
});

test("--all-envs reports two environments with the same stack, and so does --env with one of them", async () => {
  write("triggers/a.yaml", nightly());
  write("environments/dev.yaml", "{}\n");
  write("environments/prod.json", "{}\n");
  const line =
    'environments/prod.json:1:1 ENVIRONMENT_AMBIGUOUS environments/prod.json and environments/prod.yaml both name the stack "prod". Rename or delete one of them: each environment needs a stack of its own.\n';
  const all = await validate(["--all-envs"]);
  expect(all).toMatchObject({ code: 1, out: expect.stringContaining(line) });
  expect((await validate(["--env", "prod"])).out).toContain(line);
  expect(await validate(["--env", "dev"])).toMatchObject({ code: 0 });
});

test("an environment that does not exist is reported together with one that does", async () => {
  write("triggers/a.yaml", nightly());
  expect(await validate(["--env", "prd"])).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /^FILE_NOT_FOUND .*"prd" in environments\/\. Did you mean environments\/prod\.yaml\?\n/,
    ),
  });
});

test("--all-envs without environments reports that", async () => {
  rmSync(join(folder, "environments"), { recursive: true });
  expect(await validate(["--all-envs"])).toMatchObject({
    code: 1,
    err: "mixpeek-triggers validate: --all-envs found no YAML file in environments/. Name one with --env [USAGE].\n",
  });
});

test("an expression that is not portable is a warning, or an error if warnings are errors", async () => {
  write("triggers/a.yaml", nightly('schedule_config: { cron_expression: "0 9 * * 1-5" }'));
  const { code, out } = await validate([]);
  expect(out).toMatch(
    /^triggers\/a\.yaml:6:41 warning CRON_NOT_PORTABLE .* Write "0 9 \* \* MON-FRI"\.\n1 definition, 1 warning\.\n$/,
  );
  expect(code).toBe(0);
  expect((await validate(["--strict"])).code).toBe(1);
});

test("annotations name files from the root of the repository, wherever the command runs", async () => {
  const top = folder;
  // In a worktree and in a submodule, .git is a file; in a clone, a folder.
  for (const [at, git] of [
    ["infra/mixpeek", ".git/HEAD"],
    ["tree/mixpeek", "tree/.git"],
  ] as const) {
    folder = top;
    write(git, "gitdir: elsewhere\n");
    write(`${at}/triggers/a.yaml`, nightly("status: stopped"));
    const shared = join(top, at, "../shared.yaml");
    writeFileSync(shared, nightly("status: stopped").replace("nightly:", "weekly:"));
    folder = join(top, at);
    const globs = ["--definitions", "triggers/*.yaml", "--definitions", "../shared.yaml"];
    const prefix = git === "tree/.git" ? "" : "infra/";
    const github = await validate([...globs, "--format", "github"]);
    expect([...github.out.matchAll(/file=([^,]*),/g)].map(([, file]) => file)).toEqual(
      expect.arrayContaining([`${prefix}mixpeek/triggers/a.yaml`, `${prefix}shared.yaml`]),
    );
    const gitlab = JSON.parse((await validate([...globs, "--format", "gitlab"])).out);
    expect(gitlab.map(({ location }: { location: { path: string } }) => location.path)).toEqual(
      expect.arrayContaining([`${prefix}mixpeek/triggers/a.yaml`, `${prefix}shared.yaml`]),
    );
    expect((await validate(globs)).out).toMatch(/^\.\.\/shared\.yaml:/m);
    folder = top;
  }
});

test("a composite without runs is a warning, and --strict makes it fail", async () => {
  write("triggers/a.yaml", nightly().replace("cluster_id: clust_1", "cluster_id: clust_1, mode: composite"));
  const [lenient, strict] = await Promise.all([validate([]), validate(["--strict"])]);
  expect([lenient.code, strict.code]).toEqual([0, 1]);
  for (const { out } of [lenient, strict])
    expect(out).toMatch(/^triggers\/a\.yaml:\d+:\d+ warning SOURCE_RUNS_MISSING nightly: /);
});

test("the times of triggers are checked for each environment, and fail only if warnings do", async () => {
  write(
    "triggers/a.yaml",
    nightly('schedule_config: { cron_expression: "30 2 * * *", timezone: Europe/Paris }'),
  );
  write("environments/dev.yaml", "namespace: dev\nstatus: paused\n");
  const { code, out } = await validate(["--all-envs"]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^triggers\/a\.yaml:6:41 warning CLOCK_CHANGE nightly: schedule_config\.cron_expression: "30 2 \* \* \*" is affected by clock changes in Europe\/Paris: .*\d{4}-03-\d\d 02:30 does not exist/,
  );
  expect(out.trimEnd()).toMatch(/, 1 warning\.$/);
  expect((await validate(["--env", "prod", "--strict"])).code).toBe(1);
  expect((await validate(["--env", "dev", "--strict"])).code).toBe(0);
});
