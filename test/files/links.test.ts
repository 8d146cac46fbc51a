import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { misleadingLink } from "../../provider/files/links";

let above: string;
let repo: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-links-"));
  repo = join(above, "repo");
  for (const folder of ["repo/.git", "repo/shared", "elsewhere"])
    mkdirSync(join(above, folder), { recursive: true });
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

test.each<[string, (path: string) => void, string | undefined]>([
  ["no file yet", () => {}, undefined],
  ["a folder", (path) => mkdirSync(path), undefined],
  ["a file instead of a folder", (path) => writeFileSync(path, ""), undefined],
  ["a link to a folder of the repository", (path) => symlinkSync("shared", path), undefined],
  ["a link out of the repository", (path) => symlinkSync("../elsewhere", path), "triggers"],
  ["a link to nothing", (path) => symlinkSync("gone", path), "triggers"],
  ["a link to itself", (path) => symlinkSync("triggers", path), "triggers"],
])("a misleading link in the path of a file: %s", (_, make, link) => {
  make(join(repo, "triggers"));
  expect(misleadingLink(repo, "triggers/a/b.yaml")).toBe(link);
});

test("a misleading link as the file itself, wherever it leads", () => {
  symlinkSync("shared/a.yaml", join(repo, "a.yaml"));
  expect(misleadingLink(repo, "a.yaml")).toBe("a.yaml");
});
