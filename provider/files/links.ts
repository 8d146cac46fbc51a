import { lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { leaves, rootOf } from "./read";

/**
 * The first link on the way from a folder to a file that would redirect a write: one that leaves the repository or
 * leads nowhere, or the file itself. `file` has forward slashes. undefined if there is none.
 */
export function misleadingLink(folder: string, file: string): string | undefined {
  const steps = file.split("/");
  for (const index of steps.keys()) {
    const way = steps.slice(0, index + 1).join("/");
    const path = join(folder, way);
    const isLink = isLinkAt(path);
    if (isLink === undefined) return undefined;
    if (isLink && (way === file || leadsOut(folder, path))) return way;
  }
  return undefined;
}

/** Returns undefined if nothing is there, or if it cannot be read: then the write reports why. */
function isLinkAt(path: string): boolean | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  } catch {
    // There is a file in the place of a folder.
    return undefined;
  }
}

function leadsOut(folder: string, link: string): boolean {
  try {
    return leaves(rootOf(folder).repository, realpathSync(link));
  } catch {
    // The link leads nowhere or to itself.
    return true;
  }
}

/** The error for such a link; nothing is written through it. */
export function linkRefused(command: string, file: string, link: string): Error {
  const code = "LINK_REFUSED";
  const message = `mixpeek-triggers ${command}: cannot write ${file}: ${link} is a symbolic link, and writing to it would change files elsewhere. Delete the link, or choose another folder [${code}].`;
  return Object.assign(new Error(message), { code });
}
