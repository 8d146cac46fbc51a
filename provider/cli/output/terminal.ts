import { UsageError } from "../command";

/** Whether to print colour: NO_COLOR and FORCE_COLOR decide, otherwise whether the stream is a terminal. */
export function hasColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true;
}

/** Throws {@link UsageError} without --yes or a terminal to confirm on. Checked before anything is read. */
export function requireConfirmation(command: string, { yes }: { yes?: boolean | undefined }): void {
  if (yes || process.stdin.isTTY) return;
  throw new UsageError(`mixpeek-triggers ${command}: there is no terminal to ask on. Add --yes.`);
}
