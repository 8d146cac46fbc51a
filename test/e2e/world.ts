import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import { stateFiles } from "../../provider/cli/stack/state-file";
import { createWorkspace } from "../../provider/cli/stack/workspace";
import {
  type EmulatedTrigger,
  type Emulator,
  type EmulatorOptions,
  type ManualClock,
  manualClock,
  startEmulator,
} from "../../provider/emulator";
import { ensureEngine } from "../../provider/engine";
import { type FileTree, readTree, writeTree } from "./file-tree";
import { KEY } from "./key";
import { madeOnce, SECRETS_PROVIDER } from "./new-stacks";
import { runScript, type Script } from "./program-server";

/** The result of one operation, from the engine's events and the emulator's log. */
export interface Outcome {
  ok: boolean;
  /** Everything that a person would have read, on stdout and stderr. */
  output: string;
  /** By resource name: same, create, update, replace, delete, … */
  ops: Record<string, string>;
  /** Like `POST /v1/triggers`, in order. A list is `LIST`. */
  requests: string[];
  writes: string[];
  lists: number;
  statuses: number[];
}

type Program = () => Promise<Record<string, unknown> | undefined> | Promise<void>;

interface WorldOptions extends EmulatorOptions {
  config?: Record<string, string | undefined>;
  env?: Record<string, string>;
}

/** What the engine stores for a stack: its state, and its settings, which contain the API's address. */
interface SavedStack {
  url: string;
  state: FileTree;
  settings: string;
}

const STATE = "state";
const SETTINGS = join("project", "Pulumi.test.yaml");
const SERVICE = "service.json";

/** One emulator, one Pulumi project on a file backend, one stack: everything from the program to the API. */
export class World {
  private constructor(
    readonly emulator: Emulator,
    readonly clock: ManualClock,
    readonly folder: string,
    private readonly stack: Stack,
    private readonly run: { program: Program },
  ) {}

  /** `config`: changes to the settings of a stack with a key, an address and a namespace; undefined: without it. */
  static async start({ config = {}, env, ...options }: WorldOptions = {}): Promise<World> {
    let first: World | undefined;
    const saved = await madeOnce("project", async () => {
      first = await World.open(options, env);
      await first.stack.setAllConfig({
        "mixpeek:apiKey": { value: KEY, secret: true },
        "mixpeek:baseUrl": { value: first.emulator.url },
        "mixpeek:namespace": { value: "dev" },
      });
      return first.saved();
    });
    const world = first ?? (await World.open(options, env, saved));
    for (const [name, value] of Object.entries(config)) await world.setConfig(name, value);
    return world;
  }

  /**
   * Opens worlds in which a program is applied. `name`: one for each program, in all files. The engine runs once a
   * worker; each further world is a copy with its own emulator that has the same triggers.
   */
  static applied(name: string, program: Program): (options?: EmulatorOptions) => Promise<World> {
    return async (options) => {
      let first: World | undefined;
      const copy = await madeOnce(`applied ${name}`, async () => {
        const service = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-service-"));
        const stateFile = join(service, SERVICE);
        first = await World.start({ stateFile });
        const { ok, output } = await first.up(program);
        if (!ok) throw new Error(`cannot prepare a world: ${output}`);
        const made = { stack: first.saved(), service: readFileSync(stateFile, "utf8") };
        rmSync(service, { recursive: true });
        return made;
      });
      if (first && !options) return first;
      await first?.close();
      return World.open(options ?? {}, undefined, copy.stack, copy.service);
    };
  }

  /** `service`: the emulator's initial contents. */
  private static async open(
    options: EmulatorOptions,
    env: Record<string, string> = {},
    saved?: SavedStack,
    service?: string,
  ): Promise<World> {
    const engine = await ensureEngine();
    const clock = manualClock();
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-e2e-"));
    const stateFile = join(folder, SERVICE);
    if (service !== undefined) writeFileSync(stateFile, service);
    const emulator = await startEmulator({
      clock,
      keys: [KEY],
      ...(service === undefined ? {} : { stateFile }),
      ...options,
    });
    if (saved) {
      const here = (text: string): string => text.replaceAll(saved.url, emulator.url);
      writeTree(join(folder, STATE), new Map([...saved.state].map(([path, text]) => [path, here(text)])));
      writeTree(folder, new Map([[SETTINGS, here(saved.settings)]]));
    }
    const run: { program: Program } = { program: async () => undefined };
    const stack = await createWorkspace({
      folder,
      project: "e2e",
      stack: "test",
      program: () => run.program() as Promise<Record<string, unknown>>,
      engineBin: engine.bin,
      engineVersion: engine.version,
      secretsProvider: SECRETS_PROVIDER,
      env: {
        // A key from the environment is only sent to an address from the environment.
        ...(env["MIXPEEK_API_KEY"] === undefined ? {} : { MIXPEEK_BASE_URL: emulator.url }),
        ...env,
      },
    });
    return new World(emulator, clock, folder, stack, run);
  }

