import type { JsonObject } from "../../../provider/core/schema/model";
import type { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";

export type Props = JsonObject & { __provider?: string };

/** One resource in the engine's state. */
export interface Resource {
  /** The program's name for it, the last part of its URN. */
  urn: string;
  id: string;
  inputs: Props;
  outs: Props;
  /** Replaced, but not deleted yet. */
  pendingDelete: boolean;
  /** Its last create or update was partial. */
  failed: boolean;
  /** The engine refuses to delete it. */
  protect: boolean;
  /** The engine drops it from the state without asking the provider to delete it. */
  retain: boolean;
}

/** Resource options of the program, in addition to the inputs. */
export interface Options {
  /** The earlier name of the resource. */
  alias?: string;
  protect?: boolean;
  retain?: boolean;
}

/** A provider as a process. After a kill, nothing that it does is received. */
export interface Host {
  readonly provider: TriggerProvider;
  readonly dead: boolean;
}

/** The result of one run. */
export interface Outcome {
  killed: boolean;
  errors: string[];
  /** `create nightly`, in the order in which they ended. */
  steps: string[];
}

class Killed extends Error {}
/** Why nothing more is started. */
class Failed extends Error {}

type Methods = Pick<TriggerProvider, "check" | "diff" | "create" | "update" | "read" | "delete">;

/**
 * Models what the engine does with a provider and its state, like deploy/step_generator.go and step.go of CLI 3.259:
 * checks and diffs one by one in the program's order, creates and updates in parallel, deletes at the end and only if
 * nothing failed. A kill ends the run immediately: what is not in the state by then never gets there.
 */
export class EngineModel {
  state: Resource[] = [];

  constructor(private readonly atOnce: number) {}

  find(urn: string): Resource | undefined {
    return this.state.find((resource) => resource.urn === urn && !resource.pendingDelete);
  }

  /** `program`: inputs by resource name; `options`: options by resource name. `preview`: nothing is applied. */
  up(
    host: Host,
    program: ReadonlyMap<string, Props>,
    preview = false,
    options: ReadonlyMap<string, Options> = new Map(),
  ): Promise<Outcome> {
    return this.run(host, async (run) => {
      for (const [urn, inputs] of program) {
        if (run.stopped) break;
        await this.register(run, urn, inputs, preview, options.get(urn) ?? {});
      }
      await run.settled();
      if (run.stopped || preview) return;
      const gone = this.state.filter(({ urn, pendingDelete }) => pendingDelete || !program.has(urn));
      for (const resource of gone) run.begin(() => this.remove(run, resource));
      await run.settled();
    });
  }

  destroy(host: Host): Promise<Outcome> {
    return this.up(host, new Map());
  }

  refresh(host: Host): Promise<Outcome> {
    return this.run(host, async (run) => {
      for (const resource of [...this.state]) run.begin(() => this.reread(run, resource));
      await run.settled();
    });
  }

  private async run(host: Host, work: (run: Run) => Promise<void>): Promise<Outcome> {
    const run = new Run(host, this.atOnce);
    try {
      await work(run);
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof Failed)) throw error;
      await run.settled();
    }
    return { killed: host.dead, errors: host.dead ? [] : run.errors, steps: run.steps };
  }

  private async register(
    run: Run,
    urn: string,
    inputs: Props,
    preview: boolean,
    options: Options,
  ): Promise<void> {
    const old = this.find(urn) ?? (options.alias === undefined ? undefined : this.find(options.alias));
    await this.checked(run, urn, old?.inputs ?? {}, inputs);
    if (!old) {
      if (!preview) run.begin(() => this.create(run, urn, inputs, undefined, options));
      return;
    }
    const diff = await run.call(urn, "diff", old.id, clone(old.outs), clone(inputs));
    const isReplaced = diff.changes && (diff.replaces?.length ?? 0) > 0;
    // A resource that is no longer protected may be replaced in the same run.
    if (isReplaced && old.protect && options.protect)
      throw run.fail(urn, `unable to replace resource "${urn}" as it is currently marked for protection`);
    if (!preview) old.urn = urn;
    if (!preview && !isReplaced) Object.assign(old, flagsOf(options));
    if (isReplaced) {
      // Defaults are recomputed for a replacement, as if there were no old resource.
      await this.checked(run, urn, {}, inputs);
      if (!preview) run.begin(() => this.create(run, urn, inputs, old, options));
    } else if (diff.changes || old.failed) {
      if (!preview) run.begin(() => this.update(run, old, inputs));
    } else if (!preview) old.inputs = inputs;
  }

  private async checked(run: Run, urn: string, olds: Props, inputs: Props): Promise<void> {
    const { failures } = await run.call(urn, "check", clone(olds), clone(inputs));
    if (failures.length > 0) throw run.fail(urn, failures.map(({ reason }) => reason).join("; "));
  }

  private async create(
    run: Run,
    urn: string,
    inputs: Props,
    old: Resource | undefined,
    options: Options,
  ): Promise<void> {
    const made = (id: string, outs: Props, failed: boolean) => {
      this.state.push({ urn, id, inputs, outs, pendingDelete: false, failed, ...flagsOf(options) });
      if (old) old.pendingDelete = true;
      run.steps.push(`${old ? "replace" : "create"} ${urn}`);
    };
    try {
      const { id, outs } = await run.call(urn, "create", clone(inputs));
      made(id, { ...outs, __provider: inputs.__provider! }, false);
    } catch (error) {
      const partial = partialOf(error);
      if (partial) made(partial.id, partial.properties, true);
      throw error;
    }
  }

  private async update(run: Run, old: Resource, inputs: Props): Promise<void> {
    try {
      const { outs } = await run.call(old.urn, "update", old.id, clone(old.outs), clone(inputs));
      Object.assign(old, { inputs, outs: { ...outs, __provider: inputs.__provider }, failed: false });
      run.steps.push(`update ${old.urn}`);
    } catch (error) {
      const partial = partialOf(error);
      if (partial) Object.assign(old, { inputs, outs: partial.properties, failed: true });
      throw error;
    }
  }

  private async remove(run: Run, resource: Resource): Promise<void> {
    const { urn, id, outs, pendingDelete, protect, retain } = resource;
    if (protect && !pendingDelete)
      throw run.fail(urn, `resource "${urn}" cannot be deleted because it is protected`);
    if (!retain) await run.call(urn, "delete", id, clone(outs));
    this.state = this.state.filter((each) => each !== resource);
    run.steps.push(`delete ${resource.urn}`);
  }

  private async reread(run: Run, resource: Resource): Promise<void> {
    const read = await run.call(resource.urn, "read", resource.id, clone(resource.outs));
    if (read.id === "") {
      this.state = this.state.filter((each) => each !== resource);
      return;
    }
    const { __provider } = resource.outs;
    const shim = __provider === undefined ? {} : { __provider };
    Object.assign(resource, {
      outs: { ...read.props, ...shim },
      inputs: { ...read.inputs, ...shim },
      failed: false,
    });
  }
}

