import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { issueText } from "../../provider/core/issues/issue";
import { filesBelow, findFiles, globBelow, matchFiles } from "../../provider/files/find";
import { rootOf } from "../../provider/files/read";
import { expectEqual } from "../core/equal";

let above: string;
let repo: string;
beforeEach(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-find-")));
  repo = join(above, "repo");
  mkdirSync(join(repo, ".git"), { recursive: true });
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

function write(path: string): void {
  mkdirSync(dirname(join(above, path)), { recursive: true });
  writeFileSync(join(above, path), "");
}

function link(from: string, to: string): void {
  mkdirSync(dirname(join(above, from)), { recursive: true });
  symlinkSync(join(above, to), join(above, from));
}

const shown = ({ files, issues }: ReturnType<typeof filesBelow>) => ({
  files,
  issues: issues.map(issueText),
});

const FOLDERS = ["", "eu/", "node_modules/", ".hidden/", "a.yaml.d/", "eu/(west)/"];
const FILES = [
  "a.yaml",
  "b.YML",
  "c.Json",
  "d.txt",
  ".e.yaml",
  "yaml",
  "f.yaml~",
  "g[1].yml",
  "node_modules",
];
const TARGETS = ["repo/shared", "repo/shared/s.yaml", "elsewhere", "elsewhere/x.yaml", "repo/gone"];

test("the files found in a folder are those that its glob matches, whatever is in it", () => {
  const path = fc
    .tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...FILES))
    .map((parts) => parts.join(""));
  const links = fc
    .tuple(fc.constantFrom("l.yaml", "eu/l", "m.json", "l"), fc.constantFrom(...TARGETS))
    // If a link has a file's name, the glob treats the outside folder that it leads to as a file.
    .filter(([from, to]) => to !== "elsewhere" || !from.includes("."));
  fc.assert(
    fc.property(
      fc.uniqueArray(path),
      fc.uniqueArray(links, { selector: ([from]) => from }),
      (paths, made) => {
        for (const folder of ["repo/triggers", "repo/shared", "elsewhere"])
          rmSync(join(above, folder), { recursive: true, force: true });
        write("repo/shared/s.yaml");
        write("repo/shared/t/u.yml");
        write("elsewhere/x.yaml");
        for (const each of paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`))))
          write(`repo/triggers/${each}`);
        for (const [from, to] of made) link(`repo/triggers/${from}`, to);
        const root = rootOf(repo);
        expectEqual(shown(filesBelow(root, "triggers")), shown(matchFiles(root, [globBelow("triggers")])));
      },
    ),
    { numRuns: 200 },
  );
});

test("links that lead back end the search: each file has one path", () => {
  write("repo/environments/prod.yaml");
  write("repo/environments/eu/west/prod.yaml");
  link("repo/environments/ring", "repo/environments");
  link("repo/environments/eu/west/up", "repo/environments/eu");
  link("repo/shared/back", "repo/environments");
  link("repo/environments/eu/shared", "repo/shared");
  expect(filesBelow(rootOf(repo), "environments").files).toEqual([
    "environments/eu/west/prod.yaml",
    "environments/prod.yaml",
  ]);
});

test("a folder that cannot be read is not treated as empty", () => {
  link("repo/triggers", "repo/triggers");
  expect(shown(findFiles(rootOf(repo), [globBelow("triggers")]))).toEqual({
    files: [],
    issues: [expect.stringContaining("cannot be read (ELOOP)")],
  });
});

test("a missing folder, and a file in its place, give no files and no issue", () => {
  write("repo/environments");
  for (const folder of ["triggers", "environments"])
    expect(filesBelow(rootOf(repo), folder)).toEqual({ files: [], issues: [] });
});
