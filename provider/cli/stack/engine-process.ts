import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { atOnceOf } from "../interruption";

/**
 * Gives each run of the engine its own gRPC connections, without a proxy. By default, gRPC keeps one connection per
 * address for the whole process. If an earlier engine had the same port, its failed connection makes this run's calls
 * fail, and the SDK silently treats that as the end of the engine. `runtime`: the SDK's runtime module.
 */
export function useOwnConnections(runtime: object): void {
  const { grpcClientOptions } = runtime as { grpcClientOptions?: Record<string, unknown> };
  if (!grpcClientOptions) return;
  grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
  // gRPC sends even calls to this machine through https_proxy, unless lower-case no_proxy lists it.
  grpcClientOptions["grpc.enable_http_proxy"] = 0;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Up to this number of triggers, the engine can use more memory: at most about 200 MB more than with Go's default. */
const SMALL = 2000;

/**
 * Makes the engine's garbage collector run less often in a small run, since it takes an eighth of the CPU time of a
 * first run. `triggers`: how many triggers the plan has. Returns variables to add to the engine's environment: none if
 * the user has configured the collector, or if the plan does not show how large the stack is, as in a refresh.
 */
export const collectorOf = (triggers: number, env: Env): Record<string, string> =>
  triggers === 0 || triggers > SMALL || isConfigured(env) ? {} : { GOGC: "400" };

/** Commands of the CLI that read no resources. Such a command allocates about 100 MB, nearly all of it at its start. */
const WITHOUT_RESOURCES = /^(stack (init|select)|config)\b/;

/**
 * Turns the garbage collector off for commands of the CLI that end before they need it: it takes a sixth of their CPU
 * time. Returns variables to add to the command's environment.
 */
export const collectorOfCommand = (args: readonly string[], env: Env): Record<string, string> =>
  WITHOUT_RESOURCES.test(args.join(" ")) && !isConfigured(env) ? { GOGC: "off" } : {};

const isConfigured = (env: Env): boolean => env["GOGC"] !== undefined || env["GOMEMLIMIT"] !== undefined;

/** The part of the SDK's command that runs the CLI. */
type CliRun = (
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onOutput?: (text: string) => void,
  onError?: (text: string) => void,
  stop?: AbortSignal,
) => Promise<{ stdout: string; stderr: string; code: number }>;

/** The SDK's command, but it runs the CLI as {@link runCli} does. Not on Windows, which has no process groups. */
export function inOwnGroup<C extends { command: string }>(command: C, errors: object): C {
  const { createCommandError } = errors as { createCommandError?: (result: object) => Error };
  if (process.platform === "win32" || !createCommandError) return command;
  const run: CliRun = async (args, cwd, env, onOutput, onError, stop) => {
    const all = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
    const PATH = [dirname(command.command), env["PATH"] ?? process.env["PATH"]].join(delimiter);
    const { code, signal, ...printed } = await runCli(command.command, all, {
      cwd,
      env: {
        ...env,
        ...collectorOfCommand(args, { ...process.env, ...env }),
        PATH,
        PULUMI_AUTOMATION_API: "true",
      },
      onOutput,
      onError,
      stop,
      stopAtOnce: stop && atOnceOf(stop),
    });
    if (code === 0) return { ...printed, code };
    // Worded as the SDK reports it.
    const how = signal === null ? `failed with exit code ${code}` : `was killed with ${signal}`;
    const stderr = `Command ${how}: pulumi ${all.join(" ")}\n${printed.stderr}\n${printed.stdout}`;
    const err = { exitCode: code ?? undefined, signal: signal ?? undefined };
    const text = `code: -2\n stdout: \n stderr: ${stderr}\n`;
    throw createCommandError({ stdout: "", stderr, code: -2, err, toString: () => text });
  };
  return Object.assign(command, { run });
}

interface CliOptions {
  cwd: string;
  /** Added to this process's own. */
  env: Readonly<Record<string, string | undefined>>;
  onOutput?: ((text: string) => void) | undefined;
  onError?: ((text: string) => void) | undefined;
  /** Stops the CLI as Ctrl-C does: it completes the steps in progress. */
  stop?: AbortSignal | undefined;
  /** Stops the CLI at once: it records the steps in progress and ends. */
  stopAtOnce?: AbortSignal | undefined;
}

interface CliResult {
  stdout: string;
  stderr: string;
  /** null if a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** After an immediate stop: how long the CLI may take to end, in milliseconds. */
const LAST_STEPS = 3_000;

/**
 * Runs the Pulumi CLI in its own process group. A terminal sends Ctrl-C to every process of its group. In this
 * process's group, the CLI would receive it from the terminal and again from this process, and the second signal makes
 * it drop the steps in progress. Throws if the CLI cannot be started.
 */
function runCli(command: string, args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { cwd, env, onOutput, onError, stop, stopAtOnce } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const result = { stdout: "", stderr: "" };
  const read = (stream: "stdout" | "stderr", heard: ((text: string) => void) | undefined): void => {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      result[stream] += text;
      heard?.(text);
    });
  };
  read("stdout", onOutput);
  read("stderr", onError);
  const interrupt = (): boolean => child.kill("SIGINT");
  const endAtOnce = (): void => {
    interrupt();
    setTimeout(() => killGroup(child), LAST_STEPS).unref();
  };
  const forget = [listen(stop, interrupt), listen(stopAtOnce, endAtOnce), endWithProcess(child)];
  return new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ ...result, code, signal }));
  }).finally(() => {
    for (const each of forget) each();
  });
}

function listen(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal?.aborted) act();
  else signal?.addEventListener("abort", act, { once: true });
  return () => signal?.removeEventListener("abort", act);
}

const running = new Set<ChildProcess>();

/** If this process is ended, the CLI must end, too: it is not in the terminal's process group. */
function endWithProcess(child: ChildProcess): () => void {
  if (running.size === 0) {
    process.on("exit", onExit);
    process.on("SIGHUP", onHangUp);
  }
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size > 0) return;
    process.off("exit", onExit);
    process.off("SIGHUP", onHangUp);
  };
}

const onExit = (): void => {
  for (const child of running) child.kill("SIGTERM");
};

const onHangUp = (): void => {
  for (const child of running) child.kill("SIGHUP");
  process.off("SIGHUP", onHangUp);
  // Sent again, so that the process ends as if there were no listener.
  if (process.listenerCount("SIGHUP") === 0) process.kill(process.pid, "SIGHUP");
};

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The process has ended in the meantime.
  }
}
