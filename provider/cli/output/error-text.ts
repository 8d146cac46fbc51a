import { visible } from "../../core/json/safe-text";
import { brief } from "./excerpt";

/** An error as a command prints it: what happened, why, what to do, and a code that is stable across releases. */
export function errorText(command: string, error: unknown): string {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  const who = `mixpeek-triggers${command === "" ? "" : ` ${command}`}`;
  if (typeof code !== "string") {
    const [first = ""] = String(message ?? error).split("\n");
    return `${who}: internal error: ${ended(first)}. Please report it with this command line and its files [INTERNAL].`;
  }
  if (syscall !== undefined && !message.includes(`[${code}]`)) {
    const verb = syscall.startsWith("spawn") ? "run" : (VERBS[syscall] ?? syscall);
    const what = path === undefined ? verb : `${verb} ${path}`;
    const reason = SYSTEM_ERRORS[code] ?? `${systemMessage(message)}. Correct this and run again`;
    return `${who}: cannot ${what}: ${reason} [${code}].`;
  }
  // The message repeats what the user typed, which may contain anything: it has to stay on one line.
  if (code === "USAGE") return `${ended(visible(shortWords(message)))} [USAGE].`.replace(OWN_CODE, "$1.");
  // A message that already contains its code is not changed.
  return /\[[A-Z][A-Z_]+\]/.test(message) ? message : `${ended(message)} [${code}].`;
}

/** By code of the operating system: the reason, and what to do. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder. Check the path",
  EACCES: "permission denied. Change its permissions and run again",
  EPERM: "permission denied. Change its permissions and run again",
  ENOSPC: "the disk is full. Free space on it and run again",
  EDQUOT: "your disk quota is used up. Free space and run again",
  EROFS: "the disk is mounted read-only. Mount it writable and run again",
  EEXIST: "it exists and is not a folder. Move it and run again",
  EISDIR: "it is a folder. Give the path of a file",
  ENOTDIR: "a part of the path is not a folder. Move that file and run again",
};

/** System calls whose names are not words. */
const VERBS: Readonly<Record<string, string>> = {
  access: "read",
  lstat: "read",
  mkdir: "create",
  scandir: "read",
  stat: "read",
  unlink: "remove",
};

/** The reason in Node's message: `EMFILE: too many open files, open '/state'` → `too many open files`. */
const systemMessage = (message: string): string => /^[A-Z0-9]+: ([^,]+), /.exec(message)?.[1] ?? message;

/** A usage error may carry a more specific code. */
const OWN_CODE = /( \[[A-Z][A-Z_]+\]) \[USAGE\]\.$/;

const shortWords = (text: string): string => text.replaceAll(/\S{300,}/g, (word) => brief(word));

const ended = (text: string): string => text.replace(/\.$/, "");
