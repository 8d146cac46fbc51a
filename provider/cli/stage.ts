import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { type Emulator, manualClock, startEmulator } from "../emulator";
import { ensureEngine } from "../engine";
import { createWorkspace } from "./workspace";

export type Program = () => Promise<void>;

/** What one operation did. */
export interface Outcome {
  ok: boolean;
  /** By resource, in the order the engine came to them. */
  steps: { name: string; op: string }[];
  /** What the provider said: drift, reports. */
  said: string[];
  /** The first error. */
  error: string | undefined;
  /** `POST /v1/triggers`; a list is `LIST`. */
  requests: string[];
}

/** A real engine, an emulator and a stack between them, in a folder that goes when the stage is struck. */
export class Stage {
  readonly #abort = new AbortController();
  #program: Program = async () => undefined;

  private constructor(
    readonly emulator: Emulator,
    readonly engine: string,
    private readonly folder: string,
    private readonly stack: () => Stack,
  ) {}

  static async open(progress: (line: string) => void): Promise<Stage> {
    const engine = await ensureEngine({ onProgress: progress });
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-demo-"));
    const emulator = await startEmulator({ clock: manualClock(new Date().toISOString()) });
    let stack: Stack | undefined;
    const stage = new Stage(
      emulator,
      `Pulumi CLI ${engine.version} (${engine.source})`,
      folder,
      () => stack!,
    );
    try {
      stack = await createWorkspace({
        folder,
        project: "demo",
        stack: "dev",
        program: () => stage.#program(),
        engineBin: engine.bin,
      });
      await stack.setAllConfig({
        "mixpeek:apiKey": { value: "sk_demo", secret: true },
        "mixpeek:baseUrl": { value: emulator.url },
        "mixpeek:namespace": { value: "dev" },
      });
    } catch (error) {
      await stage.strike();
      throw error;
    }
    return stage;
  }

  up(program: Program): Promise<Outcome> {
    this.#program = program;
    return this.#operate((options) => this.stack().up(options));
  }

  preview(program: Program): Promise<Outcome> {
    this.#program = program;
    return this.#operate((options) => this.stack().preview(options));
  }

  destroy(): Promise<Outcome> {
    return this.#operate((options) => this.stack().destroy(options));
  }

  /** Ends a running operation as Ctrl-C does: what is under way is finished, nothing new begins. */
  abort(): void {
    this.#abort.abort();
  }

  async strike(): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #operate(start: (options: OperationOptions) => Promise<unknown>): Promise<Outcome> {
    this.emulator.clearRequests();
    const steps: Outcome["steps"] = [];
    const said: string[] = [];
    let error: string | undefined;
    const onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent): void => {
      const step = resourcePreEvent?.metadata;
      if (step?.type.endsWith("mixpeek:Trigger"))
        steps.push({ name: step.urn.split("::").at(-1)!, op: step.op });
      if (!diagnosticEvent) return;
      const text = diagnosticEvent.message.replaceAll(/<\{%.*?%\}>/g, "").trim();
      if (diagnosticEvent.severity === "error") error ??= text;
      else if (text && diagnosticEvent.severity.startsWith("info")) said.push(text);
    };
    const ok = await start({ onEvent, signal: this.#abort.signal }).then(
      () => true,
      () => false,
    );
    if (this.#abort.signal.aborted) throw new Interrupted();
    const requests = this.emulator
      .requests()
      .map(({ method, path }) => (path === "/v1/triggers/list" ? "LIST" : `${method} ${path}`));
    return { ok, steps, said, error, requests };
  }
}

interface OperationOptions {
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
}

/** Ctrl-C ended the operation. */
export class Interrupted extends Error {}
