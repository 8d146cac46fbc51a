import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { hasConfig, prepare, projectOf, requirePassphrase } from "../../../provider/cli/project/project";

let above: string;
let cwd: string;
let env: Record<string, string>;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-project-"));
  cwd = join(above, "search-triggers");
  mkdirSync(cwd);
  env = { PULUMI_HOME: join(above, "home"), PULUMI_CONFIG_PASSPHRASE: "x" };
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const PROD = { environment: "environments/prod.yaml" };
const yaml = (text: string): void => writeFileSync(join(cwd, "Pulumi.yaml"), text);
function login(current: string): void {
  mkdirSync(join(above, "home"));
  writeFileSync(join(above, "home/credentials.json"), JSON.stringify({ current }));
}

describe("names", () => {
  test("the stack has the environment's name, the project that of the folder, of Pulumi.yaml or of the option", () => {
    expect(projectOf(cwd, env, PROD)).toMatchObject({ stack: "prod", name: "search-triggers" });
    expect(projectOf(cwd, env, { environment: "environments/eu/prod.yaml" }).stack).toBe("eu.prod");
    yaml("name: named\nruntime: nodejs\n");
    expect(projectOf(cwd, env, PROD)).toMatchObject({ name: "named" });
    expect(projectOf(cwd, env, { ...PROD, project: "given", stack: "old" })).toMatchObject({
      name: "given",
      stack: "old",
    });
  });

  test.each<[given: { environment?: string; stack?: string; project?: string }, options: string]>([
    [PROD, "--env environments/prod.yaml"],
    [{ stack: "old", project: "given" }, "--stack old --project given"],
    [
      { environment: "environments/a b's/prod.yaml", stack: "prod" },
      "--env 'environments/a b'\\''s/prod.yaml' --stack prod",
    ],
  ])("the options that select it are those of the command line: %j", (given, options) => {
    expect(projectOf(cwd, env, given).selectedBy).toBe(options);
  });

  test.each<[string, { environment?: string; stack?: string; project?: string }, string, RegExp]>([
    ["no environment", {}, "", /no environment is given\. Name its file: --env environments\/prod\.yaml\./],
    ["a stack with spaces", { environment: "a b.yaml" }, "", /stack "a b" is not a valid stack name/],
    ["a project with slashes", { ...PROD, project: "a/b" }, "", /project "a\/b" is not a valid project name/],
    ["a broken Pulumi.yaml", PROD, "name: [", /Pulumi\.yaml cannot be read: /],
  ])("%s is rejected", (_, given, text, message) => {
    if (text) yaml(text);
    expect(() => projectOf(cwd, env, given)).toThrow(message);
  });
});

test.each<[string, (path: string) => void, RegExp]>([
  ["a link out of the repository", (path) => symlinkSync("/etc/hostname", path), /is outside the repository/],
  ["a link to nothing", (path) => symlinkSync("gone.yaml", path), /does not exist/],
  ["a folder", (path) => mkdirSync(path), /is not a file/],
  ["a pipe", (path) => void spawnSync("mkfifo", [path]), /is not a file/],
  ["50 MB", (path) => writeFileSync(path, "x".repeat(50_000_000)), /is 50 MB/],
  ["a picture", (path) => writeFileSync(path, Buffer.from([0x89, 0x50, 0])), /is not UTF-8 text/],
])("Pulumi.yaml and a stack's settings are files of the repository, not %s", (_, make, message) => {
  make(join(cwd, "Pulumi.yaml"));
  expect(() => projectOf(cwd, env, PROD)).toThrow(message);
  expect(() => projectOf(cwd, env, PROD)).toThrow(/^Pulumi\.yaml cannot be read: it .* at most 5 MB\.$/);
  rmSync(join(cwd, "Pulumi.yaml"), { recursive: true });
  make(join(cwd, "Pulumi.prod.yaml"));
  expect(() => hasConfig(projectOf(cwd, env, PROD))).toThrow(message);
});

test("values in Pulumi.yaml that no definition may have are not checked", () => {
  yaml(
    "name: named\nruntime: nodejs\nconfig: { aws:accounts: [012345678901, 9007199254740995], x: { a, b } }\n",
  );
  expect(projectOf(cwd, env, PROD)).toMatchObject({ name: "named" });
});