/** The calls of one run: a limited number at once, none after a failure, no result after a kill. */
class Run {
  readonly errors: string[] = [];
  readonly steps: string[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly queue: (() => Promise<void>)[] = [];

  constructor(
    private readonly host: Host,
    private readonly atOnce: number,
  ) {}

  get stopped(): boolean {
    return this.errors.length > 0 || this.host.dead;
  }

  fail(urn: string, message: string): Failed {
    this.errors.push(`${urn}: ${message}`);
    return new Failed(message);
  }

  async call<M extends keyof Methods>(
    urn: string,
    method: M,
    ...args: Parameters<Methods[M]>
  ): Promise<Awaited<ReturnType<Methods[M]>>> {
    if (this.host.dead) throw new Killed();
    const { provider } = this.host;
    try {
      const result = await (provider[method] as (...given: typeof args) => ReturnType<Methods[M]>)(...args);
      if (this.host.dead) throw new Killed();
      return result as Awaited<ReturnType<Methods[M]>>;
    } catch (error) {
      if (this.host.dead) throw new Killed();
      throw Object.assign(this.fail(urn, (error as Error).message), error);
    }
  }

  begin(step: () => Promise<void>): void {
    this.queue.push(step);
    this.next();
  }

  /** Resolves when everything that was started has ended. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private next(): void {
    if (this.stopped) this.queue.length = 0;
    const step = this.underWay.size < this.atOnce ? this.queue.shift() : undefined;
    if (!step) return;
    const promise: Promise<void> = step()
      .catch((error) => {
        if (!(error instanceof Killed) && !(error instanceof Failed)) this.errors.push(String(error));
      })
      .finally(() => {
        this.underWay.delete(promise);
        this.next();
      });
    this.underWay.add(promise);
  }
}

/** With an id, the engine keeps a resource whose create or update failed. */
function partialOf(error: unknown): { id: string; properties: Props } | undefined {
  const { id, properties } = error as { id?: string; properties?: Props };
  return id !== undefined && properties !== undefined ? { id, properties } : undefined;
}

const flagsOf = ({ protect = false, retain = false }: Options): Pick<Resource, "protect" | "retain"> => ({
  protect,
  retain,
});

/** Over gRPC, no object is shared. */
const clone = <T>(value: T): T => structuredClone(value);
