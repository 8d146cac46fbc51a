import { type Issue, isError, issueLine } from "../../core/issues/issue";
import { versioned } from "../../core/json/output-version";
import { visible } from "../../core/json/safe-text";
import { triggerText } from "../../core/plan/explain";
import type { PlanOp, SetPlan, TriggerPlan } from "../../core/plan/plan-model";
import type { PlannedRefresh } from "../../core/plan/planned-refresh";
import { planMarkdown } from "../../core/report/plan-markdown";
import {
  detailsOf,
  isReported,
  planJson,
  STATELESS,
  summaryOf,
  summaryText,
  unmanagedLines,
  wordsOf,
} from "../../core/report/plan-report";
import { appliedText, type Progress, progressText } from "../../core/report/progress";
import { refreshLines } from "../../core/report/refresh-report";
import type { JsonObject } from "../../core/schema/model";
import { counted } from "../../core/text/plural";
import { EXIT } from "../exit-code";
import type { Interruption } from "../interruption";
import { issueRecord, renderIssues, shortened } from "../output/issues";
import { type ProgressCallbacks, whileShown } from "../output/progress-line";
import { type ReportOutput, TERMINAL } from "../output/report-output";
import { hasColor } from "../output/terminal";
import type { Project } from "../project/project";
import type { Outcome } from "../stack/engine-run";
import {
  endedText,
  messagesOf,
  progressJson,
  progressOf,
  type RefreshCounts,
  readEndedText,
  refreshCounts,
  refreshedText,
  skippedText,
} from "./outcome-progress";
import type { Fingerprint } from "./saved-plan";

const COLORS: Readonly<Record<PlanOp, number>> = {
  create: 32,
  adopt: 36,
  update: 33,
  replace: 35,
  delete: 31,
  forget: 31,
  conflict: 31,
  none: 2,
};

/** Longer names shift only their own line. */
const WIDEST = 40;

interface Result {
  ok: boolean;
  applied: boolean;
  errors?: readonly string[];
  messages?: readonly string[];
  plan?: SetPlan;
  progress?: (trigger: TriggerPlan) => Progress;
  refreshed?: RefreshCounts;
}

/** A command's report: lines for people, or one JSON object on stdout with everything else on stderr. */
export class Report {
  readonly #issues: Issue[] = [];
  #api: string | undefined;
  readonly #color = hasColor(process.stdout);
  #closing: { text?: string; error?: string } = {};

  /** `isSavedPlan`: whether the run applies a saved plan. */
  constructor(
    private readonly command: string,
    private readonly project: Project,
    private readonly environment: string | undefined,
    private readonly format: "text" | "json" | "markdown" = "text",
    private readonly output: ReportOutput = TERMINAL,
    private readonly isSavedPlan = false,
  ) {}

  /** The applied plan, or the applied part of it; undefined: none. */
  applied: SetPlan | undefined;

  /** The result in one line: the counts, or the first error. */
  get closing(): string {
    const { text = "", error } = this.#closing;
    return error === undefined ? text : error.split("\n")[0]!;
  }

  get json(): boolean {
    return this.format === "json";
  }

  /** The header with command, stack and address, printed before anything that takes time. */
  begin(api: string | undefined, stateless = false): void {
    const { name, stack, backend, notes } = this.project;
    this.#api = api;
    const where = stateless
      ? `${this.environment}, without the state`
      : `stack ${name}/${stack}, state in ${backend.url}`;
    const address = api === undefined ? "" : `, API ${api}`;
    this.#say(this.#paint(1, `mixpeek-triggers ${this.command}: ${where}${address}`));
    if (stateless) return;
    for (const note of notes) this.note(`${note}.`);
  }

  note(line: string): void {
    this.output.err(`${line}\n`);
  }

  issues(issues: readonly Issue[]): void {
    this.#issues.push(...issues);
    if (issues.length === 0) return;
    const screen = { color: hasColor(process.stderr), width: process.stderr.columns ?? 120 };
    this.output.err(renderIssues(issues, "text", screen));
    const errors = issues.filter(isError).length;
    if (errors === 0) return;
    this.failed([`${counted(errors, "error")}; nothing was changed.`]);
  }

  failed(errors: readonly string[], plan?: SetPlan): void {
    for (const error of errors) this.note(error);
    this.#close("", errors);
    if (this.json) this.#envelope({ ok: false, applied: false, errors, ...(plan ? { plan } : {}) });
  }