  private saved(): SavedStack {
    return {
      url: this.emulator.url,
      state: readTree(join(this.folder, STATE)),
      settings: readFileSync(join(this.folder, SETTINGS), "utf8"),
    };
  }

  /** Only the engine can encrypt. A run of it to write a plain value would take half a second of CPU time. */
  async setConfig(key: string, value: string | undefined): Promise<void> {
    const name = `mixpeek:${key}`;
    if (key === "apiKey" && value !== undefined) {
      await this.stack.setConfig(name, { value, secret: true });
      return;
    }
    const file = join(this.folder, SETTINGS);
    const settings = parseDocument(readFileSync(file, "utf8"));
    if (value === undefined) settings.deleteIn(["config", name]);
    else settings.setIn(["config", name], value);
    writeFileSync(file, settings.toString());
  }

  up(
    program: Program,
    options: { refresh?: boolean; replace?: string[]; logToStdErr?: boolean; logVerbosity?: number } = {},
  ): Promise<Outcome> {
    this.run.program = program;
    return this.operate((say) => this.stack.up({ ...say, ...options }));
  }

  preview(program: Program, options: { refresh?: boolean } = {}): Promise<Outcome> {
    this.run.program = program;
    return this.operate((say) => this.stack.preview({ ...say, ...options, diff: true }));
  }

  refresh(): Promise<Outcome> {
    return this.operate((say) => this.stack.refresh(say));
  }

  destroy(): Promise<Outcome> {
    return this.operate((say) => this.stack.destroy(say));
  }

  /** Runs a script in the project's folder, where `pulumi` is the real command and `program` the project's program. */
  async script(text: string, program: Program, env: Record<string, string> = {}): Promise<Script> {
    const { workDir, envVars } = this.stack.workspace;
    // As for a user who has selected the stack.
    const selected = { ...envVars, PULUMI_STACK: this.stack.name };
    return runScript(text, { folder: workDir, program: async () => program(), env: { ...selected, ...env } });
  }

  /** The triggers that are not deleted, by name. */
  live(namespace = "dev"): Record<string, EmulatedTrigger> {
    const kept = this.emulator.triggers(namespace).filter(({ status }) => status !== "disabled");
    return Object.fromEntries(kept.map((trigger) => [String(trigger.name), trigger]));
  }

  /** The state's record of each trigger, and the whole file as text. */
  state(): { text: string; triggers: Record<string, Record<string, unknown>> } {
    const [file] = stateFiles(`file://${join(this.folder, STATE)}`, "e2e", "test") as [string];
    const text = readFileSync(file, "utf8");
    const resources = (JSON.parse(text, sealed).checkpoint.latest?.resources ?? []) as Record<
      string,
      unknown
    >[];
    const triggers = resources.filter(({ type }) => type === "pulumi-nodejs:dynamic/mixpeek:Trigger");
    return {
      text,
      triggers: Object.fromEntries(
        triggers.map((record) => [String(record["urn"]).split("::").at(-1)!, record]),
      ),
    };
  }

  async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async operate(start: (say: Say) => Promise<{ stdout: string; stderr: string }>): Promise<Outcome> {
    const before = this.emulator.requests().length;
    let output = "";
    const ops: Record<string, string> = {};
    const say: Say = {
      color: "never",
      onOutput: (text) => {
        output += text;
      },
      onError: (text) => {
        output += text;
      },
      onEvent: (event) => {
        const metadata = event.resourcePreEvent?.metadata;
        if (metadata?.type === "pulumi-nodejs:dynamic/mixpeek:Trigger") {
          const name = metadata.urn.split("::").at(-1)!;
          // A replacement has three steps; the first one counts.
          if (!ops[name]?.includes("replace")) ops[name] = metadata.op;
        }
      },
    };
    const ok = await start(say).then(
      () => true,
      (error: Error) => {
        output += error.message;
        return false;
      },
    );
    const log = this.emulator.requests().slice(before);
    const requests = log.map(({ method, path }) =>
      path === "/v1/triggers/list" ? "LIST" : `${method} ${path}`,
    );
    return {
      ok,
      output,
      ops,
      requests,
      writes: requests.filter((request) => request !== "LIST" && !request.startsWith("GET ")),
      lists: requests.filter((request) => request === "LIST").length,
      statuses: log.map(({ status }) => status),
    };
  }
}

/** The engine encrypts a secret again, with another nonce, whenever it writes the state. */
const sealed = (key: string, value: unknown): unknown => (key === "ciphertext" ? "(sealed)" : value);

interface Say {
  color: "never";
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
}
