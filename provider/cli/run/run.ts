import type { Stack } from "@pulumi/pulumi/automation";
import type { SetPlan } from "../../core/plan/plan-model";
import { massDeletes } from "../../core/plan/too-many-deletes";
import { hasChanges, summaryOf } from "../../core/report/plan-report";
import { planWarnings } from "../../core/report/plan-warnings";
import { hasWork, type Work, workOf } from "../../core/stack/engine-needed";
import { comparedCode, EXIT } from "../exit-code";
import { type PlainSettings, plainSettings, sourcesOf } from "../project/stack-settings";
import { checkpointsOf, isAdditive } from "../stack/checkpoints";
import { NOT_RUN } from "../stack/engine-run";
import { openExisting } from "../stack/stack-state";
import { ownerUrn } from "../stack/state-file";
import { EngineProgram, programOf, targetUrns } from "./engine-program";
import type { LiveSet } from "./live-set";
import { adoptionOf, fixesOf, type PartialPlan } from "./partial-plan";
import { ownerNotes, type Planned, Planning, type Purpose } from "./planning";
import { changedIn, PlanOvertaken, questionOf, type RunContext } from "./run-context";
import type { RunOptions } from "./run-options";
import { type Fingerprint, ofOwn, readPlan, savePlan, staleness, targetsOf } from "./saved-plan";

/** preview, up and adopt: makes the one plan of an environment and does what the command does with it. */
export class Run {
  /** The plan of --plan. Read before any question. */
  readonly #kept: Fingerprint | undefined;
  /** The options, with the targets of --plan. */
  readonly #options: RunOptions;
  /** The plan that the user confirmed in an earlier attempt. */
  #agreed: Fingerprint | undefined;
  /** The result of {@link review}. {@link go} applies that plan without a question. */
  #reviewed: { found: Found; planning: Planning } | undefined;
  #latest: Found | undefined;
  readonly #engine: EngineProgram;

  constructor(
    private readonly context: RunContext,
    private readonly purpose: Purpose = "apply",
  ) {
    const { options } = context;
    this.#engine = new EngineProgram(context);
    const { plan, target } = options;
    this.#kept = plan === undefined ? undefined : readPlan(plan);
    this.#options =
      plan === undefined || !this.#kept
        ? options
        : { ...options, target: targetsOf(plan, this.#kept, target) };
  }

  /** Runs everything from reading files to the report. Returns the exit code. */
  go(): Promise<number> {
    return this.#start(async (found, planning) => {
      const { whole, live, stack, replan } = found;
      if (this.context.name === "preview") return this.#preview(planning, whole);
      const agreed = await this.#agreedTo(whole, replan);
      return agreed ? this.#apply(planning, agreed.planned, live, stack, agreed.left) : EXIT.failed;
    });
  }

