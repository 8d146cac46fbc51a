import { withoutExtension } from "../yaml/file-extensions";

/** The project folder that holds the environment files. */
export const ENVIRONMENTS = "environments";

/**
 * The stack of an environment file, from its path with forward slashes. Below the last folder `environments`, folders
 * are part of the name: `environments/eu/prod.yaml` is the stack `eu.prod`. Elsewhere, the stack is the base name.
 */
export function stackNameOf(path: string): string {
  const segments = path.split("/");
  // A leading dot starts a hidden file's name, not an extension.
  const name = segments.pop()!.replace(/(?<=.)\.[^.]*$/, "");
  const folder = segments.lastIndexOf(ENVIRONMENTS);
  return folder < 0 ? name : [...segments.slice(folder + 1), name].join(".");
}

/** The outermost folder `environments` in a file's path; undefined if there is none. */
export function environmentsFolderOf(path: string): string | undefined {
  const folders = path.split("/").slice(0, -1);
  const at = folders.indexOf(ENVIRONMENTS);
  return at < 0 ? undefined : folders.slice(0, at + 1).join("/");
}

/** Whether a name such as `prod`, `eu/prod` or `eu.prod` refers to an environment file of the folder. */
export function isNamed(file: string, name: string): boolean {
  const below = withoutExtension(file.slice(ENVIRONMENTS.length + 1));
  return below === name || stackNameOf(file) === name;
}

/** Two environments must not have the same key. It is lower case, since some file backends ignore case. */
export const stackKeyOf = (path: string): string => stackNameOf(path).toLowerCase();
