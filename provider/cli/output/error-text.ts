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
    const what = path === undefined ? syscall : `${syscall} of ${path}`;
    return `${who}: the operating system denied ${what}. ${SYSTEM_ADVICE[code] ?? "Check that it exists and that its permissions allow this"} [${code}].`;
  }
  // The message repeats what the user typed, which may contain anything: it has to stay on one line.
  if (code === "USAGE") return `${ended(visible(shortWords(message)))} [USAGE].`.replace(OWN_CODE, "$1.");
  // A message that already contains its code is not changed.
  return /\[[A-Z][A-Z_]+\]/.test(message) ? message : `${ended(message)} [${code}].`;
}

/** Explanations of system error codes, with advice. */
const SYSTEM_ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: free space on it and run again",
  EDQUOT: "Your disk quota is used up: free space and run again",
  EROFS: "Its disk is mounted read-only: mount it writable and run again",
  EEXIST: "It exists and is not a folder: move it and run again",
  ENOTDIR: "A part of the path is not a folder: move that file and run again",
};

/** A usage error may carry a more specific code. */
const OWN_CODE = /( \[[A-Z][A-Z_]+\]) \[USAGE\]\.$/;

const shortWords = (text: string): string => text.replaceAll(/\S{300,}/g, (word) => brief(word));

const ended = (text: string): string => text.replace(/\.$/, "");