describe("the backend", () => {
  test("comes from PULUMI_BACKEND_URL, else Pulumi.yaml, else pulumi login, else the package's own folder", () => {
    const own = projectOf(cwd, env, PROD);
    expect(own.backend).toEqual({ url: `file://${cwd}/.mixpeek/state`, from: "local" });
    expect(own.notes).toEqual([expect.stringContaining("the state is stored in .mixpeek/state")]);
    login("https://api.pulumi.com");
    yaml("name: x\nruntime: nodejs\n");
    expect(projectOf(cwd, env, PROD)).toMatchObject({
      backend: { url: "https://api.pulumi.com", from: "pulumi login" },
      notes: [],
    });
    yaml("name: x\nruntime: nodejs\nbackend: { url: s3://states }\n");
    expect(projectOf(cwd, env, PROD).backend).toEqual({ url: "s3://states", from: "Pulumi.yaml" });
    env["PULUMI_BACKEND_URL"] = "gs://states";
    expect(projectOf(cwd, env, PROD).backend).toEqual({ url: "gs://states", from: "PULUMI_BACKEND_URL" });
  });

  test.each([
    ["file://state", "file://CWD/state"],
    ["file://../state", "file://ABOVE/state"],
    ["file:///var/state", "file:///var/state"],
    ["file://~", "file://~"],
    ["azblob://states", "azblob://states"],
  ])("%s means %s", (given, meant) => {
    env["PULUMI_BACKEND_URL"] = given;
    yaml("name: x\n");
    const url = meant.replace("CWD", cwd).replace("ABOVE", above);
    expect(projectOf(cwd, env, PROD).backend.url).toBe(url);
  });

  test("is reported as lost with the runner, and as readable without a passphrase", () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...open } = env;
    const { notes, env: added } = projectOf(cwd, { ...open, CI: "true" }, PROD);
    expect(notes.slice(1)).toEqual([
      expect.stringContaining("Set PULUMI_BACKEND_URL"),
      expect.stringContaining("Set PULUMI_CONFIG_PASSPHRASE"),
    ]);
    expect(added["PULUMI_CONFIG_PASSPHRASE"]).toBe("");
  });
});

describe("on a shared backend, a project without a name", () => {
  const MISSING = expect.objectContaining({
    code: "PROJECT_NAME_MISSING",
    message: expect.stringContaining("\nname: search-triggers\nruntime: nodejs"),
  });

  test.each<[string, () => void]>([
    ["PULUMI_BACKEND_URL", () => Object.assign(env, { PULUMI_BACKEND_URL: "s3://states" })],
    ["a file URL outside of .mixpeek", () => Object.assign(env, { PULUMI_BACKEND_URL: "file://../state" })],
    ["pulumi login", () => login("https://api.pulumi.com")],
    ["Pulumi.yaml without a name", () => yaml("runtime: nodejs\nbackend: { url: s3://states }\n")],
  ])("of %s is rejected, and --project is accepted", (_, share) => {
    share();
    expect(() => projectOf(cwd, env, PROD)).toThrow(MISSING);
    expect(() => projectOf(cwd, env, { stack: "prod" })).toThrow(MISSING);
    expect(projectOf(cwd, env, { ...PROD, project: "given" }).name).toBe("given");
  });

  test("is reported without the backend's credentials", () => {
    env["PULUMI_BACKEND_URL"] = "postgres://user:canary@states";
    expect(() => projectOf(cwd, env, PROD)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("canary") }),
    );
  });
});

