import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { expect } from "@jest/globals";
import { EngineError } from "../../provider/engine";
import type { Release } from "../../provider/engine/release";
import type { RunOptions, RunResult } from "../../provider/engine/run";
import type { System } from "../../provider/engine/system";

type Answer = (
  options: RunOptions,
  args: readonly string[],
) => Partial<RunResult> | Promise<Partial<RunResult>>;

/** A machine with its own folders, text files as programs, and a clock that advances when something waits. */
export class StandIn implements System {
  readonly folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  readonly cache = join(this.folder, "cache");
  readonly home = join(this.folder, "home");
  readonly engine = join(this.cache, "pulumi-3.259.0-linux-x64");
  readonly platform = "linux";
  readonly arch = "x64";
  readonly host = "here";
  readonly pid = 4242;
  readonly cores = 2;
  readonly env: Record<string, string> = {
    MIXPEEK_TRIGGERS_CACHE: this.cache,
    PATH: join(this.folder, "tools"),
  };
  /** Every command except `pulumi version`, as a line. */
  readonly commands: string[] = [];
  /** The environment of each command except `pulumi version` and `go env`. */
  readonly environments: RunOptions["env"][] = [];
  /** How often a `pulumi` was asked for its version. */
  tries = 0;
  readonly said: string[] = [];
  alive: (pid: number) => boolean = () => false;
  readonly uid = process.getuid?.();
  /** The official release is what {@link leaves} lets a download produce. */
  readonly releases: Record<string, Release> = {
    "linux-x64": { url: "https://example.com/r.tar.gz", sha256: "" },
  };
  download: Answer = () => ({ code: 1, stderr: "fetch failed\n" });
  goBuild: Answer = () => ({ code: 1, stderr: "go: no such module\n" });

  constructor() {
    for (const name of ["curl", "tar"]) this.program(`tools/${name}`);
  }

  #time = Date.now();
  readonly #timers = new Set<{ due: number; ms: number; tick: () => void }>();
  #running = false;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes an executable. A `pulumi` prints its own text as its version. */
  program(path: string, text = ""): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  }

  onPath(...folders: string[]): void {
    this.env["PATH"] = [...folders, "tools"].map((folder) => join(this.folder, folder)).join(delimiter);
  }

  readonly say = (line: string): void => {
    this.said.push(line);
  };

  readonly run = async (
    command: string,
    args: readonly string[],
    options: RunOptions,
  ): Promise<RunResult> => {
    const given = await this.#answer(command, args, options);
    return { code: 0, stdout: "", stderr: "", ...given };
  };

  async #answer(command: string, args: readonly string[], options: RunOptions): Promise<Partial<RunResult>> {
    if (basename(command) === "pulumi") {
      this.tries += 1;
      return existsSync(command) ? { stdout: readFileSync(command, "utf8") } : { code: null };
    }
    if (args[0] === "env") return { stdout: "go1.26.0\n" };
    this.environments.push(options.env);
    if (basename(command) === "tar") return this.#unpack(args);
    this.commands.push([basename(command), ...args].join(" "));
    return basename(command) === "go" ? this.goBuild(options, args) : this.download(options, args);
  }

  /** An archive consists of the text of the CLI's file and the names of the other files. */
  #unpack(args: readonly string[]): Partial<RunResult> {
    const [version = "", ...names] = JSON.parse(readFileSync(args[1]!, "utf8")) as string[];
    for (const name of ["pulumi", ...names])
      this.program(join(args.at(-1)!, "pulumi", name).slice(this.folder.length), version);
    return {};
  }

  readonly isAlive = (pid: number): boolean => this.alive(pid);
  readonly now = (): number => this.#time;

  readonly every = (ms: number, tick: () => void): (() => void) => {
    const timer = { due: this.#time + ms, ms, tick };
    this.#timers.add(timer);
    if (!this.#running) this.#advance();
    return () => this.#timers.delete(timer);
  };

  /** Jumps to the next due time once everything else had a chance to run. */
  #advance(): void {
    this.#running = this.#timers.size > 0;
    if (!this.#running) return;
    setImmediate(() => {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (next) {
        this.#time = next.due;
        next.due += next.ms;
        next.tick();
      }
      this.#advance();
    });
  }
}

/** What a successful download or build leaves: an archive at `--output`, or the CLI at `-o`. */
export const leaves =
  (system: StandIn, version: string, more: readonly string[] = []): Answer =>
  (_options, args) => {
    const at = args.indexOf("-o");
    if (at >= 0) {
      system.program(args[at + 1]!.slice(system.folder.length), version);
      return {};
    }
    const archive = JSON.stringify([version, ...more]);
    writeFileSync(args[args.indexOf("--output") + 1]!, archive);
    system.releases["linux-x64"]!.sha256 = createHash("sha256").update(archive).digest("hex");
    return {};
  };

/** The error if there is no engine. */
export async function errorOf(engine: Promise<unknown>): Promise<EngineError> {
  const outcome = await engine.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(EngineError);
  return outcome as EngineError;
}
