import { type Changed, changedIn, doubtsOf } from "../../core/comparison/promotion";
import type { Declaration } from "../../core/definitions/merged-definition";
import { isError } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import type { SetPlan } from "../../core/plan/plan-model";
import { durationOf } from "../../core/text/parse-duration";
import { command, UsageError, type Values } from "../command";
import { type EnvironmentResult, environmentsSummary } from "../environments/environments-summary";
import { waitHealthy } from "../environments/health-wait";
import { interruptible } from "../environments/interrupt";
import { EXIT, isSignalCode, signalCode } from "../exit-code";
import { interruptionOf } from "../interruption";
import { requireConfirmation } from "../output/terminal";
import { ApiClients } from "../project/api-clients";
import { lockTimeoutOf } from "../project/lock-timeout";
import { APPLY_OPTIONS, environmentFileOf } from "../project/shared-options";
import { liveByEnvironment, planEnvironment } from "../run/environment-plan";
import { declarationsOf, declaredBy, type LiveSet, reportIssues } from "../run/live-set";

const BOTH = "name both environments. Write --from environments/staging.yaml --to environments/prod.yaml.";

const OPTIONS = {
  from: {
    value: "FILE",
    doc: "the environment to promote from; its triggers must pass the checks",
    required: BOTH,
  },
  to: {
    value: "FILE",
    doc: "the environment to promote to; repeat it for several environments in order (requires --wait-healthy)",
    multiple: true,
    required: BOTH,
  },
  "wait-healthy": {
    value: "DURATION",
    doc: "before each promotion, how long to wait for triggers of the previous environment that have not run yet, such as 30m",
  },
  ...APPLY_OPTIONS,
  force: { doc: "skip the checks of the --from environment" },
} as const;

type PromoteOptions = Values<typeof OPTIONS>;

export const promote = command(OPTIONS, async (options) => {
  const stages = [options.from, ...options.to].map(environmentFileOf);
  const twice = stages.find((file, at) => stages.indexOf(file) !== at);
  if (twice !== undefined)
    throw wrongOption(
      twice === stages[0]
        ? `--from and --to are both ${twice}. Name another environment with --to.`
        : `--to ${twice} is given twice. Give it once.`,
    );
  const patience = patienceOf(options);
  requireConfirmation("promote", options);
  lockTimeoutOf("promote", options);
  const [from, ...rest] = stages as [string, ...string[]];
  const declared = declaredBy(options, from);
  // Errors in the files of later environments are reported without waiting for this environment's live triggers.
  if (!declared || reportIssues(rest.flatMap((file) => declarationsOf(options, file).issues.filter(isError))))
    return EXIT.failed;
  return interruptible(async (signal) => {
    const clients = new ApiClients(note);
    const promotion = new Promotion(rest, options, patience, signal, clients);
    try {
      return await promotion.from(from);
    } finally {
      await clients.close();
      if (rest.length > 1) process.stdout.write(environmentsSummary([...promotion.results.values()]));
    }
  });
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Promotes definitions from one environment to the next and records the result of each. */
class Promotion {
  readonly results: Map<string, EnvironmentResult>;
  readonly #open: (environment: string) => Promise<LiveSet>;

  constructor(
    private readonly stages: readonly string[],
    private readonly options: PromoteOptions,
    /** How long to wait for runs in an environment, in milliseconds. undefined: do not wait. */
    private readonly patience: number | undefined,
    private readonly signal: AbortSignal,
    private readonly clients: ApiClients,
  ) {
    this.#open = liveByEnvironment(options.project, clients);
    const text = "the previous environment stopped the promotion";
    this.results = new Map(
      stages.map((environment) => [environment, { environment, state: "not run", text }]),
    );
  }

  /** Promotes from the environment `first` on. Returns the exit code. */
  async from(first: string): Promise<number> {
    const { environmentUp } = await import("../environments/run-command");
    let applied: SetPlan | undefined;
    for (const [at, to] of this.stages.entries()) {
      const code = await this.#check(this.stages[at - 1] ?? first, to, applied);
      if (code !== EXIT.ok) return code;
      const run = environmentUp(to, this.options, { signal: this.signal, clients: this.clients });
      const ran = await run.go();
      const state = ran === EXIT.ok ? "done" : isSignalCode(ran) ? "interrupted" : "failed";
      this.results.set(to, { environment: to, state, text: run.report.closing || "nothing was changed" });
      if (ran !== EXIT.ok) return ran;
      applied = run.report.applied;
    }
    return EXIT.ok;
  }

  /**
   * Checks whether an environment may be promoted to the next one, and reports why not. Returns the exit code: 0 if it
   * may be promoted.
   */
  async #check(from: string, to: string, applied: SetPlan | undefined): Promise<number> {
    const live = await this.#open(from);
    const { declarations } = declarationsOf(this.options, from);
    const first = await planOf(declarations, live);
    if (!first) return EXIT.failed;
    const changed = changedIn(applied, first);
    const isForced = this.options.force === true && to === this.stages[0];
    const isNewDoubted = this.patience === undefined;
    const doubts = doubtsOf(first, { changed, isNewDoubted });
    if (isForced) for (const doubt of doubts) note(`${from}: ${visible(doubt)}`);
    if (isForced) return EXIT.ok;
    if (doubts.length > 0) return this.#refused(from, to, doubts);
    return this.patience === undefined
      ? EXIT.ok
      : this.#wait(from, to, first, changed, () => planOf(declarations, live));
  }

  async #wait(
    from: string,
    to: string,
    first: SetPlan,
    changed: Changed,
    look: () => Promise<SetPlan | undefined>,
  ): Promise<number> {
    const waited = await waitHealthy(first, look, changed, {
      timeout: this.patience!,
      signal: this.signal,
      note: (line) => note(`${from}: ${line}`),
    });
    if (waited.state === "healthy") return EXIT.ok;
    if (waited.state === "unhealthy") return this.#refused(from, to, waited.reasons);
    note(
      `Interrupted: nothing was changed in ${to}. To continue, run the same command again. It waits only for triggers of ${from} that have never run: it does not know which ones this promotion changed.`,
    );
    return interruptionOf(this.signal)?.exitCode ?? signalCode("SIGINT");
  }

  #refused(from: string, to: string, doubts: readonly string[]): number {
    for (const doubt of doubts) note(`${from}: ${visible(doubt)}`);
    const fix =
      this.patience === undefined
        ? "Fix its triggers, or add --force"
        : `Fix its triggers, increase --wait-healthy, or promote ${from} to ${to} later`;
    note(`cannot promote ${from} to ${to}: ${from} failed the checks above. ${fix} [NOT_PROVED].`);
    return EXIT.failed;
  }
}

/** An environment's current plan. */
async function planOf(declarations: readonly Declaration[], live: LiveSet): Promise<SetPlan | undefined> {
  live.forget();
  return (await planEnvironment(declarations, live))?.plan;
}

function patienceOf({ waitHealthy: text, to }: PromoteOptions): number | undefined {
  const milliseconds = text === undefined ? undefined : durationOf(text);
  if (text !== undefined && milliseconds === undefined)
    throw wrongOption(
      `--wait-healthy ${JSON.stringify(visible(text))} is not a duration. Write a number with s, m or h, such as --wait-healthy 30m.`,
    );
  if (milliseconds === undefined && to.length > 1)
    throw wrongOption(
      "several --to require --wait-healthy, the time in which each environment must become healthy. Add it, such as --wait-healthy 30m.",
    );
  return milliseconds;
}

const wrongOption = (message: string): UsageError => new UsageError(`mixpeek-triggers promote: ${message}`);
