import type { EnvironmentPlan } from "../../core/comparison/shared-triggers";
import type { DesiredSet } from "../../core/definitions/desired-set";
import { rootOf } from "../../files/read";
import { UsageError } from "../command";
import { EXIT } from "../exit-code";
import { interruptionOf } from "../interruption";
import { errorText } from "../output/error-text";
import type { ReportOutput } from "../output/report-output";
import type { ApiClients } from "../project/api-clients";
import { type Project, projectOf } from "../project/project";
import { declarationsOf } from "../run/live-set";
import type { Purpose } from "../run/planning";
import { reviewRefresh, runOnStack } from "../run/refresh-destroy";
import { Report } from "../run/report";
import { type Review, Run } from "../run/run";
import { RunContext, type RunName } from "../run/run-context";
import type { RunOptions } from "../run/run-options";

/** How to run one environment, and where to report. */
export interface RunSetup {
  format: "text" | "json" | "markdown";
  purpose?: Purpose;
  signal: AbortSignal;
  /** In milliseconds. */
  lockTimeout: number;
  output?: ReportOutput;
  clients?: ApiClients;
}

/** One command on the stack of one environment, from its options to its exit code. */
export class EnvironmentRun {
  readonly report: Report;
  readonly project: Project;
  readonly #context: RunContext;
  #run: Run | undefined;
  #declared: DesiredSet | undefined;

  /**
   * `identity`: the options that name the stack in addition to the environment's file. Throws the errors of {@link
   * projectOf}.
   */
  constructor(
    private readonly name: RunName,
    identity: { stack?: string | undefined; project?: string | undefined },
    private readonly options: RunOptions,
    private readonly setup: RunSetup,
  ) {
    const { format, output, purpose, signal, lockTimeout, clients } = setup;
    const { environment, stateless, plan } = options;
    this.project = projectOf(rootOf(process.cwd()).cwd, process.env, { environment, ...identity, stateless });
    const title = purpose === "fix" ? "drift --fix" : name;
    this.report = new Report(title, this.project, environment, format, output, plan !== undefined);
    this.#context = new RunContext(name, this.project, this.report, options, signal, lockTimeout, clients);
  }

  get environment(): string {
    return this.options.environment ?? "";
  }

  /** What the environment declares. Read once, for the checks before its run. */
  declarations(): DesiredSet {
    this.#declared ??= declarationsOf(this.options, this.environment);
    return this.#declared;
  }

  /**
   * Shows what {@link go} would change: see {@link Run.review} and {@link reviewRefresh}. Throws UsageError,
   * and errors without a code.
   */
  async review(): Promise<Review | undefined> {
    let review: Review | undefined;
    await this.#reported(async () => {
      if (this.name === "refresh") review = await reviewRefresh(this.#context);
      else {
        this.#run ??= new Run(this.#context, this.setup.purpose);
        review = await this.#run.review();
      }
      return EXIT.ok;
    });
    return review;
  }

  /** The plan that was shown, for comparison with those of other environments; undefined if there is none. */
  get plan(): EnvironmentPlan | undefined {
    const latest = this.#run?.latest;
    return latest && { environment: this.environment, ...latest };
  }

  /** Runs the command. Returns the exit code. Throws UsageError, and errors without a code. */
  go(): Promise<number> {
    const { name } = this;
    return this.#reported(async () => {
      if (name === "refresh" || name === "destroy") return runOnStack(this.#context, name);
      this.#run ??= new Run(this.#context, this.setup.purpose);
      return this.#run.go();
    });
  }

  async #reported(run: () => Promise<number>): Promise<number> {
    try {
      const code = await run();
      const interruption = interruptionOf(this.setup.signal);
      return interruption ? this.report.stopped(interruption) : code;
    } catch (error) {
      // The project's own errors have codes. An error without one is an internal error and is shown with its stack
      // trace.
      if (typeof (error as { code?: unknown }).code !== "string" || error instanceof UsageError) throw error;
      this.report.failed([errorText(this.name, error)]);
      return EXIT.failed;
    }
  }
}
