import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import {
  type EmulatedTrigger,
  type Emulator,
  type EmulatorOptions,
  type ManualClock,
  manualClock,
  startEmulator,
} from "../../provider/emulator";
import { detachedEngine } from "./engine/detached-engine";
import { type FileTree, readTree, writeTree } from "./file-tree";
import { KEY } from "./key";
import { newStack } from "./new-stacks";
import { ProcessTree } from "./process-tree";

const MAIN = resolve(__dirname, "../../dist/cli/main.js");
const STEPPED_CLOCK = resolve(__dirname, "stepped-clock.cjs");
const TERMINAL = resolve(__dirname, "terminal.cjs");

const PASSPHRASE = "e2e";

/** What one command did, by its own word and by the emulator's log. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** Like `GET /v1/clusters/x`, in order. A list of triggers is `LIST`. */
  requests: string[];
  writes: string[];
}

/** A repository of YAML files without a program, with the command and an emulator. */
export class Repo {
  env: Record<string, string | undefined> = {};
  private serviceFolder: string | undefined;

  private constructor(
    readonly emulator: Emulator,
    readonly folder: string,
    private readonly main: string,
    private readonly ownsEmulator: boolean,
    private readonly path: string | undefined,
  ) {}

  /**
   * `main`: the command's file, where another installation than this checkout's is tested. `beside`: a repository whose
   * emulator this one uses, too. `stacks`: those that are there, and empty.
   */
  static async open(
    options: EmulatorOptions & { main?: string; beside?: Repo; stacks?: readonly string[] } = {},
  ): Promise<Repo> {
    const { main = MAIN, beside, stacks = [], ...rest } = options;
    const emulator =
      beside?.emulator ?? (await startEmulator({ clock: manualClock(), keys: [KEY], ...rest }));
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-repo-"));
    // E2E_PROVIDER=process runs all of these tests with the provider in a separate process.
    const isDetached = process.env["E2E_PROVIDER"] === "process";
    const path = isDetached ? await detachedEngine(join(folder, "detached")) : process.env["PATH"];
    const repo = new Repo(emulator, join(folder, "search-triggers"), main, beside === undefined, path);
    repo.write(".git/HEAD", "ref: refs/heads/main\n");
    repo.write(".git/config", '[remote "origin"]\n\turl = git@github.com:acme/search-triggers.git\n');
    for (const stack of stacks) writeTree(repo.folder, await newStack(stack));
    return repo;
  }

  /**
   * Opens repositories that are applied: `write` writes their files, and `up` runs with `args`. The first one runs the
   * command, on stacks that are there unless `--secrets-provider` is among the arguments. Each further one is a copy with its own emulator that has the same triggers.
   */
  static applied(
    write: (repo: Repo) => void,
    ...args: string[]
  ): (options?: EmulatorOptions) => Promise<Repo> {
    let copy: { files: FileTree; service: FileTree } | undefined;
    return async (options = {}) => {
      const service = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-service-"));
      if (copy) writeTree(service, copy.service);
      const environments = args.filter((_, at) => args[at - 1] === "--env");
      const isThere = !copy && !args.includes("--secrets-provider");
      const stacks = !isThere ? [] : environments.map((environment) => basename(environment, ".yaml"));
      const repo = await Repo.open({ ...options, stacks, stateFile: join(service, "state.json") });
      repo.serviceFolder = service;
      if (copy) writeTree(repo.folder, copy.files);
      else {
        write(repo);
        const { code, stderr } = await repo.run("up", ...args, "--yes");
        if (code !== 0) throw new Error(`cannot prepare a repository: ${stderr}`);
        copy = { files: readTree(repo.folder), service: readTree(service) };
        repo.emulator.clearRequests();
      }
      return repo;
    };
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** Replaces a text that must be in the file. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, text.replaceAll(from, to));
  }

  async run(...args: string[]): Promise<Ran> {
    const before = this.emulator.requests().length;
    const ran = await new Promise<Pick<Ran, "code" | "stdout" | "stderr">>((done) => {
      const options = { cwd: this.folder, env: this.environment() };
      const child = execFile(process.execPath, [this.main, ...args], options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
      child.stdin?.end();
    });
    const requests = this.emulator
      .requests()
      .slice(before)
      .map(({ method, path }) => (path === "/v1/triggers/list" ? "LIST" : `${method} ${path}`));
    return { ...ran, requests, writes: requests.filter((line) => !/^(GET|LIST)|\/list$/.test(line)) };
  }

  /**
   * Starts the command on a terminal without waiting for it. It asks on stderr, and {@link ProcessTree.type} answers.
   */
  startOnTerminal(...args: string[]): ProcessTree {
    return new ProcessTree(this.main, args, { cwd: this.folder, env: this.environment() }, TERMINAL);
  }

  /**
   * Starts the command with the emulator's clock, which its waits move instead of taking time; see stepped-clock.cjs.
   */
  startOnMovedClock({ now }: ManualClock, ...args: string[]): ProcessTree {
    const env = { ...this.environment(), CLOCK: String(now()) };
    return new ProcessTree(this.main, args, { cwd: this.folder, env }, STEPPED_CLOCK);
  }

  /** Starts the command without waiting for it. */
  start(...args: string[]): ProcessTree {
    return new ProcessTree(this.main, args, { cwd: this.folder, env: this.environment() });
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      CI: undefined,
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      // Nobody is logged in.
      PULUMI_HOME: join(this.folder, "..", "home"),
      MIXPEEK_API_KEY: KEY,
      MIXPEEK_BASE_URL: this.emulator.url,
      MIXPEEK_NAMESPACE: undefined,
      PATH: this.path,
      ...this.env,
    } as NodeJS.ProcessEnv;
  }

  /** The triggers that are not deleted, by name. */
  live(namespace: string): Record<string, EmulatedTrigger> {
    const kept = this.emulator.triggers(namespace).filter(({ status }) => status !== "disabled");
    return Object.fromEntries(kept.map((trigger) => [String(trigger.name), trigger]));
  }

  async close(): Promise<void> {
    if (this.ownsEmulator) await this.emulator.close();
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
    if (this.serviceFolder !== undefined) rmSync(this.serviceFolder, { recursive: true, force: true });
  }
}

/** Writes two triggers and two environments. */
export function search(repo: Repo): void {
  repo.write(
    "triggers/search.yaml",
    `defaults: { timezone: Europe/Paris }
triggers:
  nightly-clusters:
    description: Cluster all products each night
    action_type: cluster
    action_config: { cluster_id: "\${cluster:product-clusters}" }
    trigger_type: cron
    schedule_config: { cron_expression: "0 \${var.hour} * * *" }
  search-canary:
    action_type: retriever_execution
    action_config:
      retriever_id: \${retriever:product-search}
      inputs: { query: running shoes }
    trigger_type: interval
    schedule_config: { interval_seconds: 600 }
`,
  );
  repo.write("environments/dev.yaml", "namespace: dev\nstatus: paused\nvariables: { hour: 2 }\n");
  repo.write(
    "environments/prod.yaml",
    "namespace: prod\nvariables: { hour: 3 }\noverrides: { search-canary: { schedule_config: { interval_seconds: 300 } } }\n",
  );
}
