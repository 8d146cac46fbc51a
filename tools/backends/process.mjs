// One server as a child process: starts it, waits until it is ready, stops it.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const READY_MS = 60_000;
const STOP_MS = 10_000;

/**
 * Starts a server and waits until it accepts requests. In: `ready` receives the output so far and returns whether the
 * server accepts requests. Out: `stop`, which waits until the process has ended.
 */
export async function startServer(name, command, args, { env, ready, ...options }) {
  const child = spawn(command, args, {
    ...options,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // In a terminal, Ctrl-C goes to a whole process group. In their own groups, the servers are stopped in order.
    detached: process.platform !== "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-20_000);
    });
  }
  let failure;
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      failure = error.message;
      resolve();
    });
    child.once("exit", (code, signal) => {
      failure = `it ended with ${signal ?? code}`;
      resolve();
    });
  });
  const stop = async () => {
    if (failure === undefined) child.kill("SIGINT");
    const isStopped = await Promise.race([ended.then(() => true), delay(STOP_MS, false, { ref: false })]);
    if (isStopped) return;
    child.kill("SIGKILL");
    await ended;
  };
  const deadline = Date.now() + READY_MS;
  while (!(await ready(output))) {
    if (failure === undefined && Date.now() < deadline) {
      await delay(25);
      continue;
    }
    const reason = failure ?? `it took no requests within ${READY_MS / 1000} s`;
    await stop();
    throw new Error(`cannot start ${name}: ${reason}. It printed:\n${output.trim()}`);
  }
  return { stop };
}

/** A port of 127.0.0.1 that is currently free. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether an HTTP server responds at all. */
export const answers = (url) =>
  fetch(url).then(
    () => true,
    () => false,
  );