  /** The plan, shown before the question or before the run stops. */
  plan(plan: SetPlan): void {
    for (const line of this.#lines(plan, () => ({ state: "planned" }))) this.#say(line);
    this.#say(`${summaryText(summaryOf(plan), plan.perMinute)}.`);
  }

  /** The plan as the whole report. `others`: additional notes. `warnings`: warnings about the triggers' times. */
  preview(
    plan: SetPlan,
    fingerprint: () => Fingerprint,
    others: readonly string[],
    warnings: readonly Issue[],
  ): void {
    this.#issues.push(...warnings);
    const notes = this.json
      ? others
      : [...warnings.map((issue) => visible(issueLine(shortened(issue)))), ...others];
    this.#close(`${summaryText(summaryOf(plan), plan.perMinute)}.`);
    if (this.format === "markdown") {
      this.output.out(planMarkdown(plan, this.environment ?? this.project.stack, notes));
      return;
    }
    if (this.json) {
      this.#hasRecord = true;
      this.output.json(this.planRecord(plan, fingerprint(), notes));
      return;
    }
    for (const line of this.#lines(plan, () => ({ state: "planned" }))) this.#say(line);
    if (plan.stateless) {
      for (const line of unmanagedLines(plan)) this.#say(`? ${line}: not declared`);
      this.#say(STATELESS);
    }
    for (const note of notes) this.#say(note);
    this.#say(this.closing);
  }

  /** A plan as data, as `--format json` prints it and `--out` saves it. */
  planRecord(plan: SetPlan, fingerprint: Fingerprint, notes: readonly string[] = []): JsonObject {
    return {
      ...this.#record({ ok: summaryOf(plan).conflict === 0, applied: false, plan, messages: notes }),
      fingerprint,
    };
  }

  /** Reports the result of applying a plan. `left`: what the command did not apply, and why. Returns the exit code. */
  done(plan: SetPlan, outcome: Outcome, left: readonly string[] = []): number {
    const progress = (trigger: TriggerPlan): Progress => progressOf(trigger, outcome);
    this.applied = plan;
    const skipped = outcome.ok ? plan.triggers.filter((each) => progress(each).state === "not applied") : [];
    const isApplied = outcome.ok && skipped.length === 0;
    if (!this.json) {
      for (const line of this.#lines(plan, progress)) this.#say(line);
      for (const message of messagesOf(outcome)) this.#say(message);
      this.#say(`${appliedText(plan, progress)}.`);
    }
    const errors = [
      ...outcome.errors,
      ...(outcome.ended ? [endedText(outcome.ended, plan, outcome, this.isSavedPlan)] : []),
      ...(skipped.length > 0 ? [skippedText(skipped)] : []),
      ...left,
    ];
    this.#saysStop ||= outcome.ended !== undefined;
    for (const error of errors) this.note(hasColor(process.stderr) ? `\u001b[31m${error}\u001b[0m` : error);
    this.#close(`${appliedText(plan, progress)}.`, errors);
    const ok = isApplied && left.length === 0;
    const messages = messagesOf(outcome);
    if (this.json) this.#envelope({ ok, applied: isApplied, errors, messages, plan, progress });
    return ok ? EXIT.ok : EXIT.failed;
  }

  /** Reports the result of a refresh, from the engine and the provider. Returns the exit code. */
  refreshed(outcome: Outcome): number {
    const { ok, ended } = outcome;
    const errors = [...outcome.errors, ...(ended ? [readEndedText(ended)] : [])];
    this.#saysStop ||= ended !== undefined;
    // The provider's calls run in parallel, so its lines arrive in any order.
    const lines = messagesOf(outcome).sort();
    const counts = refreshCounts(outcome);
    this.#close(`${refreshedText(counts)}.`, errors);
    if (!this.json) {
      for (const line of lines) this.#say(line);
      if (ok) this.#say(this.closing);
    }
    for (const error of errors) this.note(hasColor(process.stderr) ? `\u001b[31m${error}\u001b[0m` : error);
    if (this.json) this.#envelope({ ok, applied: ok, errors, messages: lines, refreshed: counts });
    return ok ? EXIT.ok : EXIT.failed;
  }

  /** What a refresh would record, shown before the question. */
  refreshPlan(plans: readonly PlannedRefresh[]): void {
    for (const line of refreshLines(plans)) this.#say(line);
  }

  /** Reports that a signal stopped the run, unless the run's report already says so. Returns the exit code. */
  stopped({ by, exitCode }: Interruption): number {
    if (this.#saysStop) return exitCode;
    const line = this.applied
      ? `${by} arrived after the run was complete.`
      : readEndedText({ kind: "stopped", by, atOnce: false });
    if (this.json && !this.#hasRecord) this.failed([line]);
    else this.note(line);
    return exitCode;
  }

  #saysStop = false;
  #hasRecord = false;

  /** Runs something that takes a moment, and shows its progress. `total`: the number of triggers; 0 if unknown. */
  while<T>(what: string, total: number, run: (progress: ProgressCallbacks) => Promise<T>): Promise<T> {
    const paint = (text: string): string => this.#paint(2, text);
    return whileShown({ what, total, output: this.output, paint }, run);
  }

  *#lines(plan: SetPlan, progress: (trigger: TriggerPlan) => Progress): Iterable<string> {
    const shown = plan.triggers.filter(isReported);
    const width = Math.min(WIDEST, Math.max(0, ...shown.map(({ name }) => visible(name).length)));
    for (const trigger of shown) {
      const { name, op, desired } = trigger;
      const { mark } = wordsOf(trigger);
      const verb = progressText(trigger, progress(trigger));
      const what = op === "create" && desired ? `  ${triggerText(desired)}` : "";
      yield `${this.#paint(COLORS[op], `${mark} ${visible(name).padEnd(width)}  ${verb}`)}${what}`;
      for (const detail of detailsOf(trigger)) yield `    ${detail}`;
    }
  }

  #envelope(result: Result): void {
    this.#hasRecord = true;
    this.output.json(this.#record(result));
  }

  #close(text: string, [error]: readonly string[] = []): void {
    this.#closing = { text, ...(error === undefined ? {} : { error }) };
  }

  #record({ ok, applied, errors = [], messages = [], plan, progress, refreshed }: Result): JsonObject {
    return versioned({
      command: this.command,
      ok,
      applied,
      project: this.project.name,
      stack: this.project.stack,
      environment: this.environment ?? null,
      backend: this.project.backend.url,
      api: this.#api ?? null,
      ...(plan ? planJson(plan) : { summary: refreshed ? { ...refreshed } : {}, triggers: [] }),
      ...(plan && progress && !ok
        ? {
            progress: plan.triggers
              .filter(isReported)
              .map((each) => ({ name: each.name, ...progressJson(progress(each)) })),
          }
        : {}),
      messages: [...messages],
      errors: [...errors],
      issues: this.#issues.map(issueRecord),
    });
  }

  #say(line: string): void {
    if (this.format === "text") this.output.out(`${line}\n`);
    else this.note(line);
  }

  #paint(color: number, text: string): string {
    return this.#color ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}
