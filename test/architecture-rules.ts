import { builtinModules } from "node:module";
import { posix } from "node:path";
import ts from "typescript";
import { LAW, type Law } from "./architecture-law";

export interface Source {
  /** The path from the repository's root, with forward slashes. */
  path: string;
  text: string;
}

/** Finds violations of a rule. Each finding names the file. */
export type Rule = (sources: readonly Source[]) => string[];

export const LONGEST_FILE = 300;

const importsOf = ({ text }: Source): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** `core/diff` of provider/core/diff/diff.ts, `cli` of provider/cli/main.ts, `config` of provider/config.ts. */
function roomOf(path: string): string {
  const [, room, below, file] = path.split("/");
  return file === undefined ? room!.replace(/\.ts$/, "") : `${room}/${below}`;
}

const topOf = (room: string): string => room.split("/")[0]!;

/** The file that a relative import refers to, among the given ones; undefined for a package. */
function targetOf(from: string, imported: string, paths: ReadonlySet<string>): string | undefined {
  if (!imported.startsWith(".")) return undefined;
  const base = posix.join(posix.dirname(from), imported);
  return [base, `${base}.ts`, `${base}/index.ts`].find((path) => paths.has(path)) ?? `${base}.ts`;
}

const pathsOf = (sources: readonly Source[]): Set<string> => new Set(sources.map(({ path }) => path));

export const importLaw: Rule = (sources) => {
  const paths = pathsOf(sources);
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    const law = LAW[room];
    if (!law) return [`${source.path} is in a room that the law does not have`];
    return importsOf(source)
      .filter((imported) => !isAllowed(room, law, targetOf(source.path, imported, paths), imported))
      .map((imported) => `${source.path} imports ${imported}`);
  });
};

function isAllowed(room: string, law: Law, target: string | undefined, imported: string): boolean {
  if (target === "provider/index.ts") return false;
  if (target !== undefined) {
    const wanted = roomOf(target);
    if (law.rooms === "all" || wanted === room) return true;
    // The files next to the command's rooms belong to the command. Imports of its rooms are checked above.
    if (wanted === "cli" && topOf(room) === "cli") return true;
    return law.rooms.some(
      (each) => each === wanted || (each === topOf(wanted) && (each === room || each !== topOf(room))),
    );
  }
  if (imported.startsWith("node:") || builtinModules.includes(imported)) return law.node !== false;
  return law.packages?.includes(imported) ?? true;
}

export const noCycles: Rule = (sources) => {
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

/** The core receives time, environment and randomness as arguments. Otherwise its results would not be reproducible. */
export const pureCore: Rule = (sources) =>
  sources
    .filter(({ path }) => topOf(roomOf(path)) === "core")
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
  // Only a field with that name.
  return !(
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isPropertySignature(parent)
  );
}

export const shortFiles: Rule = (sources) =>
  sources
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path} has ${lines} lines`);

export const MOST_FILES = 15;

export const smallFolders: Rule = (sources) => {
  const counts = new Map<string, number>();
  for (const { path } of sources) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) =>
    count > MOST_FILES ? [`${folder} has ${count} files`] : [],
  );
};

export const tellingNames: Rule = (sources) =>
  sources
    .map(({ path }) => path)
    .filter((path) => path.split("/").some((part) => /^(utils?|helpers?|common|misc)(\.|$)/i.test(part)));

/** A rule that checks line by line. Patterns are concatenated so that they do not match this file. */
const noLine =
  (pattern: RegExp): Rule =>
  (sources) =>
    sources.flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
    );

export const nothingPutOff = noLine(
  new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`),
);
export const everyTestRuns = noLine(/\.(only|skip)(\.each)?\s*[(`]/);
export const noMachinePaths = noLine(
  new RegExp(`(?<![\\w.:/-])/(${["wo" + "rk", "ro" + "ot", "tmp/" + "eng"].join("|")})/[\\w.]`),
);

/** Comments that refer to a file. If the file moved, they lead nowhere. */
export const namedFilesExist: Rule = (sources) => {
  const names = new Set(sources.map(({ path }) => posix.basename(path)));
  return sources.flatMap(({ path, text }) =>
    text
      .split("\n")
      .filter((line) => /^\s*(\/\/|\/?\*)|\s\/\/ /.test(line))
      .flatMap((line) => line.match(/(?<![\w./-])(?:[\w-]+\/)*[\w-]+\.ts\b/g) ?? [])
      .filter((name) => !names.has(posix.basename(name)))
      .map((name) => `${path} names ${name}`),
  );
};