describe("what a repository's files may not do", () => {
  test("a backend inside the repository is rejected from Pulumi.yaml, and accepted from the environment", () => {
    mkdirSync(join(cwd, ".git"));
    for (const url of ["file://./kept", "file://.mixpeek/other", `file://${cwd}`]) {
      yaml(`name: a\nbackend: { url: "${url}" }\n`);
      expect(() => projectOf(cwd, env, PROD)).toThrow(
        expect.objectContaining({
          code: "BACKEND_IN_REPOSITORY",
          message: expect.stringContaining(".mixpeek/state"),
        }),
      );
      expect(projectOf(cwd, { ...env, PULUMI_BACKEND_URL: url }, PROD).backend.from).toBe(
        "PULUMI_BACKEND_URL",
      );
    }
    for (const url of ["file://./.mixpeek/state", "file://../kept", "file://~", "s3://states"]) {
      yaml(`name: a\nbackend: { url: "${url}" }\n`);
      expect(projectOf(cwd, env, PROD).backend.from).toBe("Pulumi.yaml");
    }
  });

  test.each([".mixpeek", ".mixpeek/work", ".mixpeek/state", ".mixpeek/.gitignore"])(
    "a link at %s is rejected, and its target stays as it is",
    (path) => {
      const target = join(above, "elsewhere");
      mkdirSync(target);
      if (path !== ".mixpeek") mkdirSync(join(cwd, ".mixpeek"));
      symlinkSync(target, join(cwd, path));
      expect(() => prepare(projectOf(cwd, env, PROD))).toThrow(
        expect.objectContaining({ code: "LINK_REFUSED", message: expect.stringContaining(path) }),
      );
      expect(readdirSync(target)).toEqual([]);
    },
  );
});

test("the package's own folder is readable only by its owner, even if an older release created it", () => {
  mkdirSync(join(cwd, ".mixpeek/state"), { recursive: true, mode: 0o755 });
  prepare(projectOf(cwd, env, PROD));
  expect(statSync(join(cwd, ".mixpeek")).mode & 0o777).toBe(0o700);
});

test("a backend that encrypts secrets with a passphrase reports that it is empty", () => {
  const note = expect.stringContaining("no passphrase is set");
  yaml("name: a\n");
  const notes = (url: string): string[] =>
    projectOf(cwd, { ...env, PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: "" }, PROD).notes;
  expect(notes("s3://states")).toEqual([note]);
  expect(notes("https://api.pulumi.com")).toEqual([]);
});

test("the package's own folder is ignored by git, and the state is mentioned once", () => {
  const project = projectOf(cwd, env, PROD);
  prepare(project);
  prepare(project);
  expect(readFileSync(join(cwd, ".mixpeek/.gitignore"), "utf8")).toBe("*\n");
  expect(projectOf(cwd, env, PROD).notes).toEqual([]);
});

test.each([
  ["no settings of the stack", undefined, false],
  ["settings without config, as an `up` leaves them", "encryptionsalt: v1:x\n", false],
  ["config", "config:\n  mixpeek:namespace: prod\n", true],
  ["an ESC environment, which may hold some", "environment: [mixpeek]\n", true],
])("with %s, the engine is asked for config only if there may be some", (_, text, asked) => {
  if (text !== undefined) writeFileSync(join(cwd, "Pulumi.prod.yaml"), text);
  expect(hasConfig(projectOf(cwd, env, PROD))).toBe(asked);
});

describe("a passphrase", () => {
  test.each<[string, string, Record<string, string>, string | undefined, string | undefined, boolean]>([
    ["is needed on other backends than the local one", "s3://states", {}, undefined, undefined, true],
    [
      "may come from a file",
      "s3://states",
      { PULUMI_CONFIG_PASSPHRASE_FILE: "Pulumi.yaml" },
      undefined,
      undefined,
      false,
    ],
    ["may be empty", "s3://states", { PULUMI_CONFIG_PASSPHRASE: "" }, undefined, undefined, false],
    ["is not needed with a secrets provider", "s3://states", {}, "awskms://x", undefined, false],
    ["or if the stack has one", "s3://states", {}, undefined, "secretsprovider: awskms://x\n", false],
    ["or if the backend manages secrets", "https://api.pulumi.com", {}, undefined, undefined, false],
  ])("%s", (_, url, more, provider, settings, needed) => {
    const own = { PULUMI_HOME: env["PULUMI_HOME"]!, PULUMI_BACKEND_URL: url, ...more };
    if (settings) writeFileSync(join(cwd, "Pulumi.prod.yaml"), settings);
    yaml("name: x\n");
    const ask = (): void =>
      requirePassphrase(projectOf(cwd, own, PROD), own, { secretsProvider: provider, creates: true });
    if (needed) expect(ask).toThrow(expect.objectContaining({ code: "PASSPHRASE_MISSING" }));
    else expect(ask).not.toThrow();
  });
});
