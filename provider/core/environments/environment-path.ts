import { withoutExtension } from "../yaml/file-extensions";

/** The folder of a project that holds its environments. */
export const ENVIRONMENTS = "environments";

/**
 * The stack of an environment file. In: its path, with forward slashes. Below the last folder `environments`, folders
 * are part of the name: `environments/eu/prod.yaml` is the stack `eu.prod`. Anywhere else it is the base name.
 */
export function stackNameOf(path: string): string {
  const segments = path.split("/");
  // A leading dot starts a hidden file's name, not an extension.
  const name = segments.pop()!.replace(/(?<=.)\.[^.]*$/, "");
  const folder = segments.lastIndexOf(ENVIRONMENTS);
  return folder < 0 ? name : [...segments.slice(folder + 1), name].join(".");
}

/** The outermost folder `environments` on the way to a file; undefined for a file that is in none. */
export function environmentsFolderOf(path: string): string | undefined {
  const folders = path.split("/").slice(0, -1);
  const at = folders.indexOf(ENVIRONMENTS);
  return at < 0 ? undefined : folders.slice(0, at + 1).join("/");
}

/** Whether a name such as `prod`, `eu/prod` or `eu.prod` means an environment file of the folder. */
export function isNamed(file: string, name: string): boolean {
  const below = withoutExtension(file.slice(ENVIRONMENTS.length + 1));
  return below === name || stackNameOf(file) === name;
}

/** What two environments must not share. File backends on some systems ignore letter case. */
export const stackKeyOf = (path: string): string => stackNameOf(path).toLowerCase();
