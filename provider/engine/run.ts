import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { Interrupts } from "./interrupt";

export type Env = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  env: Env;
  cwd?: string;
  /** Stops the command and all its children after this time. */
  deadlineMs?: number;
  /** Stops the command when aborted; the reason, a string, is reported as `stopped`. */
  stop?: AbortSignal;
  interrupts?: Interrupts;
  onLine?: (line: string) => void;
}

export interface RunResult {
  /** Null if it did not start or was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Why it was stopped early. */
  stopped?: string;
}

export type Run = (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;

const KEPT_OUTPUT = 64_000;

/** Runs a command in its own process group, so that no child outlives it. Never rejects. */
export const run: Run = (command, args, options) =>
  new Promise((resolve) => {
    const result: RunResult = { code: null, stdout: "", stderr: "" };
    const child = spawn(command, args, {
      ...(options.cwd ? { cwd: options.cwd } : {}),
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const end = (why: string) => {
      result.stopped ??= why;
      endTree(child);
    };
    const onStop = () => end(String(options.stop?.reason));
    const forget = options.interrupts?.add(() => end("interrupted"));
    const deadline = options.deadlineMs ?? 0;
    const timer =
      deadline > 0 ? setTimeout(() => end(`timed out after ${deadline / 1000} s`), deadline) : undefined;
    options.stop?.addEventListener("abort", onStop, { once: true });
    if (options.stop?.aborted) onStop();

    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        result[stream] = (result[stream] + text).slice(-KEPT_OUTPUT);
        const line = text.trimEnd().split(/\r?\n/).at(-1);
        if (line) options.onLine?.(line);
      });
    }
    child.on("error", (error) => {
      result.stderr += error.message;
      if (child.pid === undefined) finish();
    });
    // A remaining grandchild would hold the pipes open, so that `close` would never come.
    child.on("exit", () => process.platform !== "win32" && endTree(child));
    child.on("close", (code, signal) => {
      result.code = code;
      // Sent from outside, for example by the kernel when memory runs out; the command prints no message for it.
      if (signal) result.stopped ??= `ended by ${signal}`;
      finish();
    });

    function finish(): void {
      clearTimeout(timer);
      options.stop?.removeEventListener("abort", onStop);
      forget?.();
      resolve(result);
    }
  });

function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The whole group has already ended.
  }
}
