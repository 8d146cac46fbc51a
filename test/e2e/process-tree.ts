import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** A command with all processes that it started: engine, language host, provider. */
export class ProcessTree {
  readonly ended: Promise<number | null>;
  output = "";
  private readonly child: ChildProcess;

  /** `preload`: a file that runs before the command; the command's stdin then stays open. */
  constructor(
    main: string,
    args: readonly string[],
    options: { cwd: string; env: NodeJS.ProcessEnv },
    preload?: string,
  ) {
    const all = preload === undefined ? [main, ...args] : ["--require", preload, main, ...args];
    const stdin = preload === undefined ? "ignore" : "pipe";
    this.child = spawn(process.execPath, all, { ...options, stdio: [stdin, "pipe", "pipe"] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    // Not "exit": output may still arrive after it.
    this.ended = new Promise((resolve) => this.child.on("close", (code) => resolve(code)));
  }

  /** Waits until the output matches. Fails if the command ends first. */
  async prints(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      const ended = await Promise.race([this.ended.then(() => true), delay(20, false)]);
      if (ended && !pattern.test(this.output))
        throw new Error(`the command ended before it printed ${pattern}:\n${this.output}`);
    }
  }

  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** `kill -9` of every process in the tree, as simultaneously as possible. */
  async kill(): Promise<void> {
    const pids = this.processes().map(({ pid }) => pid);
    await killAll(pids);
    await this.ended;
  }

  /** `kill -9` of the command alone. The processes that it started have to notice. */
  async killCommand(): Promise<void> {
    await killAll([this.child.pid!]);
  }

  /** Signals only the command, as a pipeline does. */
  interrupt(name: "SIGINT" | "SIGTERM"): void {
    signal(this.child.pid!, name);
  }

  /** Signals the command's whole process group, as a terminal does with Ctrl-C. */
  interruptGroup(name: "SIGINT" | "SIGTERM"): void {
    const all = processes();
    const { group } = all.find(({ pid }) => pid === this.child.pid)!;
    const own = [
      this.child.pid!,
      ...below(all, this.child.pid!).flatMap((each) => (each.group === group ? [each.pid] : [])),
    ];
    for (const pid of own) signal(pid, name);
  }

  /** Suspends the engine: it does not receive anything that its provider returns from now on. */
  stopEngine(): void {
    for (const { pid, command } of this.processes()) if (ENGINE.test(command)) signal(pid, "SIGSTOP");
  }

  private processes(): Process[] {
    const all = processes();
    return [...all.filter(({ pid }) => pid === this.child.pid), ...below(all, this.child.pid!)];
  }
}

const ENGINE = /(^|\/)pulumi$/;

/** `kill -9` of the engines that `parent` has started, and of their child processes. */
export async function killEngines(parent: number): Promise<void> {
  const all = processes();
  const engines = all.filter(
    ({ pid, command }) => below(all, parent).some((each) => each.pid === pid) && ENGINE.test(command),
  );
  await killAll(engines.flatMap(({ pid }) => [pid, ...below(all, pid).map((each) => each.pid)]));
}

interface Process {
  pid: number;
  parent: number;
  group: number;
  command: string;
}

function processes(): Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,comm="], { encoding: "utf8" })
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [pid, parent, group, ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), group: Number(group), command: command.join(" ") };
  });
}

const below = (all: readonly Process[], root: number): Process[] =>
  all.filter(({ parent }) => parent === root).flatMap((each) => [each, ...below(all, each.pid)]);

async function killAll(pids: readonly number[]): Promise<void> {
  // Another process may get the same id as soon as this one has ended; on a busy machine, ids are reused quickly.
  const started = new Map(pids.map((pid) => [pid, startOf(pid)]));
  const isThere = (pid: number): boolean => startOf(pid) !== undefined && startOf(pid) === started.get(pid);
  // Suspended first, so that none can react to the end of another.
  for (const pid of pids) signal(pid, "SIGSTOP");
  for (const pid of pids) signal(pid, "SIGKILL");
  while (pids.some(isThere)) await delay(10);
}

/** When a process started; undefined if it has ended, even if its exit code has not been read yet. */
function startOf(pid: number): string | undefined {
  const [state = "", ...start] = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
  })
    .stdout.trim()
    .split(/\s+/);
  return state === "" || state.startsWith("Z") ? undefined : start.join(" ");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
