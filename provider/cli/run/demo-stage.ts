import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Emulator, manualClock, startEmulator } from "../../emulator";
import { ensureEngine } from "../../engine";

const KEY = "sk_demo";
const MAIN = join(__dirname, "..", "main.js");

/** What one command did. */
export interface CommandResult {
  code: number;
  /** The whole output. */
  output: string;
  /** One per request, such as `POST /v1/triggers`; a request for a list of triggers is `LIST`. */
  requests: string[];
}

/**
 * An emulator, and a folder in which this package's own command runs as it does for a user. Closing the stage removes
 * both.
 */
export class Stage {
  #child: ChildProcess | undefined;
  #aborted = false;

  private constructor(
    readonly emulator: Emulator,
    readonly engine: string,
    private readonly bin: string,
    private readonly folder: string,
    private readonly color: boolean,
  ) {}

  static async open(progress: (line: string) => void, color: boolean): Promise<Stage> {
    const engine = await ensureEngine({ onProgress: progress });
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-demo-"));
    const emulator = await startEmulator({ clock: manualClock(new Date().toISOString()) });
    return new Stage(emulator, `Pulumi CLI ${engine.version} (${engine.source})`, engine.bin, folder, color);
  }

  async run(...args: string[]): Promise<CommandResult> {
    if (this.#aborted) throw new Interrupted();
    this.emulator.clearRequests();
    const ran = await this.#spawn(args);
    if (this.#aborted) throw new Interrupted();
    const requests = this.emulator
      .requests()
      .map(({ method, path }) => (path === "/v1/triggers/list" ? "LIST" : `${method} ${path}`));
    return { ...ran, requests };
  }

  /** Creates a trigger as a person does in the console. */
  async createOutside(namespace: string, body: object): Promise<void> {
    const answer = await fetch(`${this.emulator.url}/v1/triggers`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${KEY}`,
        "x-namespace": namespace,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`the demo cannot create a trigger outside of Pulumi: ${await answer.text()}`);
  }

  /** Replaces text in a file of the folder, as a person does in an editor. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`the demo cannot edit ${file}: it does not hold ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  /** Stops a running command as Ctrl-C does: calls in progress complete, and no others start. */
  abort(): void {
    this.#aborted = true;
    this.#child?.kill("SIGINT");
  }

  async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(args: string[]): Promise<{ code: number; output: string }> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: this.folder,
        env: this.#env(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      this.#child = child;
      let output = "";
      const take = (text: Buffer): void => {
        output += text;
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("error", fail);
      child.once("close", (code) => done({ code: code ?? 1, output }));
    });
  }

  /** Only the variables that the demo needs, without the user's own backend, key or colour settings. */
  #env(): NodeJS.ProcessEnv {
    const { PULUMI_BACKEND_URL: _, CI: __, ...own } = process.env;
    return {
      ...own,
      PATH: `${this.bin}${delimiter}${own["PATH"] ?? ""}`,
      PULUMI_HOME: join(this.folder, ".mixpeek", "home"),
      PULUMI_CONFIG_PASSPHRASE: "demo",
      MIXPEEK_API_KEY: KEY,
      MIXPEEK_BASE_URL: this.emulator.url,
      FORCE_COLOR: this.color ? "1" : "0",
    };
  }
}

/** Ctrl-C ended the operation. */
export class Interrupted extends Error {}
