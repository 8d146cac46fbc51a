import { readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { SHIM } from "../provider/pulumi/shim";
import * as runtime from "../provider/runtime";

const ROOT = join(__dirname, "..");

interface Source {
  /** From the repository's root, with forward slashes. */
  path: string;
  text: string;
}

/** Finds what breaks a law; each finding names the file. */
type Rule = (sources: readonly Source[]) => string[];

/** What each room of provider/ may import: rooms, and packages where these are limited. */
const LAW: Record<string, { rooms: readonly string[] | "all"; packages?: readonly string[]; node?: false }> =
  {
    core: {
      rooms: ["core"],
      packages: ["zod", "cron-parser", "js-yaml", "yaml", "fastest-levenshtein"],
      node: false,
    },
    files: { rooms: ["core", "files"] },
    api: { rooms: ["core", "api"] },
    config: { rooms: ["core"] },
    apply: { rooms: ["api", "core"] },
    resolve: { rooms: ["api", "core"] },
    observe: { rooms: ["api", "core"] },
    pulumi: { rooms: ["core", "files", "api", "apply", "resolve", "config", "pulumi"] },
    runtime: { rooms: ["pulumi"] },
    cli: { rooms: "all" },
    // No cron-parser: what it gets wrong must show against the client's reading.
    emulator: { rooms: ["emulator"], packages: ["picomatch", "yaml", "zod"] },
    // Set-up runs it before anything else is sure to be there.
    engine: { rooms: ["engine"], packages: [] },
    index: { rooms: "all" },
  };

const LONGEST_FILE = 320;

const importsOf = ({ text }: Source): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

const roomOf = (path: string): string => path.split("/")[1]!.replace(/\.ts$/, "");

/** The file that a relative import means, among the given ones; undefined for a package. */
function targetOf(from: string, imported: string, paths: ReadonlySet<string>): string | undefined {
  if (!imported.startsWith(".")) return undefined;
  const base = posix.join(posix.dirname(from), imported);
  return [base, `${base}.ts`, `${base}/index.ts`].find((path) => paths.has(path)) ?? `${base}.ts`;
}

const pathsOf = (sources: readonly Source[]): Set<string> => new Set(sources.map(({ path }) => path));

const importLaw: Rule = (sources) => {
  const paths = pathsOf(sources);
  return sources.flatMap((source) => {
    const law = LAW[roomOf(source.path)];
    if (!law) return [`${source.path} stands in a room that the law does not know`];
    return importsOf(source)
      .filter((imported) => !isAllowed(law, targetOf(source.path, imported, paths), imported))
      .map((imported) => `${source.path} imports ${imported}`);
  });
};

function isAllowed(law: (typeof LAW)[string], target: string | undefined, imported: string): boolean {
  if (target === "provider/index.ts") return false;
  if (target !== undefined) return law.rooms === "all" || law.rooms.includes(roomOf(target));
  if (imported.startsWith("node:") || builtinModules.includes(imported)) return law.node !== false;
  return law.packages?.includes(imported) ?? true;
}

const noCycles: Rule = (sources) => {
  const paths = pathsOf(sources);
  const graph = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap((imported) => targetOf(source.path, imported, paths) ?? []),
    ]),
  );
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || finished.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
};

const IMPURE = new Set(["process", "fetch", "console", "globalThis", "setTimeout", "setInterval"]);
const IMPURE_CALLS = new Set(["Date.now", "Math.random"]);

/** The core gets time, environment and chance as arguments, or its answers could not be repeated. */
const pureCore: Rule = (sources) =>
  sources
    .filter(({ path }) => roomOf(path) === "core")
    .flatMap(({ path, text }) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (isImpure(node)) found.push(`${path} uses ${node.getText()}`);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
      return found;
    });

function isImpure(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return IMPURE_CALLS.has(node.getText());
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && !node.arguments?.length;
  if (!ts.isIdentifier(node) || !IMPURE.has(node.text)) return false;
  const { parent } = node;
  // A field that merely has the name.
  return !(
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isPropertySignature(parent)
  );
}

