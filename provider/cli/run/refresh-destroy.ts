import type { Stack } from "@pulumi/pulumi/automation";
import { namespaceOf } from "../../core/diff/trigger-state";
import { planDestroy } from "../../core/plan/plan-deletes";
import type { Remembered, SetPlan } from "../../core/plan/plan-model";
import { type PlannedRefresh, planRefresh } from "../../core/plan/planned-refresh";
import { planEvents } from "../../core/report/provider-event";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import { UsageError } from "../command";
import { EXIT } from "../exit-code";
import { runRepository } from "../project/repository";
import { type PlainSettings, plainSettings, sourcesOf } from "../project/stack-settings";
import { SKIP_CHECKPOINTS, shouldSkipCheckpoints } from "../stack/checkpoints";
import { NOT_RUN, type Outcome } from "../stack/engine-run";
import { ownerRefusal } from "../stack/owner-check";
import { StackLocked } from "../stack/stack-locked-error";
import { openExisting, readStackState, type StackState } from "../stack/stack-state";
import { ownerUrn, urnOf } from "../stack/state-file";
import { declarationsOf, type LiveSet } from "./live-set";
import type { Review } from "./run";
import { questionOf, type RunContext } from "./run-context";

/** Runs refresh or destroy: on what the stack holds, whatever triggers the definitions declare. Returns the exit code. */
export async function runOnStack(context: RunContext, name: "refresh" | "destroy"): Promise<number> {
  const settings = plainSettings(context.project);
  context.report.begin(settings.api);
  const agreed: Agreed = {};
  return context.whenUnlocked(() => attempt(context, name, settings, agreed));
}

/**
 * Shows what a refresh would record, before the question. {@link runOnStack} then records what is live at that time.
 * undefined if there is nothing to review, which is then already reported. Throws ApiError and {@link StackLocked}.
 */
export async function reviewRefresh(context: RunContext): Promise<Review | undefined> {
  const settings = plainSettings(context.project);
  context.report.begin(settings.api);
  let review: Review | undefined;
  await context.whenUnlocked(async () => {
    const prepared = await prepare(context, "refresh", settings);
    if (!prepared) return EXIT.failed;
    const plans = await refreshPlans(prepared);
    const isWhole = context.runsWhole(prepared.state);
    const changed = plans.filter(({ isChanged }) => isChanged);
    const isDone = !isWhole && changed.length === 0;
    if (isDone) context.report.refreshed(unchangedBy(plans));
    else context.report.refreshPlan(plans);
    review = { changed: isWhole ? plans.length : changed.length, isDone };
    return EXIT.ok;
  });
  return review;
}

/** The stack of a run, and the part of its contents that the run works on. */
interface Prepared {
  state: StackState;
  held: readonly Remembered[];
  /** URNs that limit the run. */
  target: string[] | undefined;
  live: LiveSet;
  opened: () => Promise<Stack>;
}

/** undefined if the run cannot start, which is then already reported. */
async function prepare(
  context: RunContext,
  name: "refresh" | "destroy",
  settings: PlainSettings,
): Promise<Prepared | undefined> {
  const { report, project, options } = context;
  context.clearLeftovers();
  const early = settings.isComplete ? context.live(settings.sources) : undefined;
  context.requirePassphrase();
  const open = openExisting(project, (line) => report.note(line));
  const state = await readStackState(project, open);
  if (state === undefined) {
    report.failed([
      `cannot ${name} stack "${project.stack}" of project "${project.name}": it does not exist in ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL; \`up\` creates it [STACK_NOT_FOUND].`,
    ]);
    return undefined;
  }
  const repository = runRepository(project);
  const { environment, target: names, takeOver = false } = options;
  // Errors in the definitions do not stop a destroy, but an edited namespace does: the user means other triggers.
  const declared = environment === undefined ? undefined : declarationsOf(options, environment).namespace;
  const namespace = declared ?? early?.defaultNamespace;
  const refusal = ownerRefusal(
    name,
    project,
    state,
    {
      ...(repository === undefined ? {} : { repository }),
      ...(environment !== undefined ? { environment } : {}),
      ...(namespace !== undefined ? { namespace } : {}),
    },
    { takeOver, sameNamespace: (recorded, current) => isSameInState(state, recorded, current) },
  );
  if (refusal) {
    report.failed([refusal.message]);
    return undefined;
  }
  const held = state.triggers.filter(({ resource }) => names?.includes(resource) ?? true);
  refuseUnknown(context, names, state);
  const target = names?.map((each) => urnOf(project, TRIGGER_TYPE, each));
  const opened = async (): Promise<Stack> => (await open())!;
  const live = early ?? context.live(await sourcesOf(project, opened));
  return { state, held, target, live, opened };
}

/** Whether the triggers of the stack show that two namespaces are one, as its name and its id. */
const isSameInState = ({ triggers }: StackState, recorded: string, current: string): boolean =>
  triggers.length === 0 ||
  triggers.some(({ state: { namespace, namespace_id: id } }) =>
    [namespace, id].every((each) => each === recorded || each === current),
  );

