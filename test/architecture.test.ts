import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { SHIM } from "../provider/pulumi/resource/shim";
import * as runtime from "../provider/runtime";
import {
  everyTestRuns,
  importLaw,
  LONGEST_FILE,
  MOST_FILES,
  namedFilesExist,
  noCycles,
  noMachinePaths,
  nothingPutOff,
  pureCore,
  type Rule,
  type Source,
  shortFiles,
  smallFolders,
  tellingNames,
} from "./architecture-rules";

const ROOT = join(__dirname, "..");

function read(folders: readonly string[], names: RegExp): Source[] {
  return folders
    .flatMap((folder) => walk(folder))
    .filter((path) => names.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

function walk(path: string): string[] {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  return readdirSync(join(ROOT, path))
    .filter((name) => name !== "node_modules")
    .flatMap((name) => walk(`${path}/${name}`));
}

const provider = read(["provider"], /\.ts$/);
const tests = read(["test"], /\.ts$/);
const code = [...provider, ...tests, ...read(["tools", "bench", "examples"], /\.(ts|mjs|cjs|js)$/)];
/** All files that are written manually and are not prose. */
const sources = read(
  [
    "provider",
    "test",
    "tools",
    "bench",
    "examples",
    "findings",
    "assets",
    "templates",
    ".ci",
    "jest.config.js",
  ],
  /(\.([cm]?js|ts|py|sh|css|ya?ml|go)|run)$/,
);
const TOP = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "package.json", "schema.json", "jest.config.js"];
const texts = [
  ...code,
  ...read(["docs", "examples", "tools", "test", ".ci", ...TOP], /(\.(md|ya?ml|json|js|sh|go|mod)|run)$/),
];

const one = (path: string, text: string): Source[] => [{ path, text }];

describe.each<[law: string, rule: Rule, sources: readonly Source[], bad: readonly Source[][]]>([
  [
    "folders import only what the rules allow",
    importLaw,
    provider,
    [
      one("provider/core/diff/diff.ts", 'import { get } from "../../api/http";'),
      one("provider/core/diff/diff.ts", 'import type { Stats } from "node:fs";'),
      one("provider/core/diff/diff.ts", 'import * as pulumi from "@pulumi/pulumi";'),
      one("provider/core/diff/diff.ts", 'import { join } from "path";'),
      one("provider/core/diff/diff.ts", 'import { a } from "../report/plan-report";'),
      one("provider/core/json/safe-text.ts", 'import type { a } from "../schema/model";'),
      one("provider/core/diff.ts", ""),
      one("provider/cli/stack/workspace.ts", 'import { a } from "../run/report";'),
      one("provider/emulator/service/store.ts", 'import { a } from "../api/api-call";'),
      one("provider/api/http.ts", 'export { run } from "../apply";'),
      one("provider/config.ts", 'import { a } from "./api/http";'),
      one("provider/apply.ts", 'import { a } from "./pulumi/trigger";'),
      one("provider/pulumi/trigger.ts", 'const a = await import("../cli/main");'),
      one("provider/runtime.ts", 'import { a } from "./core/schema/model";'),
      one("provider/emulator/server.ts", 'import type { Trigger } from "../core/schema/trigger";'),
      one("provider/engine/index.ts", 'import { request } from "undici";'),
      one("provider/engine/index.ts", 'import { a } from "../config";'),
      [...one("provider/cli/main.ts", 'import { a } from "..";'), ...one("provider/index.ts", "")],
      one("provider/extra/new.ts", ""),
    ],
  ],
  [
    "no file imports itself through others",
    noCycles,
    provider,
    [
      [
        ...one("provider/core/plan/a.ts", 'import { b } from "./b";'),
        ...one("provider/core/plan/b.ts", 'import { c } from "./c";'),
        ...one("provider/core/plan/c.ts", 'import type { A } from "./a";'),
      ],
    ],
  ],
  [
    "the core is pure",
    pureCore,
    provider,
    [
      one("provider/core/plan/a.ts", "export const a = process.env;"),
      one("provider/core/plan/a.ts", "export const a = Date.now();"),
      one("provider/core/plan/a.ts", "export const a = new Date();"),
      one("provider/core/plan/a.ts", "export const a = Math.random();"),
      one("provider/core/plan/a.ts", "export const a = { process };"),
    ],
  ],
  [
    "folders are small",
    smallFolders,
    code,
    [Array.from({ length: MOST_FILES + 1 }, (_, at) => one(`provider/core/json/a${at}.ts`, "")).flat()],
  ],
  [
    "files are short",
    shortFiles,
    sources,
    [one("findings/a.sh", "a\n".repeat(LONGEST_FILE + 1)), one("test/a.ts", "a;\n".repeat(LONGEST_FILE + 1))],
  ],
  [
    "file names say what a file contains",
    tellingNames,
    code,
    [one("provider/core/utils.ts", ""), one("test/helpers/a.ts", ""), one("tools/common.mjs", "")],
  ],
  [
    "a comment names only files that exist",
    namedFilesExist,
    provider,
    [
      one("provider/api/a.ts", "/** The lists, see gone.ts. */"),
      one("provider/api/a.ts", "const a = 1; // as api/gone.ts has it"),
    ],
  ],
  ["there are no TODOs", nothingPutOff, code, [one("test/a.ts", `// ${"TO" + "DO"}: later`)]],
  [
    "every test runs",
    everyTestRuns,
    tests,
    [
      one("test/a.test.ts", `it.${"only"}("a", f);`),
      one("test/a.test.ts", `describe.${"skip"}.each([])("a", f);`),
    ],
  ],
  [
    "no file contains a path of a developer's machine",
    noMachinePaths,
    texts,
    [
      one("docs/a.md", `run \`/${"work"}/main/run\``),
      one("test/a.ts", `read("/${"root"}/.cache")`),
      one("docs/a.md", `/tmp/${"eng"}/bin`),
    ],
  ],
])("%s", (_law, rule, sources, bad) => {
  it("holds in this repository", () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(rule(sources)).toEqual([]);
  });

  it.each(
    bad.map(
      (made) =>
        [
          made.map(({ path, text }) => `${path}: ${JSON.stringify(text.slice(0, 60))}`).join(" | "),
          made,
        ] as const,
    ),
  )("finds a violation: %s", (_name, made) => {
    expect(rule(made)).not.toEqual([]);
  });
});

describe("what is in every user's state", () => {
  it("is exactly the shim", () => {
    expect(SHIM).toBe("exports.handler=()=>require('pulumi-mixpeek/runtime')");
  });

  it("the runtime is found at the shim's path, with the methods that the SDK calls", () => {
    const { name, exports: paths } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(`${name}/runtime`).toBe("pulumi-mixpeek/runtime");
    expect(paths["./runtime"]).toEqual({ types: "./dist/runtime.d.ts", default: "./dist/runtime.js" });
    expect(Object.keys(runtime).sort()).toEqual([
      "check",
      "configure",
      "create",
      "delete",
      "diff",
      "read",
      "update",
    ]);
  });
});