const shortFiles: Rule = (sources) =>
  sources
    .filter(({ text }) => !text.split("\n", 1)[0]!.includes("Generated by"))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path} has ${lines} lines`);

const tellingNames: Rule = (sources) =>
  sources
    .map(({ path }) => path)
    .filter((path) => path.split("/").some((part) => /^(utils?|helpers?|common|misc)(\.|$)/i.test(part)));

/** A rule that looks line by line; patterns are put together so that they do not find this file. */
const noLine =
  (pattern: RegExp): Rule =>
  (sources) =>
    sources.flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
    );

const nothingPutOff = noLine(new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`));
const everyTestRuns = noLine(/\.(only|skip)(\.each)?\s*[(`]/);
const noMachinePaths = noLine(
  new RegExp(`(?<![\\w.:/-])/(${["wo" + "rk", "ro" + "ot", "tmp/" + "eng"].join("|")})/[\\w.]`),
);

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
const TOP = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "package.json", "schema.json", "jest.config.js"];
const texts = [
  ...code,
  ...read(["docs", "examples", "tools", "test", ".ci", ...TOP], /(\.(md|ya?ml|json|js|sh|go|mod)|run)$/),
];

const one = (path: string, text: string): Source[] => [{ path, text }];

describe.each<[law: string, rule: Rule, sources: readonly Source[], bad: readonly Source[][]]>([
  [
    "rooms import what the law allows",
    importLaw,
    provider,
    [
      one("provider/core/diff.ts", 'import { get } from "../api/http";'),
      one("provider/core/diff.ts", 'import type { Stats } from "node:fs";'),
      one("provider/core/diff.ts", 'import * as pulumi from "@pulumi/pulumi";'),
      one("provider/core/diff.ts", 'import { join } from "path";'),
      one("provider/api/http.ts", 'export { run } from "../apply";'),
      one("provider/config.ts", 'import { a } from "./api/http";'),
      one("provider/apply.ts", 'import { a } from "./pulumi/trigger";'),
      one("provider/pulumi/trigger.ts", 'const a = await import("../cli/main");'),
      one("provider/runtime.ts", 'import { a } from "./core/model";'),
      one("provider/emulator/server.ts", 'import type { Trigger } from "../core/trigger";'),
      one("provider/engine/index.ts", 'import { request } from "undici";'),
      one("provider/engine/index.ts", 'import { a } from "../config";'),
      [...one("provider/cli/main.ts", 'import { a } from "..";'), ...one("provider/index.ts", "")],
      one("provider/extra/new.ts", ""),
    ],
  ],
  [
    "no file imports itself on a detour",
    noCycles,
    provider,
    [
      [
        ...one("provider/core/a.ts", 'import { b } from "./b";'),
        ...one("provider/core/b.ts", 'import { c } from "./c";'),
        ...one("provider/core/c.ts", 'import type { A } from "./a";'),
      ],
    ],
  ],
  [
    "the core is pure",
    pureCore,
    provider,
    [
      one("provider/core/a.ts", "export const a = process.env;"),
      one("provider/core/a.ts", "export const a = Date.now();"),
      one("provider/core/a.ts", "export const a = new Date();"),
      one("provider/core/a.ts", "export const a = Math.random();"),
      one("provider/core/a.ts", "export const a = { process };"),
    ],
  ],
  ["files are short", shortFiles, code, [one("test/a.ts", "a;\n".repeat(LONGEST_FILE + 1))]],
  [
    "names tell what is in a file",
    tellingNames,
    code,
    [one("provider/core/utils.ts", ""), one("test/helpers/a.ts", ""), one("tools/common.mjs", "")],
  ],
  ["nothing is put off", nothingPutOff, code, [one("test/a.ts", `// ${"TO" + "DO"}: later`)]],
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
    "no file names a path of the machine it was written on",
    noMachinePaths,
    texts,
    [
      one("docs/a.md", `run \`/${"work"}/main/run\``),
      one("test/a.ts", `read("/${"root"}/.cache")`),
      one("docs/a.md", `/tmp/${"eng"}/bin`),
    ],
  ],
])("%s", (_law, rule, sources, bad) => {
  it("holds", () => {
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
  )("finds %s", (_name, made) => {
    expect(rule(made)).not.toEqual([]);
  });
});

describe("what stands in the state of every user", () => {
  it("is the shim, to the letter", () => {
    expect(SHIM).toBe("exports.handler=()=>require('pulumi-mixpeek/runtime')");
  });

  it("finds the runtime under its path, with the methods the SDK calls", () => {
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
