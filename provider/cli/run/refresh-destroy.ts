import type { Stack } from "@pulumi/pulumi/automation";
import { namespaceOf } from "../../core/diff/trigger-state";
import { planDestroy } from "../../core/plan/plan-deletes";
import { unchangedByRefresh } from "../../core/plan/refresh";
import type { Remembered, SetPlan } from "../../core/plan/trigger-plan";
import { planEvents } from "../../core/report/provider-event";
import { TRIGGER_TYPE } from "../../pulumi/resource/shim";
import { UsageError } from "../command";
import { runRepository } from "../project/repository";
import { type PlainSettings, plainSettings, sourcesOf } from "../project/stack-settings";
import { SKIP_CHECKPOINTS, shouldSkipCheckpoints } from "../stack/checkpoints";
import { NOT_RUN, type Outcome } from "../stack/engine-run";
import { ownerRefusal } from "../stack/owner-check";
import { StackLocked } from "../stack/stack-locked";
import { openExisting, readStackState, type StackState } from "../stack/stack-state";
import { ownerUrn, urnOf } from "../stack/state-file";
import type { LiveSet } from "./live-set";
import { questionOf, type RunContext } from "./run-context";

/** refresh and destroy: over what a stack holds, whatever the definitions say. Out: the exit code. */
export async function runOnStack(context: RunContext, name: "refresh" | "destroy"): Promise<number> {
  const settings = plainSettings(context.project);
  context.report.begin(settings.api);
  const agreed: Agreed = {};
  return context.whenUnlocked(() => attempt(context, name, settings, agreed));
}

/** What somebody said yes to, in an attempt before this one. */
interface Agreed {
  refresh?: true;
  /** What the plan deletes, as {@link deletesOf} shows it. */
  destroy?: string;
}

async function attempt(
  context: RunContext,
  name: "refresh" | "destroy",
  settings: PlainSettings,
  agreed: Agreed,
): Promise<number> {
  const { report, project, options, signal } = context;
  context.clearLeftovers();
  const early = settings.isComplete ? context.live(settings.sources) : undefined;
  context.requirePassphrase();
  const open = openExisting(project, (line) => report.note(line));
  const state = await readStackState(project, open);
  if (state === undefined) {
    report.failed([
      `cannot ${name} stack "${project.stack}" of project "${project.name}": it does not exist on ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL; \`up\` creates it [STACK_NOT_FOUND].`,
    ]);
    return 1;
  }
  const repository = runRepository(project);
  const { environment, target: names, takeOver = false, yes = false } = options;
  const refusal = ownerRefusal(
    name,
    project,
    state,
    {
      ...(repository === undefined ? {} : { repository }),
      ...(environment !== undefined ? { environment } : {}),
    },
    { takeOver, sameNamespace: () => true },
  );
  if (refusal) {
    report.failed([refusal.message]);
    return 1;
  }
  const held = state.triggers.filter(({ resource }) => names?.includes(resource) ?? true);
  refuseUnknown(context, names, state);
  const target = names?.map((each) => urnOf(project, TRIGGER_TYPE, each));
  const targets = target ? { target } : {};
  const opened = async (): Promise<Stack> => (await open())!;
  const live = early ?? context.live(await sourcesOf(project, opened));
  if (name === "refresh") {
    const unchanged = context.runsWhole(state) ? undefined : await refreshWithoutChange(held, live);
    if (unchanged) return report.refreshed(unchanged);
    if (!agreed.refresh && !(await context.agreed("Read the live triggers into the state"))) return 1;
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
      "cannot apply the plan: the triggers of the stack changed while this run waited for its lock. Run it again and review the new plan [PLAN_STALE].",
    ]);
    return 1;
  }
  const ask = !yes && agreed.destroy === undefined && plan.triggers.length > 0;
  if (ask || conflicts.length > 0) report.plan(plan);
  if (conflicts.length > 0) {
    report.failed(conflicts, plan);
    return 1;
  }
  if (ask && !(await context.agreed(questionOf(name, plan)))) return 1;
  if (!yes) agreed.destroy = deletesOf(plan);
  if (signal.aborted) return 1;
  const stack = await opened();
  if (!options.checkpoints && !target && shouldSkipCheckpoints(project, plan.triggers.length)) {
    // By one list, what a run that was killed had deleted already is not deleted again.
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

/** Of two operations of one destroy, the first is the one that deletes. */
const ofFirst = ({
  finished,
  deleted,
  messages,
}: Outcome): Pick<Outcome, "finished" | "deleted" | "messages"> => ({
  finished,
  deleted,
  messages,
});

/** Another run took the lock between two operations: what the first one deleted is still to be reported. */
function failedByLock(error: unknown): Outcome {
  if (!(error instanceof StackLocked)) throw error;
  return { ...NOT_RUN, ok: false, errors: [error.message] };
}

const deletesOf = ({ triggers }: SetPlan): string =>
  JSON.stringify(triggers.map(({ resource, op, triggerId }) => [resource, op, triggerId]).sort());

const NO_WRITES: SetPlan = { triggers: [], unmanaged: [], stateless: false };

/** What a refresh finds, where it has nothing to record. Throws ApiError. */
async function refreshWithoutChange(
  held: readonly Remembered[],
  live: LiveSet,
): Promise<Outcome | undefined> {
  const { namespaces } = await live.observe([], held);
  const unchanged = unchangedByRefresh(held, namespaces);
  return (
    unchanged && {
      ...NOT_RUN,
      finished: new Map(held.map(({ resource }) => [resource, new Set(["refresh"])])),
      messages: unchanged.flatMap(({ name, refreshed }) => planEvents(name, refreshed)),
    }
  );
}

function refuseUnknown(
  { name, project }: RunContext,
  names: readonly string[] | undefined,
  { triggers }: StackState,
): void {
  const known = triggers.map(({ resource }) => resource);
  const unknown = names?.find((each) => !known.includes(each));
  if (unknown !== undefined)
    throw new UsageError(
      `mixpeek-triggers ${name}: no trigger ${unknown} in stack ${project.stack}. Name a trigger of the stack.`,
    );
}
