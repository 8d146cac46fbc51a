import { UsageError } from "../command";

/** Whether a stream is read by somebody who sees colour: NO_COLOR and FORCE_COLOR decide, else the terminal. */
export function hasColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true;
}

/** Said before anything is read or asked: a run that changes things needs a yes. Throws {@link UsageError}. */
export function requireConfirmation(command: string, { yes }: { yes?: boolean | undefined }): void {
  if (yes || process.stdin.isTTY) return;
  throw new UsageError(`mixpeek-triggers ${command}: there is no terminal to ask on. Add --yes.`);
}
