import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { transformSync } from "@swc/core";

const ROOT = resolve(__dirname, "../..");
const FILES = [
  "provider/pulumi/action-args.ts",
  "provider/pulumi/args.ts",
  "schema.json",
  "docs/definitions.md",
];
const REFRESH = "Run `npm run build && node tools/generate.mjs`.";

let compiled: string;
let root: string;

/** Copies what the generator reads and writes, with the core compiled from the current sources. */
beforeAll(() => {
  compiled = mkdtempSync(join(tmpdir(), "generate-compiled-"));
  for (const path of [
    ...FILES,
    "tools/generate.mjs",
    "tools/generate",
    "biome.json",
    ".gitignore",
    "provider/core",
  ]) {
    mkdirSync(dirname(join(compiled, path)), { recursive: true });
    cpSync(join(ROOT, path), join(compiled, path), { recursive: true });
  }
  const sources = readdirSync(join(ROOT, "provider/core"), { recursive: true, encoding: "utf8" });
  for (const name of sources.filter((each) => each.endsWith(".ts"))) compile(compiled, name);
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "generate-"));
  cpSync(compiled, root, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
});

afterEach(() => rmSync(root, { recursive: true }));
afterAll(() => rmSync(compiled, { recursive: true }));

function compile(folder: string, name: string): void {
  const source = readFileSync(join(folder, "provider/core", name), "utf8");
  const { code } = transformSync(source, {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  const target = join(folder, "dist/core", name.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}

function generate(...args: string[]): { code: number | null; out: string; err: string[] } {
  const run = spawnSync(process.execPath, ["tools/generate.mjs", ...args], { cwd: root, encoding: "utf8" });
  return { code: run.status, out: run.stdout, err: run.stderr.split("\n").filter(Boolean) };
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

const stale = (...paths: string[]) => ({
  code: 1,
  out: "",
  err: paths.map((path) => `${path} is stale. ${REFRESH}`),
});

test("the generated files of this checkout are up to date", () => {
  expect(generate("--check")).toEqual({ code: 0, out: "", err: [] });
});

test("a manually changed file and a missing one are reported, not changed by --check, and written without it", () => {
  const fresh = read("schema.json");
  appendFileSync(join(root, "schema.json"), " ");
  rmSync(join(root, "docs"), { recursive: true });
  expect(generate("--check")).toEqual(stale("schema.json", "docs/definitions.md"));
  expect(read("schema.json")).toBe(`${fresh} `);

  expect(generate()).toEqual({ code: 0, out: "wrote schema.json\nwrote docs/definitions.md\n", err: [] });
  expect(read("schema.json")).toBe(fresh);
  expect(generate("--check").code).toBe(0);
  expect(generate()).toEqual({ code: 0, out: "", err: [] });
});

test("a change of the field table makes every file that describes it outdated", () => {
  const path = join(root, "provider/core/schema/actions.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("Documents per batch.", "Documents at once."));
  compile(root, "schema/actions.ts");
  // The schedules and the rest do not name it.
  const others = FILES.filter((file) => file !== "provider/pulumi/args.ts");
  expect(generate("--check")).toEqual(stale(...others));
});

test("an issue code without an example in the docs is an error", () => {
  const path = join(root, "provider/core/issues/issue.ts");
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace('| "KEY_MISSING"', '| "KEY_MISSING" | "KEY_STRANGE"'),
  );
  expect(generate("--check")).toEqual({
    code: 1,
    out: "",
    err: ["docs: issue code KEY_STRANGE has no example in docs-issues.mjs."],
  });
});

test("an example of a removed issue code is an error", () => {
  const path = join(root, "provider/core/issues/issue.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace('| "NAME_DIFFERS"', ""));
  expect(generate("--check")).toEqual({
    code: 1,
    out: "",
    err: ["docs: NAME_DIFFERS of docs-issues.mjs is no issue code."],
  });
});

test("an example that no longer shows its code is an error", () => {
  const path = join(root, "provider/core/definitions/definitions-files.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace('code: "REPLACES_INVALID"', 'code: "KEY_UNKNOWN"'));
  compile(root, "definitions/definitions-files.ts");
  expect(generate("--check")).toEqual({
    code: 1,
    out: "",
    err: ["docs: the example of REPLACES_INVALID gives KEY_UNKNOWN instead."],
  });
});

test("an example file that does not validate is an error", () => {
  const path = join(root, "provider/core/schema/file-keys.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("  description_prefix:", "  prefix:"));
  compile(root, "schema/file-keys.ts");
  const { code, err } = generate("--check");
  expect([code, err]).toEqual([
    1,
    [expect.stringMatching(/^docs: an example is wrong\. .*description_prefix/)],
  ]);
});

test("without a build, it says to build", () => {
  rmSync(join(root, "dist"), { recursive: true });
  for (const args of [[], ["--check"]]) {
    const { code, err } = generate(...args);
    expect(code).toBe(1);
    expect(err).toEqual([
      "cannot read the field table: dist/core is missing or incomplete. Run `npm run build` first.",
    ]);
  }
});

test("an unknown argument is rejected", () => {
  expect(generate("--chek")).toEqual({
    code: 1,
    out: "",
    err: ["unknown argument --chek. Usage: node tools/generate.mjs [--check]"],
  });
});

test("the files say that they are generated, and pass biome", () => {
  expect(read(FILES[0]!).split("\n")[0]).toBe(
    "// Generated by tools/generate.mjs from provider/core. Do not edit.",
  );
  const biome = require.resolve("@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "ci", ...FILES.slice(0, 2)], {
    cwd: root,
    encoding: "utf8",
  });
  expect([run.status, run.stdout + run.stderr]).toEqual([0, expect.stringContaining("Checked 2 files")]);
});