  /**
   * Shows the plan without applying it: {@link go} then applies this plan, or stops if it has changed. Returns
   * undefined if it cannot be applied, which is then already reported.
   */
  async review(): Promise<Review | undefined> {
    const { report } = this.context;
    let review: Review | undefined;
    await this.#start(async (found, planning) => {
      const { whole } = found;
      const stop = this.#stop(whole);
      if (stop !== undefined) {
        report.plan(whole.plan);
        report.failed([stop], whole.plan);
        return EXIT.failed;
      }
      const isDone = !hasWork(this.#work(planning, whole));
      isDone ? report.done(whole.plan, NOT_RUN) : report.plan(whole.plan);
      review = { changed: changedIn(whole.plan).length, isDone };
      this.#agreed = ofOwn(whole.fingerprint());
      this.#reviewed = { found, planning };
      return EXIT.ok;
    });
    return review;
  }

  async #start(attempt: (found: Found, planning: Planning) => Promise<number>): Promise<number> {
    const { name, report, project } = this.context;
    const { environment = "", stateless = false } = this.#options;
    const reviewed = this.#reviewed;
    const planning = reviewed?.planning ?? Planning.begin(name, project, environment, this.#options, report);
    if (!planning) return EXIT.failed;
    const settings = plainSettings(project);
    report.begin(settings.api, stateless);
    return this.context.whenUnlocked(async () => {
      const found = reviewed ? await this.#planAgain(reviewed.found) : await this.#plan(planning, settings);
      this.#latest = found;
      return found ? attempt(found, planning) : EXIT.failed;
    });
  }

  /** The latest plan, whether applied or not, and the address of its API; undefined if there is none. */
  get latest(): { plan: SetPlan; api: string } | undefined {
    return this.#latest && { plan: this.#latest.whole.plan, api: this.#latest.live.baseUrl };
  }

  /** undefined if there were errors, which are then already reported. */
  async #plan(planning: Planning, settings: PlainSettings): Promise<Found | undefined> {
    const { name, report, project } = this.context;
    const { stateless } = this.#options;
    if (name !== "preview") this.context.clearLeftovers();
    // Settings that can be read without the engine are checked first: a missing key or name is reported at once.
    const configured = !stateless && !settings.isComplete;
    const early = configured ? undefined : this.context.live(settings.sources);
    const first = early && (await planning.resolve(early));
    if (early && !first) return undefined;
    if (!stateless) this.context.requirePassphrase();
    const stack = configured ? await this.#engine.open() : undefined;
    const live = early ?? this.context.live(await sourcesOf(project, async () => stack));
    const triggers = first ?? (await planning.resolve(live));
    if (!triggers) return undefined;
    const open = stack ? async () => stack : openExisting(project, (line) => report.note(line));
    const plan = (): Promise<Planned | undefined> => planning.plan(live, triggers, open, this.purpose);
    const whole = await plan();
    const replan = (): Promise<Planned | undefined> => {
      live.forget();
      return plan();
    };
    return whole && { whole, replan, live, stack };
  }

  /** The plan for what is live now: others may have written since the review. */
  async #planAgain(reviewed: Found): Promise<Found | undefined> {
    this.context.clearLeftovers();
    const whole = await reviewed.replan();
    return whole && { ...reviewed, whole };
  }

  /**
   * The plan to apply; undefined if there is none, which is then already reported. What is live may change while the
   * question is open, or before this run has the lock. If the plan is then different, it is shown and confirmed again.
   */
  async #agreedTo(
    first: Planned,
    replan: () => Promise<Planned | undefined>,
  ): Promise<{ planned: Planned; left: readonly string[] } | undefined> {
    const { name, report } = this.context;
    // Another of the environments may have written into this namespace.
    const part = this.#reviewed ? ofOwn : (all: Fingerprint): Fingerprint => all;
    for (let whole: Planned | undefined = first; whole; whole = await replan()) {
      if (!this.#isFresh(whole)) return undefined;
      const { planned, left } = this.#part(whole);
      if (!planned) {
        report.failed(left, whole.plan);
        return undefined;
      }
      const changed = this.#agreed && staleness(this.#agreed, part(planned.fingerprint()));
      if (changed?.length === 0) return { planned, left };
      if (changed && this.#reviewed) {
        report.failed([CHANGED_SINCE, ...changed.map((line) => `  ${line}`)], planned.plan);
        return undefined;
      }
      if (changed) report.note([OUT_OF_DATE, ...changed.map((line) => `  ${line}`)].join("\n"));
      const stop = this.#stop(planned);
      const ask = !this.#options.yes && hasChanges(planned.plan);
      // `preview` does not show the plan of a fix, so it is shown here.
      if (stop !== undefined || ask || this.purpose === "fix") report.plan(planned.plan);
      if (stop !== undefined) {
        report.failed([stop], planned.plan);
        return undefined;
      }
      if (!ask) return { planned, left };
      for (const line of left) report.note(line);
      if (!(await this.context.agreed(questionOf(name, planned.plan)))) return undefined;
      this.#agreed = planned.fingerprint();
    }
    return undefined;
  }

  /** The part of a plan that this command applies. */
  #part(whole: Planned): PartialPlan {
    if (this.context.name === "adopt") return adoptionOf(this.context.project.stack, whole);
    return this.purpose === "fix" ? fixesOf(whole) : { planned: whole, left: [] };
  }

  #preview({ mostStarts }: Planning, planned: Planned): number {
    const { report, options } = this.context;
    const { plan } = planned;
    const warnings = planWarnings(plan, { now: Date.now(), mostStarts });
    const { out } = options;
    if (out !== undefined) savePlan(out, report.planRecord(plan, planned.fingerprint()));
    const stop = this.#stop(planned);
    const notes = [
      ...(stop === undefined || summaryOf(plan).conflict > 0 ? [] : [`\`up\` stops here: ${stop}`]),
      ...(planned.state === undefined && !plan.stateless
        ? [`No Pulumi state found for stack "${this.context.project.stack}": every trigger is shown as new.`]
        : []),
      ...ownerNotes(planned),
    ];
    report.preview(plan, planned.fingerprint, notes, warnings);
    if (summaryOf(plan).conflict > 0) return EXIT.failed;
    return comparedCode(hasChanges(plan));
  }

  /**
   * What the engine has to run over. If the stack has settings, that is everything, because the engine also records
   * settings and forgets removed ones.
   */
  #work(planning: Planning, { plan, state, owner }: Planned): Work {
    if (!state || state.hasSettings || this.context.runsWhole(state)) return "all";
    return workOf(plan, state, { owner, options: planning.options });
  }

  /**
   * Why a plan is not applied. Every command that applies a plan checks this, and the preview reports it in advance.
   */
  #stop({ plan }: Planned): string | undefined {
    const conflicts = plan.triggers.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
    if (conflicts.length > 0) return conflicts.join("\n");
    return massDeletes(this.context.project.stack, plan, this.#options.allowedDeletes ?? 0);
  }

  async #apply(
    planning: Planning,
    planned: Planned,
    live: LiveSet,
    opened: Stack | undefined,
    left: readonly string[],
  ): Promise<number> {
    const { project, report } = this.context;
    const { target: named, checkpoints: always } = this.#options;
    const work = this.#work(planning, planned);
    this.context.dropRequests(planned.state);
    if (!hasWork(work)) return report.done(planned.plan, NOT_RUN, left);
    for (const line of ownerNotes(planned)) report.note(line);
    const stack = opened ?? (await this.#engine.open());
    const parts = work === "all" ? planned.plan.triggers : work.triggers;
    const isPart = left.length > 0 || (work !== "all" && parts.length < planning.declarations.length);
    this.#engine.register(programOf(planning, planned, isPart ? parts : undefined));
    const target = isPart || named !== undefined ? targetUrns(planning, planned, parts, project) : undefined;
    // With checkpoints, the pending operations of a killed run show what it paused for planned quiet.
    const pauses = planned.plan.triggers.some(({ pausedForQuiet, op }) => pausedForQuiet && op !== "none");
    const once = always || named || left.length > 0 || pauses || !isAdditive(planned.plan);
    const first = planned.plan.triggers[0];
    const checkpoints =
      once || !first
        ? {}
        : await checkpointsOf(project, planned.plan.triggers, () => live.hasNames(first.namespace));
    Object.assign(stack.workspace.envVars, checkpoints);
    const options = target ? { target } : {};
    return this.context.withProvider(
      stack,
      live,
      planned.plan,
      async () => {
        const outcome = await this.context.operate(stack, "up", "applying", parts.length, options);
        if (this.#engine.isOvertaken) throw new PlanOvertaken(project.stack);
        if (outcome.ok && planned.state)
          await this.context.clearPending(stack, planned.state, ownerUrn(project));
        return report.done(planned.plan, outcome, left);
      },
      planning.declarations,
    );
  }

  /** Whether a saved plan still matches the current one. Reports the differences if not. */
  #isFresh(planned: Planned): boolean {
    const changed = this.#kept ? staleness(this.#kept, planned.fingerprint()) : [];
    if (changed.length === 0) return true;
    const stale = `cannot apply ${this.context.options.plan}: it differs from the current plan. Create a new plan and review it [PLAN_STALE].`;
    this.context.report.failed([stale, ...changed.map((line) => `  ${line}`)], planned.plan);
    return false;
  }
}

const OUT_OF_DATE = "The plan that you confirmed is out of date [PLAN_STALE]:";

const CHANGED_SINCE =
  "cannot apply the plan: something changed since the plan was shown. Run the command again and review the new plan [PLAN_STALE].";

/** A plan that was shown and is not applied yet. */
export interface Review {
  /** How many triggers the plan changes. */
  changed: number;
  /** Nothing is left to apply, and the result is reported. */
  isDone: boolean;
}

/** A plan with its inputs. */
interface Found {
  whole: Planned;
  /** Makes the same plan for what is live at that time. */
  replan: () => Promise<Planned | undefined>;
  live: LiveSet;
  /** The stack, if the engine had to read its settings. */
  stack: Stack | undefined;
}
