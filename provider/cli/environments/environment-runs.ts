import { sharedTriggers } from "../../core/comparison/shared-triggers";
import { isError } from "../../core/issues/issue";
import { versioned } from "../../core/json/output-version";
import { counted } from "../../core/text/plural";
import { EXIT, exitCodeOfAll, isSignalCode } from "../exit-code";
import { interruptionOf } from "../interruption";
import { errorText } from "../output/error-text";
import { askYes } from "../output/question";
import { EnvironmentOutput, type ReportOutput, TERMINAL } from "../output/report-output";
import type { ApiClients } from "../project/api-clients";
import type { RunName } from "../run/run-context";
import type { EnvironmentRun } from "./environment-run";
import { type EnvironmentResult, environmentsSummary } from "./environments-summary";
import { refuseShared } from "./shared-namespaces";

export interface RunsOptions {
  name: RunName;
  format: "text" | "json" | "markdown";
  /** How many environments run in parallel. */
  parallel: number;
  keepGoing: boolean;
  /** For each file, the files that must run before it. */
  after: ReadonlyMap<string, readonly string[]>;
  /** Skip the confirmation. */
  yes: boolean;
  signal: AbortSignal;
  clients: ApiClients;
}

interface Result extends EnvironmentResult {
  /** The exit code of the environment's run. */
  code: number;
}

interface OpenRun {
  run: EnvironmentRun;
  output: EnvironmentOutput;
}

/** Runs several environments, each with its own run, but with one confirmation, one summary and one exit code. */
export class EnvironmentRuns {
  readonly #runs: readonly OpenRun[];
  readonly #results = new Map<EnvironmentRun, Result>();
  /** Of the runs that have started or are waiting for others. */
  readonly #ended = new Map<OpenRun, Promise<void>>();

