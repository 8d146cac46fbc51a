import { visible } from "../../core/json/printed";
import { brief } from "./excerpt";

/** One error as a command line reports it: what, why, what to do, and a code that stays the same between releases. */
export function errorText(command: string, error: unknown): string {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  const who = `mixpeek-triggers${command === "" ? "" : ` ${command}`}`;
  if (typeof code !== "string") {
    const [first = ""] = String(message ?? error).split("\n");
    return `${who}: internal error: ${ended(first)}. Please report it with this command line and its files [INTERNAL].`;
  }
  if (syscall !== undefined && !message.includes(`[${code}]`)) {
    const what = path === undefined ? syscall : `${syscall} of ${path}`;
    return `${who}: the system refuses ${what}. Check that it is there, and its permissions [${code}].`;
  }
  // What was typed comes back in it: one line, whatever it holds.
  if (code === "USAGE") return `${ended(visible(shortWords(message)))} [USAGE].`.replace(OWN_CODE, "$1.");
  // One that gives its code is reported as it is.
  return /\[[A-Z][A-Z_]+\]/.test(message) ? message : `${ended(message)} [${code}].`;
}

/** A usage error may have a code of its own that says more. */
const OWN_CODE = /( \[[A-Z][A-Z_]+\]) \[USAGE\]\.$/;

const shortWords = (text: string): string => text.replaceAll(/\S{300,}/g, (word) => brief(word));

const ended = (text: string): string => text.replace(/\.$/, "");