/** What the user confirmed in an earlier attempt. */
interface Agreed {
  refresh?: true;
  /** The deletes in the plan, as {@link deletesOf} shows them. */
  destroy?: string;
}

async function attempt(
  context: RunContext,
  name: "refresh" | "destroy",
  settings: PlainSettings,
  agreed: Agreed,
): Promise<number> {
  const { report, project, options, signal } = context;
  const prepared = await prepare(context, name, settings);
  if (!prepared) return EXIT.failed;
  const { state, held, target, live, opened } = prepared;
  const targets = target ? { target } : {};
  if (name === "refresh") {
    const plans = context.runsWhole(state) ? undefined : await refreshPlans(prepared);
    if (plans?.every(({ isChanged }) => !isChanged)) return report.refreshed(unchangedBy(plans));
    if (!agreed.refresh && !(await context.agreed("Read the live triggers into the state")))
      return EXIT.failed;
    agreed.refresh = true;
    const stack = await opened();
    return context.withProvider(stack, live, NO_WRITES, async () =>
      report.refreshed(await context.operate(stack, "refresh", "refreshing", held.length, targets)),
    );
  }
  const plan = planDestroy(held);
  const conflicts = plan.triggers.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
  if (agreed.destroy !== undefined && agreed.destroy !== deletesOf(plan)) {
    report.failed([
      "cannot apply the plan: the triggers of the stack changed while this run waited for its lock. Run the command again and review the new plan [PLAN_STALE].",
    ]);
    return EXIT.failed;
  }
  const { yes = false } = options;
  const ask = !yes && agreed.destroy === undefined && plan.triggers.length > 0;
  if (ask || conflicts.length > 0) report.plan(plan);
  if (conflicts.length > 0) {
    report.failed(conflicts, plan);
    return EXIT.failed;
  }
  if (ask && !(await context.agreed(questionOf(name, plan)))) return EXIT.failed;
  if (!yes) agreed.destroy = deletesOf(plan);
  if (signal.aborted) return EXIT.failed;
  const stack = await opened();
  if (!options.checkpoints && !target && shouldSkipCheckpoints(project, plan.triggers.length)) {
    // One list shows which triggers a killed run has already deleted, so that they are not deleted again.
    await live.snapshots(held.map(({ state: each }) => namespaceOf(each)));
    Object.assign(stack.workspace.envVars, SKIP_CHECKPOINTS);
  }
  return context.withProvider(stack, live, plan, async () => {
    const done = async (outcome: Outcome): Promise<number> => {
      if (outcome.ok && !target) await context.clearPending(stack, state);
      return report.done(plan, outcome);
    };
    if (target || !state.owner || held.length === 0)
      return done(await context.operate(stack, "destroy", "deleting", held.length, targets));
    // The engine deletes in any order, and a run that fails half way must not leave triggers without an owner.
    const exclude = [ownerUrn(project)];
    const outcome = await context.operate(stack, "destroy", "deleting", held.length, { exclude });
    const rest = outcome.ok
      ? await context.operate(stack, "destroy", "deleting", 0, {}).catch(failedByLock)
      : outcome;
    return done(rest.ok ? outcome : { ...rest, ...ofFirst(outcome) });
  });
}

/** If a destroy has two operations, the first one does the deleting. */
const ofFirst = ({
  finished,
  deleted,
  messages,
}: Outcome): Pick<Outcome, "finished" | "deleted" | "messages"> => ({
  finished,
  deleted,
  messages,
});

/** Another run took the lock between the two operations: what the first one deleted is still reported. */
function failedByLock(error: unknown): Outcome {
  if (!(error instanceof StackLocked)) throw error;
  return { ...NOT_RUN, ok: false, errors: [error.message] };
}

const deletesOf = ({ triggers }: SetPlan): string =>
  JSON.stringify(triggers.map(({ resource, op, triggerId }) => [resource, op, triggerId]).sort());

const NO_WRITES: SetPlan = { triggers: [], unmanaged: [], stateless: false };

const refreshPlans = async ({ held, live }: Prepared): Promise<PlannedRefresh[]> =>
  planRefresh(held, (await live.observe([], held)).namespaces);

/** The outcome of a refresh with nothing to record. */
const unchangedBy = (plans: readonly PlannedRefresh[]): Outcome => ({
  ...NOT_RUN,
  finished: new Map(plans.map(({ name }) => [name, new Set(["refresh"])])),
  messages: plans.flatMap(({ name, refreshed }) => (refreshed ? planEvents(name, refreshed) : [])),
});

function refuseUnknown(
  { name, project }: RunContext,
  names: readonly string[] | undefined,
  { triggers }: StackState,
): void {
  const known = triggers.map(({ resource }) => resource);
  const unknown = names?.find((each) => !known.includes(each));
  if (unknown !== undefined)
    throw new UsageError(
      `mixpeek-triggers ${name}: there is no trigger ${unknown} in stack ${project.stack}. Name a trigger of the stack.`,
    );
}
