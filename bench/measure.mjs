// Runs one command and measures its whole process tree: wall time, CPU time, peak memory.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "./machine.mjs";

const SAMPLE_MS = 50;
const TICK_MS = 10;
const TAIL = 3000;
const GRACE_MS = 10_000;

const running = new Set();

/**
 * In: `{file, args, cwd, env}`, and a timeout in milliseconds. Out: the exit code, whether it was stopped, the end of
 * its output, wall and CPU time in milliseconds, and peaks in bytes.
 */
export async function measure(command, timeoutMs) {
  const reapedBefore = reapedCpu();
  const start = process.hrtime.bigint();
  // A session of its own: a process whose parent has ended before the first look is still found by it.
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tree = new Tree(child.pid);
  running.add(tree);
  const output = { stdout: "", tail: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout = (output.stdout + chunk).slice(-TAIL);
    output.tail = (output.tail + chunk).slice(-TAIL);
  });
  child.stderr.on("data", (chunk) => {
    output.tail = (output.tail + chunk).slice(-TAIL);
  });
  const sampling = setInterval(() => tree.sample(), SAMPLE_MS);
  let stopped = false;
  const stopping = setTimeout(() => {
    stopped = true;
    tree.stop();
  }, timeoutMs);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal));
  }).finally(() => {
    clearInterval(sampling);
    clearTimeout(stopping);
    running.delete(tree);
  });
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
  const reaped = reapedCpu();
  return {
    code,
    stopped,
    stdout: output.stdout,
    // The output may be stored in checked-in results, which should not reveal the checkout's path.
    tail: output.tail.replaceAll(ROOT, "."),
    wallMs: Math.round(wallMs),
    // Parents count the CPU time of the children they wait for. A process that its parent left behind appears only in
    // the samples.
    cpuMs: reaped === undefined ? null : Math.max(reaped - reapedBefore, tree.cpuMs()),
    memory: tree.peaks(),
  };
}

/** Stops all running commands when the benchmark itself ends. */
export function stopAll() {
  for (const tree of running) tree.kill("SIGKILL");
}

class Tree {
  #processes = new Map();
  #largest = 0;

  constructor(session) {
    this.session = session;
  }

  sample() {
    let total = 0;
    for (const { pid, start, cpuMs, rss } of this.#members()) {
      const known = this.#processes.get(pid) ?? { start, role: "other", peak: 0, cpuMs: 0 };
      const { peak, role } = memoryOf(pid);
      this.#processes.set(pid, {
        start,
        role: role ?? known.role,
        peak: Math.max(known.peak, peak),
        cpuMs: Math.max(known.cpuMs, cpuMs),
      });
      total += rss;
    }
    this.#largest = Math.max(this.#largest, total);
  }

  /** The session, what was seen before, and all descendants of these: the command starts the engine in a session of its own. */
  #members() {
    const all = processes();
    const isSeen = ({ pid, start }) => this.#processes.get(pid)?.start === start;
    const members = new Map();
    let found = all.filter((each) => each.session === this.session || isSeen(each));
    while (found.length > 0) {
      for (const each of found) members.set(each.pid, each);
      found = all.filter(({ pid, parent }) => members.has(parent) && !members.has(pid));
    }
    return [...members.values()];
  }

  cpuMs() {
    return [...this.#processes.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  /**
   * The peak of the largest process in each role, the largest sum at one moment, and the sum of all peaks; null without
   * /proc.
   */
  peaks() {
    if (this.#processes.size === 0) return null;
    const peaks = {};
    let all = 0;
    for (const { role, peak } of this.#processes.values()) {
      peaks[role] = Math.max(peaks[role] ?? 0, peak);
      all += peak;
    }
    return { ...peaks, tree: this.#largest, all };
  }

  /** Stops it as Ctrl-C would, then kills it if that has no effect. */
  stop() {
    this.kill("SIGINT");
    setTimeout(() => this.kill("SIGKILL"), GRACE_MS).unref();
  }

  kill(signal) {
    const members = this.#members().map(({ pid }) => pid);
    for (const pid of members.length > 0 ? members : [-this.session]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended in the meantime.
      }
    }
  }
}

/** The CPU time of all ended children and their descendants; undefined without /proc. */
function reapedCpu() {
  const fields = statOf("self");
  return fields && (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** Those that run; none where there is no /proc. */
function processes() {
  let pids;
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return pids.flatMap((pid) => {
    const fields = statOf(pid);
    if (!fields) return [];
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      session: Number(fields[3]),
      // With the number, it names a process: numbers are used again.
      start: fields[19],
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      rss: Number(fields[21]) * 4096,
    };
  });
}

/** The fields after the command's name, which may contain spaces: [0] is the state. */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

const ROLES = [
  ["provider", /cmd\/dynamic-provider|terraform-provider-/],
  ["engine", /^\S*\b(pulumi|terraform) /],
  ["program", /program\.cjs|cli\/main\.js/],
];

function memoryOf(pid) {
  const line = (read(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " ");
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return {
    peak: Number(kilobytes ?? 0) * 1024,
    role: ROLES.find(([, pattern]) => pattern.test(line))?.[0],
  };
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
