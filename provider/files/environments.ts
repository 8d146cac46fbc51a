import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { environmentOrder } from "../core/environments/environment-order";
import {
  ENVIRONMENTS,
  environmentsFolderOf,
  isNamed,
  stackKeyOf,
  stackNameOf,
} from "../core/environments/environment-path";
import type { Issue, Place } from "../core/issues/issue";
import { didYouMean, nearest } from "../core/issues/suggestions";
import { isObject } from "../core/json/is-object";
import { hasExtension } from "../core/yaml/file-extensions";
import { readSource } from "../core/yaml/yaml-source";
import { filesBelow } from "./find";
import { issueOf, leaves, named, type Root, readText } from "./read";

/** An environment file, relative to the working folder and with forward slashes, and the reasons it cannot be used. */
export interface EnvironmentFile {
  file: string;
  issues: Issue[];
}

/**
 * The file that `prod`, `eu/prod`, `eu.prod` or a path refers to. A path need not exist: reading it reports that.
 * Issues: FILE_NOT_FOUND for a name, ENVIRONMENT_AMBIGUOUS if another file has the same stack.
 */
export function environmentFile(root: Root, given: string): EnvironmentFile {
  const all = filesBelow(root, ENVIRONMENTS).files;
  const path = named(root, rebased(root, given));
  const file = isName(given) && !isFile(root, path) ? all.find((each) => isNamed(each, given)) : path;
  if (file !== undefined) return { file, issues: sharedStacks(root, file) };
  if (existsSync(resolve(root.cwd, path))) return { file: path, issues: [] };
  return { file: `${ENVIRONMENTS}/${given}.yaml`, issues: [notFound(given, all)] };
}

/** Environment files in the order in which they run. */
export interface EnvironmentFiles {
  files: string[];
  /** For each file, those that its `after` names. */
  after: ReadonlyMap<string, readonly string[]>;
  issues: Issue[];
}

/** All environment files below the folder `environments`, with the issues of each and those of `after`. */
export function environmentFiles(root: Root): EnvironmentFiles {
  const { files: found, issues } = filesBelow(root, ENVIRONMENTS);
  const firstOfStack = found.filter(
    (file, at) => !found.slice(0, at).some((other) => sameStack(file, other)),
  );
  const named = new Map(found.map((file) => [file, namedAfter(root, file, found)]));
  const after = new Map([...named].map(([file, each]) => [file, [...each.files.keys()]]));
  const { files, cycle } = environmentOrder(found, after);
  return {
    files,
    after,
    issues: [
      ...issues,
      ...firstOfStack.flatMap((file) => sharedStacks(root, file)),
      ...[...named.values()].flatMap((each) => each.issues),
      ...(cycle ? [cycleIssue(cycle, named.get(cycle[0]!)!.files)] : []),
    ],
  };
}

/** The files named in a file's `after`, with their places. An unreadable file has none: its own run reports why. */
function namedAfter(
  root: Root,
  file: string,
  all: readonly string[],
): { files: Map<string, Place>; issues: Issue[] } {
  const files = new Map<string, Place>();
  const issues: Issue[] = [];
  const read = readText(root, file);
  const { source } = "text" in read ? readSource(file, read.text) : {};
  const after = isObject(source?.value) ? source.value["after"] : undefined;
  for (const [index, name] of (Array.isArray(after) ? after : []).entries()) {
    if (typeof name !== "string") continue;
    const path = ["after", index];
    const at = source!.place(path);
    const other = all.find((each) => each === name || isNamed(each, name));
    if (other === undefined) issues.push({ ...notFound(name, all), path, at });
    else if (!files.has(other)) files.set(other, at);
  }
  return { files, issues };
}

function cycleIssue(cycle: readonly string[], places: ReadonlyMap<string, Place>): Issue {
  const [first, second = first] = cycle;
  const isAlone = cycle.length === 1;
  const message = isAlone
    ? `${first} is in its own list, so it cannot run before itself`
    : `environments depend on each other: ${[...cycle, first].join(" → ")}`;
  const hint = isAlone ? "Remove it." : "Remove one of them from `after` in another.";
  return { code: "ENVIRONMENT_CYCLE", path: ["after"], message, hint, at: places.get(second!)! };
}

/** A name, not a path: it has no extension and does not leave the folder. */
const isName = (given: string): boolean =>
  !isAbsolute(given) && !hasExtension(given) && given.split("/").every((step) => !/^\.*$/.test(step));

function isFile(root: Root, path: string): boolean {
  const real = realOf(resolve(root.cwd, path));
  return real !== undefined && statSync(real).isFile();
}

/** An absolute path through a link to the repository, changed to the repository's own path. */
function rebased(root: Root, path: string): string {
  if (!isAbsolute(path) || !leaves(root.repository, path)) return path;
  const above = ancestorsOf(path).find((folder) => realOf(folder) === root.repository);
  return above === undefined ? path : join(root.repository, relative(above, path));
}

/** From the root down. */
function ancestorsOf(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...ancestorsOf(above), above];
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // The path does not exist or cannot be read.
    return undefined;
  }
}

const sameStack = (a: string, b: string): boolean => stackKeyOf(a) === stackKeyOf(b);

/**
 * The issue for a file with the same stack as another file of its folder `environments`. A link to it does not count.
 */
function sharedStacks(root: Root, file: string): Issue[] {
  const folder = environmentsFolderOf(file);
  const real = realOf(resolve(root.cwd, file));
  if (folder === undefined || real === undefined || leaves(root.repository, real)) return [];
  const other = filesBelow(root, folder).files.find(
    (each) => each !== file && sameStack(each, file) && realOf(resolve(root.cwd, each)) !== real,
  );
  if (other === undefined) return [];
  const [first, second] = [file, other].sort() as [string, string];
  const stack = stackNameOf(file);
  const message = `${first} and ${second} both name the stack "${stack}"`;
  const hint = "Rename or delete one of them: each environment needs a stack of its own.";
  return [issueOf(file, "ENVIRONMENT_AMBIGUOUS", message, hint)];
}

function notFound(given: string, all: readonly string[]): Issue {
  const message = `there is no environment ${JSON.stringify(given)} in ${ENVIRONMENTS}/`;
  const near = nearest(given, [...all.map(stackNameOf), ...all]);
  const file = all.find((each) => each === near || stackNameOf(each) === near);
  const others = `Write one of ${all.slice(0, MOST_NAMED).map(stackNameOf).join(", ")}`;
  const otherwise =
    all.length > 0
      ? `${others}, or the path of a file.`
      : `Create ${ENVIRONMENTS}/${given}.yaml, or write the path of a file.`;
  const hint = didYouMean(file, otherwise);
  return { code: "FILE_NOT_FOUND", path: [], message, hint };
}

const MOST_NAMED = 10;
