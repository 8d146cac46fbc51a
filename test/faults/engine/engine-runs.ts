import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../../../provider/cli/project/project";
import { engineError, nameIn } from "../../../provider/cli/stack/engine-run";
import { dropPending } from "../../../provider/cli/stack/pending-operations";
import { removeStaleLocks } from "../../../provider/cli/stack/stack-lock";
import { createWorkspace } from "../../../provider/cli/stack/workspace";
import type { DesiredTrigger } from "../../../provider/core/schema/model";
import { ensureEngine } from "../../../provider/engine";
import type { TriggerArgs } from "../../../provider/pulumi/args";
import { TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";
import { Wired } from "../../../provider/pulumi/resource/wire";
import { Trigger } from "../../../provider/pulumi/trigger";
import { killEngines } from "../../e2e/process-tree";
import type { Open, Operation, Runs, Stage } from "../runs";
import type { Outcome, Props } from "./engine-model";
import { KEY, type Kill } from "./provider-process";

const NAMES = { project: "faults", stack: "test" };
/** How often the service's time is synchronized with this machine's, in milliseconds. */
const TICK = 20;

interface Checkpoint {
  resources?: { urn: string; type: string; id: string; delete?: boolean }[];
  pending_operations?: unknown[];
}

/** The real engine and provider processes, with one stack that is empty before and after each sequence. */
export class EngineRuns {
  private program: () => void = () => undefined;

  private constructor(
    private readonly folder: string,
    private readonly bin: string,
  ) {}

  private stack!: Stack;

  static async start(): Promise<EngineRuns> {
    const engine = await ensureEngine();
    const runs = new EngineRuns(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-faults-")), engine.bin);
    runs.stack = await createWorkspace({
      ...NAMES,
      folder: runs.folder,
      program: async () => runs.program(),
      engineBin: runs.bin,
      env: { MIXPEEK_API_KEY: KEY },
    });
    return runs;
  }

  /** Implements {@link Open}. Throws if the previous sequence left something. */
  readonly open: Open = (stage): Runs => {
    const own = this;
    if (this.resources().length > 0) throw new Error("the sequence before has left triggers in the state");
    return {
      get state() {
        return own
          .resources()
          .map(({ urn, id, delete: pendingDelete = false }) => ({ urn: nameIn(urn), id, pendingDelete }));
      },
      get unfinished() {
        return own.checkpoint().pending_operations?.length ?? 0;
      },
      run: (operation, program, { kill }) => own.run(stage, operation, program, kill),
    };
  };

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private checkpoint(): Checkpoint {
    const file = join(this.folder, "state", ".pulumi", "stacks", NAMES.project, `${NAMES.stack}.json`);
    return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest ?? {};
  }

  private resources(): NonNullable<Checkpoint["resources"]> {
    return (this.checkpoint().resources ?? []).filter(({ type }) => type === TRIGGER_TYPE);
  }

  private async run(
    { emulator, habits, clock }: Stage,
    operation: Operation,
    program: ReadonlyMap<string, Props>,
    kill: Kill | undefined,
  ): Promise<Outcome> {
    this.program = () => {
      for (const [urn, { __provider: _, ...trigger }] of program)
        new Trigger(urn, new Wired(trigger as unknown as DesiredTrigger) as unknown as TriggerArgs);
    };
    if (operation !== "preview") this.recover();
    this.stack.workspace.envVars["MIXPEEK_BASE_URL"] = emulator.url;
    let killed = false;
    const held = kill && emulator.hold(kill);
    const dying = held?.reached.then(async () => {
      killed = true;
      await killEngines(process.pid);
      await held.drop();
      // Requests of killed processes are read before new ones: they belong to that run.
      await (await fetch(`${emulator.url}/_emulator`)).text();
    });
    const offset = clock.now() - Date.now();
    const flow = setInterval(() => {
      const behind = Date.now() + offset - clock.now();
      if (behind > 0) emulator.advance(behind / 1000);
    }, TICK);
    try {
      const errors = await this.operate(operation, habits.atOnce);
      if (killed) await dying;
      return { killed, errors: killed ? [] : errors, steps: [] };
    } finally {
      clearInterval(flow);
      // A kill point that this run did not reach must not kill a later run.
      await held?.release();
    }
  }

  /** As the commands do before a run. */
  private recover(): void {
    const url = pathToFileURL(join(this.folder, "state")).href;
    const project = { name: NAMES.project, stack: NAMES.stack, backend: { url } } as Project;
    if (removeStaleLocks(project).length > 0) dropPending(project);
  }

  /** Out: the errors, each with its resource name in front. */
  private async operate(operation: Operation, parallel: number): Promise<string[]> {
    const errors: string[] = [];
    const onEvent = ({ diagnosticEvent }: EngineEvent): void => {
      if (diagnosticEvent?.severity !== "error") return;
      const { urn = "", message } = diagnosticEvent;
      if (urn.includes(TRIGGER_TYPE))
        errors.push(`${nameIn(urn)}: ${message.replaceAll(/<\{%.*?%\}>/g, "")}`);
    };
    const options = { onEvent, parallel };
    try {
      if (operation === "up") await this.stack.up(options);
      else if (operation === "preview") await this.stack.preview(options);
      else if (operation === "refresh") await this.stack.refresh({ ...options, clearPendingCreates: true });
      else await this.stack.destroy(options);
    } catch (error) {
      if (errors.length === 0) errors.push(engineError((error as Error).message));
    }
    return errors;
  }
}