  /** `open` creates the run of an environment, which reports to the given output. */
  constructor(
    files: readonly string[],
    private readonly options: RunsOptions,
    open: (file: string, output: ReportOutput) => EnvironmentRun,
  ) {
    this.#runs = files.map((file) => {
      const output = new EnvironmentOutput(options.parallel > 1 ? `${file}: ` : undefined);
      return { run: open(file, output), output };
    });
  }

  /** Runs all environments. Returns the exit code. Throws an error with the code NAMESPACE_SHARED. */
  async go(): Promise<number> {
    const { name, clients } = this.options;
    this.#checkFiles();
    if (name !== "refresh")
      await refuseShared(
        this.#runs.map(({ run }) => run),
        clients,
      );
    // Before the first write: otherwise an error in a later environment would stop the run after earlier ones were
    // written.
    const changed = name !== "preview" && !this.#isStopped ? await this.#reviewed() : 0;
    this.#refuseSharedTriggers();
    if (!this.#isStopped && !(await this.#agreed(changed))) {
      TERMINAL.err("Nothing was changed.\n");
      return interruptionOf(this.options.signal)?.exitCode ?? EXIT.failed;
    }
    await this.#each((next) => this.#runInOrder(next));
    if (name === "preview") this.#refuseSharedTriggers();
    return this.#reported();
  }

  /** Processes the environments in order, up to `parallel` at a time. */
  async #each(work: (next: OpenRun) => Promise<void>): Promise<void> {
    const queue = [...this.#runs];
    const takeAll = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) await work(next);
    };
    await Promise.all(Array.from({ length: this.options.parallel }, takeAll));
  }

  /** Whether to skip the environments that have not started. A preview writes nothing, so it shows all of them. */
  get #isStopped(): boolean {
    const { name, keepGoing, signal } = this.options;
    const failed = [...this.#results.values()].some(({ state }) => state === "failed");
    return signal.aborted || (failed && !keepGoing && name !== "preview");
  }

  /** An error in the files of one environment is reported before anything is written to another. */
  #checkFiles(): void {
    const { name, keepGoing } = this.options;
    if (name !== "up" || keepGoing) return;
    for (const { run } of this.#runs) {
      const errors = run.declarations().issues.filter(isError);
      if (errors.length === 0) continue;
      run.report.issues(errors);
      this.#failed(run);
    }
  }

  /** Fails the environments whose plans, each possible alone, contradict each other about a live trigger. */
  #refuseSharedTriggers(): void {
    const planned = this.#runs.filter(({ run }) => this.#results.get(run)?.state !== "failed");
    const texts = sharedTriggers(planned.flatMap(({ run }) => run.plan ?? []));
    for (const { run } of this.#runs) {
      const own = texts.flatMap(({ environment, text }) => (environment === run.environment ? [text] : []));
      if (own.length === 0) continue;
      run.report.failed(own, run.plan?.plan);
      this.#failed(run);
    }
  }

  #failed(run: EnvironmentRun): void {
    this.#end(run, "failed", 1, run.report.closing);
  }

  /**
   * Shows every plan. If one cannot be created or applied, its environment fails and the others are still shown.
   * Returns how many triggers the others change.
   */
  async #reviewed(): Promise<number> {
    const { name, signal } = this.options;
    let count = 0;
    await this.#each(async ({ run, output }) => {
      if (signal.aborted) return;
      const review = await attempt(name, run, () => run.review());
      output.flush();
      if (!review) {
        if (!signal.aborted) this.#failed(run);
        return;
      }
      count += review.changed;
      if (review.isDone) this.#end(run, "done", 0, run.report.closing);
    });
    return count;
  }

  /** Asks once for all environments. `changed`: how many triggers their plans change. */
  async #agreed(changed: number): Promise<boolean> {
    const many = `in ${this.#runs.length} environments`;
    const { name, yes, signal } = this.options;
    if (yes || name === "preview") return true;
    if (changed === 0) return true;
    const verb = name === "refresh" ? "Update the state of" : "Change";
    return askYes(`${verb} ${counted(changed, "trigger")} ${many}`, signal);
  }

  /** Starts once the runs before it have ended. */
  async #runInOrder(next: OpenRun): Promise<void> {
    const before = this.#before(next);
    // The runs before it come earlier in the order, so each already has a promise.
    const ready = Promise.all(before.map((each) => this.#ended.get(each)));
    const ended = ready.then(() => this.#runNext(next, before));
    this.#ended.set(next, ended);
    await ended;
  }

  #before({ run: { environment } }: OpenRun): OpenRun[] {
    const named = this.options.after.get(environment) ?? [];
    return this.#runs.filter(({ run }) => named.includes(run.environment));
  }

  async #runNext({ run, output }: OpenRun, before: readonly OpenRun[]): Promise<void> {
    if (this.#results.has(run)) return;
    const reason = this.#whyNot(before);
    if (reason !== undefined) {
      this.#end(run, "not run", 0, reason);
      return;
    }
    const code = (await attempt(this.options.name, run, () => run.go())) ?? EXIT.failed;
    output.flush();
    const state = isSignalCode(code) ? "interrupted" : code === EXIT.failed ? "failed" : "done";
    this.#end(run, state, code, run.report.closing);
  }

  /** Why an environment does not run; undefined if it does. `before`: the runs that it waits for. */
  #whyNot(before: readonly OpenRun[]): string | undefined {
    const { name, signal } = this.options;
    if (signal.aborted) return "interrupted";
    if (this.#isStopped) return "another environment failed";
    if (name !== "up") return undefined;
    const missing = before.map(({ run }) => this.#results.get(run)!).find(({ state }) => state !== "done");
    return missing && `${missing.environment} ${missing.state === "failed" ? "failed" : "was not run"}`;
  }

  #end(run: EnvironmentRun, state: Result["state"], code: number, text: string): void {
    this.#results.set(run, { environment: run.environment, state, code, text });
  }

  /** Prints the summary. Returns the exit code. */
  #reported(): number {
    const { name, format, signal } = this.options;
    const rows = this.#runs.map(({ run, output }) => ({ output, ...this.#results.get(run)! }));
    const codes = rows.map(({ code }) => code);
    const code = interruptionOf(signal)?.exitCode ?? exitCodeOfAll(codes);
    const summary = environmentsSummary(rows);
    (format === "text" ? TERMINAL.out : TERMINAL.err)(summary);
    if (format === "json") {
      const environments = rows.map(({ environment, output, state, text }) => {
        const { version: _, command: __, ...record } = output.record ?? { errors: [text] };
        return { environment, state, ...record };
      });
      TERMINAL.json(
        versioned({ command: name, ok: code === EXIT.ok || code === EXIT.differs, environments }),
      );
    }
    return code;
  }
}

/**
 * Runs something for one environment. A usage error, such as a target that only this environment lacks, fails this
 * environment only.
 */
async function attempt<T>(
  command: string,
  run: EnvironmentRun,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    run.report.failed([errorText(command, error)]);
    return undefined;
  }
}
