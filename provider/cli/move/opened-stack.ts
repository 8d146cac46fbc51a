import { spawn } from "node:child_process";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { programName } from "../../engine/find";
import { type Project, prepare } from "../project/project";
import { engineFailure } from "../stack/engine-run";
import { type StackState, stackState } from "../stack/stack-state";
import { openStack } from "../stack/workspace";
import type { Exported } from "./exported-state";

/** A stack that the engine has opened. */
export interface OpenedStack {
  project: Project;
  stack: Stack;
  /** The folder that holds the Pulumi CLI. */
  bin: string;
}

export interface OpenOptions {
  note(line: string): void;
  /** The program that an `up` runs. */
  program?: PulumiFn;
  /**
   * Creates the stack; fails if it exists. Absent: only opens it, and the result is undefined if it does not exist.
   * Without `secretsProvider`, secrets are encrypted with the passphrase.
   */
  create?: { secretsProvider: string | undefined };
}

/** Throws {@link EngineError}, and errors with the code ENGINE or STACK_LOCKED. */
export async function openedStack(
  project: Project,
  { note, program = async () => undefined, create }: OpenOptions,
): Promise<OpenedStack | undefined> {
  prepare(project);
  const { ensureEngine } = await import("../../engine");
  const { bin, version } = await ensureEngine({ onProgress: note });
  const stack = await openStack(project, {
    program,
    engineBin: bin,
    engineVersion: version,
    opening: create === undefined ? "open" : "create",
    ...(create?.secretsProvider === undefined ? {} : { secretsProvider: create.secretsProvider }),
  });
  return stack && { project, stack, bin };
}

/** The whole state. Its secrets are unencrypted, but only in this process and in a pipe. */
export const exportOf = async ({ stack }: OpenedStack): Promise<Exported> =>
  (await stack.exportStack()) as Exported;

/** The state with its secrets still encrypted, since this run may not have the passphrase. */
export const sealedExportOf = async (opened: OpenedStack): Promise<Exported> =>
  JSON.parse(await pulumi(opened, ["stack", "export"])) as Exported;

/** Replaces the state of a stack. */
export async function importInto(opened: OpenedStack, state: Exported): Promise<void> {
  await pulumi(opened, ["stack", "import"], JSON.stringify(state));
}

/** Encrypts a value into the stack's Pulumi.<stack>.yaml. */
export async function setSecret(opened: OpenedStack, key: string, value: string): Promise<void> {
  // The engine removes one line break.
  await pulumi(opened, ["config", "set", "--secret", key], `${value}\n`);
}

export async function removeStack({ project, stack }: OpenedStack): Promise<void> {
  await stack.workspace.removeStack(project.stack, { force: true }).catch((error: Error) => {
    throw engineFailure(project, error);
  });
}

export const stateOf = ({ deployment }: Exported): StackState => stackState(deployment ?? {});

/**
 * Runs the Pulumi CLI and passes a text on stdin. The SDK would write the text to a file or put it in the arguments,
 * where others could read secrets in it. Resolves to stdout.
 */
function pulumi({ project, stack, bin }: OpenedStack, args: readonly string[], input = ""): Promise<string> {
  const { workDir, envVars } = stack.workspace;
  return new Promise((resolve, reject) => {
    const child = spawn(
      join(bin, programName(process.platform, "pulumi")),
      [...args, "--stack", project.stack, "--non-interactive"],
      { cwd: workDir, env: { ...process.env, ...envVars }, stdio: "pipe" },
    );
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const failed = (message: string): void => reject(engineFailure(project, new Error(message)));
    child.on("error", ({ message }) => failed(message));
    // If the CLI ends before it has read everything, it says why on stderr.
    child.stdin.on("error", () => undefined);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else failed(errors.trim() || `pulumi ${args.join(" ")} ended with ${signal ?? `code ${code}`}`);
    });
    child.stdin.end(input);
  });
}
