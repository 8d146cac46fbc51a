import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { originOf } from "../../../provider/cli/project/git-origin";
import { rootOf } from "../../../provider/files/read";

let above: string;
let cwd: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-origin-"));
  cwd = join(above, "repository");
  mkdirSync(cwd);
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

/** Without any user's or machine's own settings. */
const OWN = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
const git = (...args: string[]): string =>
  execFileSync("git", args, { cwd, env: { ...process.env, ...OWN }, encoding: "utf8" });
const config = (text: string): void => writeFileSync(join(cwd, ".git/config"), text);
const origin = (env: Record<string, string | undefined> = { ...process.env, ...OWN }): string | undefined =>
  originOf(rootOf(cwd), env);

const URL = "git@github.com:acme/search-triggers.git";

/** Starting git fails in this environment: only the file's content can be found. */
const WITHOUT_GIT = { PATH: "/nothing" };

describe("without starting git", () => {
  test("the origin that git itself wrote is found", () => {
    git("init", "--quiet");
    git("remote", "add", "upstream", "https://example.com/other.git");
    git("remote", "add", "origin", URL);
    expect(origin(WITHOUT_GIT)).toBe(URL);
  });

  test("no origin is found without a repository, a config file or such a remote", () => {
    expect(origin(WITHOUT_GIT)).toBeUndefined();
    mkdirSync(join(cwd, ".git"));
    expect(origin(WITHOUT_GIT)).toBeUndefined();
    config('[remote "upstream"]\n\turl = https://example.com/other.git\n[remote "origin2"]\n');
    expect(origin(WITHOUT_GIT)).toBeUndefined();
  });
});

describe("the origin is the one that git reports, however the file is written", () => {
  const KEYS = "\turl = https://example.com/first.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n";

  test.each<[string, string]>([
    ["one URL", `[remote "origin"]\n${KEYS}`],
    ["no spaces", '[remote "origin"]\nurl=https://example.com/a.git\n'],
    ["letter case", '[REMOTE "origin"]\n  URL = https://example.com/a.git\n'],
    ["another remote in another letter case", '[remote "Origin"]\n  url = https://example.com/a.git\n'],
    ["several URLs", `[remote "origin"]\n${KEYS}\turl = https://example.com/second.git\n`],
    [
      "two sections",
      `[remote "origin"]\n${KEYS}[core]\n[remote "origin"]\nurl = https://example.com/b.git\n`,
    ],
    [
      "a key of another section",
      `[remote "origin"]\n${KEYS}[remote "fork"]\nurl = https://example.com/b.git\n`,
    ],
    [
      "a longer key",
      '[remote "origin"]\n\turl2 = https://example.com/b.git\n\turl = https://example.com/a.git\n',
    ],
    ["quotes", '[remote "origin"]\n\turl = "https://example.com/a b.git"\n'],
    ["a comment after it", '[remote "origin"]\n\turl = https://example.com/a.git ; the mirror\n'],
    [
      "a comment before it",
      '[remote "origin"]\n# url = https://example.com/b.git\n\turl = https://example.com/a.git\n',
    ],
    ["a continued line", '[remote "origin"]\n\turl = https://example.com/\\\na.git\n'],
    ["all on one line", '[remote "origin"] url = https://example.com/a.git\n'],
    ["the older syntax", "[remote.origin]\n\turl = https://example.com/a.git\n"],
    ["Windows line endings", '[remote "origin"]\r\n\turl = https://example.com/a.git\r\n'],
    ["an included file", `[include]\n\tpath = more\n`],
  ])("%s", (_, text) => {
    git("init", "--quiet");
    config(`[core]\n\trepositoryformatversion = 0\n${text}`);
    writeFileSync(join(cwd, ".git/more"), '[remote "origin"]\n\turl = https://example.com/included.git\n');
    expect(origin() ?? "").toBe(git("config", "--default", "", "--get", "remote.origin.url").trim());
  });

  test("a work tree has its repository's origin", () => {
    git("init", "--quiet");
    git("remote", "add", "origin", URL);
    git(
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.com",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "a",
    );
    git("worktree", "add", "--quiet", join(above, "other"));
    cwd = join(above, "other");
    expect(origin()).toBe(URL);
  });

  test("an environment that refers to another repository, or to another value, is respected", () => {
    git("init", "--quiet");
    git("remote", "add", "origin", URL);
    git("init", "--quiet", join(above, "elsewhere"));
    git("-C", join(above, "elsewhere"), "remote", "add", "origin", "https://example.com/elsewhere.git");
    const env = { ...process.env, ...OWN };
    expect(origin({ ...env, GIT_DIR: join(above, "elsewhere/.git") })).toBe(
      "https://example.com/elsewhere.git",
    );
    const added = {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "remote.origin.url",
      GIT_CONFIG_VALUE_0: "https://example.com/b.git",
    };
    expect(origin({ ...env, ...added })).toBe("https://example.com/b.git");
  });

  test("a file that cannot be read is left to git to report", () => {
    git("init", "--quiet");
    rmSync(join(cwd, ".git/config"));
    mkdirSync(join(cwd, ".git/config"));
    expect(origin()).toBeUndefined();
  });
});
