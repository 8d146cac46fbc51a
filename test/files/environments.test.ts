import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { issueLine, issueText } from "../../provider/core/issues/issue";
import { environmentFile, environmentFiles } from "../../provider/files/environments";
import { rootOf } from "../../provider/files/read";

let above: string;
let repo: string;
let cwd: string;
beforeEach(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-environments-")));
  repo = join(above, "repo");
  cwd = join(repo, "mixpeek");
  mkdirSync(join(repo, ".git"), { recursive: true });
  mkdirSync(cwd);
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

function write(...paths: string[]): void {
  for (const path of paths) writeText(path, "{}\n");
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

function find(given: string): { file: string; issues: string[] } {
  const { file, issues } = environmentFile(rootOf(cwd), given);
  return { file, issues: issues.map(issueText) };
}

describe("what a user writes for an environment", () => {
  const PROD = "environments/prod.yaml";
  const EU = "environments/eu/prod.yaml";

  test.each<[string, string, (readonly string[])?]>([
    ["prod", PROD],
    ["environments/prod.yaml", PROD],
    ["./environments/prod.yaml", PROD],
    ["environments//prod.yaml", PROD],
    ["environments/eu/../prod.yaml", PROD],
    ["../mixpeek/environments/prod.yaml", PROD],
    ["eu/prod", EU],
    ["eu.prod", EU],
    ["environments/eu/prod.yaml", EU],
    ["us", "environments/us.YML", ["environments/us.YML"]],
    ["us/west", "environments/us/west.Json", ["environments/us/west.Json"]],
    ["us.west", "environments/us.west.yml", ["environments/us.west.yml"]],
    ["other.yaml", "other.yaml", ["other.yaml"]],
    ["../shared/prod.yaml", "../shared/prod.yaml"],
    // A folder is not an environment.
    ["us", "environments/us.yaml", ["us/a.yaml", "environments/us.yaml"]],
    // The command that reads it reports that it does not exist.
    ["environments/gone.yaml", "environments/gone.yaml"],
    ["environments", "environments"],
    ["", "."],
  ])("%j is %s", (given, file, more = []) => {
    write(PROD, EU, ...more);
    expect(find(given)).toEqual({ file, issues: [] });
  });

  test("an absolute path, even through a link to the repository, is the same file", () => {
    write(PROD);
    symlinkSync(repo, join(above, "link"));
    expect(find(join(cwd, PROD))).toEqual({ file: PROD, issues: [] });
    expect(find(join(above, "link/mixpeek", PROD))).toEqual({ file: PROD, issues: [] });
    expect(find("/elsewhere/prod.yaml").file).toMatch(/^\.\..*\/elsewhere\/prod\.yaml$/);
  });

  test.each([
    ["prd", "Did you mean environments/prod.yaml?"],
    ["eu/prd", "Did you mean environments/eu/prod.yaml?"],
    ["Prod", "Did you mean environments/prod.yaml?"],
    ["environments/prod", "Did you mean environments/prod.yaml?"],
    ["zzzzzz", "Write one of eu.prod, prod, or the path of a file."],
  ])("%s is not found", (given, hint) => {
    write(PROD, EU);
    expect(find(given).issues).toEqual([
      `there is no environment "${given}" in environments/ [FILE_NOT_FOUND]. ${hint}`,
    ]);
  });

  test("nothing is found without environments", () => {
    expect(find("prod").issues).toEqual([
      'there is no environment "prod" in environments/ [FILE_NOT_FOUND]. Create environments/prod.yaml, or write the path of a file.',
    ]);
  });
});

describe("two files with one stack", () => {
  const FIX =
    "[ENVIRONMENT_AMBIGUOUS]. Rename or delete one of them: each environment needs a stack of its own.";

  test.each<[string, string, string, readonly string[]]>([
    ["extensions", "environments/prod.yaml", "environments/prod.yml", ["prod"]],
    ["letter case of extensions", "environments/prod.YAML", "environments/prod.yaml", ["prod"]],
    ["a folder and a dot", "environments/eu.prod.yaml", "environments/eu/prod.yaml", ["eu/prod", "eu.prod"]],
    ["letter case of names", "environments/EU/prod.yaml", "environments/eu/prod.yaml", ["eu/prod"]],
    ["a folder named environments", "environments/environments/prod.yaml", "environments/prod.yaml", []],
  ])("by %s are ambiguous for a command that names one of them", (_, first, second, names) => {
    write(first, second, "environments/dev.yaml");
    for (const given of [first, second, `./${first}`, join(cwd, second), ...names])
      expect(find(given).issues).toEqual([
        expect.stringMatching(new RegExp(`^${first} and ${second} both name the stack "`)),
      ]);
    expect(find(first).issues[0]).toContain(FIX);
    expect(find("dev")).toEqual({ file: "environments/dev.yaml", issues: [] });
  });

  test("another environments folder is compared only within itself", () => {
    write("environments/prod.yaml", "exported/[x]/environments/prod.yaml", "teams/prod.yaml");
    for (const given of ["prod", "exported/[x]/environments/prod.yaml", "teams/prod.yaml"])
      expect(find(given).issues).toEqual([]);
    write("exported/[x]/environments/prod.yml");
    expect(find("exported/[x]/environments/prod.yaml").issues).toEqual([expect.stringContaining(FIX)]);
    expect(find("prod").issues).toEqual([]);
  });

  test("a file that no longer exists, and a link to the same file, do not count as a second file", () => {
    write("environments/prod.yml");
    expect(find("environments/prod.yaml").issues).toEqual([]);
    symlinkSync("prod.yml", join(cwd, "environments/prod.json"));
    expect(find("prod").issues).toEqual([]);
    expect(environmentFiles(rootOf(cwd)).issues).toEqual([]);
  });
});

test("all environments include those in subfolders, and each shared stack is one issue", () => {
  write("environments/b.YML", "environments/a.json", "environments/eu/a.yaml", "environments/eu.a.yml");
  write("environments/notes.md", "environments/.hidden.yaml", "elsewhere/c.yaml");
  const { files, issues } = environmentFiles(rootOf(cwd));
  expect(files).toEqual([
    "environments/a.json",
    "environments/b.YML",
    "environments/eu.a.yml",
    "environments/eu/a.yaml",
  ]);
  expect(issues.map(({ code }) => code)).toEqual(["ENVIRONMENT_AMBIGUOUS"]);
});

describe("the order of all environments", () => {
  const order = (files: Record<string, string>): { files: string[]; issues: string[] } => {
    for (const [name, text] of Object.entries(files)) writeText(`environments/${name}`, text);
    const { files: found, issues } = environmentFiles(rootOf(cwd));
    return {
      files: found.map((file) => file.slice("environments/".length)),
      issues: issues.map(issueLine),
    };
  };

  test.each<[string, Record<string, string>, string[]]>([
    ["of the paths", { "prod.yaml": "", "staging.yaml": "", "dev.yaml": "" }, ["dev", "prod", "staging"]],
    [
      "after those in `after`",
      { "prod.yaml": "after: [staging]", "staging.yaml": "after: [dev, dev]", "zz.yaml": "", "dev.yaml": "" },
      ["dev", "staging", "prod", "zz"],
    ],
    [
      "by a path, a folder and a stack",
      {
        "a.yaml": "after: [environments/c.yaml]",
        "b.yaml": "after: [eu.prod]",
        "c.yaml": "after: [eu/prod]",
        "eu/prod.yaml": "",
      },
      ["eu/prod", "b", "c", "a"],
    ],
    // Its own run reports the error.
    ["of a file that is not an environment", { "a.yaml": "after: [b", "b.yaml": "after: 1" }, ["a", "b"]],
  ])("is the order %s", (_, files, expected) => {
    expect(order(files)).toEqual({ files: expected.map((name) => `${name}.yaml`), issues: [] });
  });

  test("a name without a file is an error at its place", () => {
    expect(order({ "prod.yaml": "namespace: prod\nafter: [stagin]\n", "staging.yaml": "" }).issues).toEqual([
      'environments/prod.yaml:2:9 FILE_NOT_FOUND after.0: there is no environment "stagin" in environments/. Did you mean environments/staging.yaml?',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      "itself",
      { "a.yaml": "after: [a]" },
      "environments/a.yaml:1:9 ENVIRONMENT_CYCLE after: environments/a.yaml is in its own list, so it cannot run before itself. Remove it.",
    ],
    [
      "another one",
      { "a.yaml": "after: [c]", "b.yaml": "", "c.yaml": "after:\n  - b\n  - d\n", "d.yaml": "after: [c]" },
      "environments/c.yaml:3:5 ENVIRONMENT_CYCLE after: environments depend on each other: environments/c.yaml → environments/d.yaml → environments/c.yaml. Remove one of them from `after` in another.",
    ],
  ])("a file that waits for %s is an error", (_, files, expected) => {
    expect(order(files).issues).toEqual([expected]);
  });
});
