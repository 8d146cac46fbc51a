import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import {
  ENVIRONMENTS,
  environmentsFolderOf,
  isNamed,
  stackKeyOf,
  stackNameOf,
} from "../core/definitions/environment-path";
import { hasExtension } from "../core/definitions/extensions";
import { type Issue, nearest } from "../core/issues/issue";
import { filesBelow } from "./find";
import { issueOf, leaves, named, type Root } from "./read";

/** An environment file, relative to the working folder with forward slashes, and why it cannot be used. */
export interface EnvironmentFile {
  file: string;
  issues: Issue[];
}

/**
 * The file that a user means by `prod`, `eu/prod`, `eu.prod` or a path. A path need not exist: whoever reads it reports
 * that. Issues: FILE_NOT_FOUND for a name, ENVIRONMENT_AMBIGUOUS where another file has the same stack.
 */
export function environmentFile(root: Root, given: string): EnvironmentFile {
  const all = filesBelow(root, ENVIRONMENTS).files;
  const path = named(root, rebased(root, given));
  const file = isName(given) && !isFile(root, path) ? all.find((each) => isNamed(each, given)) : path;
  if (file !== undefined) return { file, issues: sharedStacks(root, file) };
  if (existsSync(resolve(root.cwd, path))) return { file: path, issues: [] };
  return { file: `${ENVIRONMENTS}/${given}.yaml`, issues: [notFound(given, all)] };
}

/** Every environment file of the folder `environments` and its sub-folders; issues as for one. */
export function environmentFiles(root: Root): { files: string[]; issues: Issue[] } {
  const { files, issues } = filesBelow(root, ENVIRONMENTS);
  const firstOfStack = files.filter(
    (file, at) => !files.slice(0, at).some((other) => sameStack(file, other)),
  );
  return { files, issues: [...issues, ...firstOfStack.flatMap((file) => sharedStacks(root, file))] };
}

/** A name, not a path: without extension, and without a step to elsewhere. */
const isName = (given: string): boolean =>
  !isAbsolute(given) && !hasExtension(given) && given.split("/").every((step) => !/^\.*$/.test(step));

function isFile(root: Root, path: string): boolean {
  const real = realOf(resolve(root.cwd, path));
  return real !== undefined && statSync(real).isFile();
}

/** An absolute path through a link to the repository, as the repository has it. */
function rebased(root: Root, path: string): string {
  if (!isAbsolute(path) || !leaves(root.repository, path)) return path;
  const above = ancestorsOf(path).find((folder) => realOf(folder) === root.repository);
  return above === undefined ? path : join(root.repository, relative(above, path));
}

/** From the top down. */
function ancestorsOf(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...ancestorsOf(above), above];
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist, or cannot be looked up.
    return undefined;
  }
}

const sameStack = (a: string, b: string): boolean => stackKeyOf(a) === stackKeyOf(b);

/** The issue of a file whose stack is also that of another file of its folder `environments`. A link is no other file. */
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
  const message = `${first} and ${second} are both the stack "${stack}"`;
  const hint = "Rename or delete one of them: each environment needs a stack of its own.";
  return [issueOf(file, "ENVIRONMENT_AMBIGUOUS", message, hint)];
}

function notFound(given: string, all: readonly string[]): Issue {
  const message = `no file in ${ENVIRONMENTS}/ is the environment ${JSON.stringify(given)}`;
  const near = nearest(given, [...all.map(stackNameOf), ...all]);
  const file = all.find((each) => each === near || stackNameOf(each) === near);
  const others = `Write one of ${all.slice(0, MOST_NAMED).map(stackNameOf).join(", ")}`;
  const hint = file
    ? `Did you mean ${file}?`
    : all.length > 0
      ? `${others}, or the path of a file.`
      : `Create ${ENVIRONMENTS}/${given}.yaml, or write the path of a file.`;
  return { code: "FILE_NOT_FOUND", path: [], message, hint };
}

const MOST_NAMED = 10;
