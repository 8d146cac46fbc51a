import type { Stack } from "@pulumi/pulumi/automation";
import { planLines } from "../../core/plan/explain";
import { planDestroy } from "../../core/plan/plan-deletes";
import { unchangedByRefresh } from "../../core/plan/refresh";
import { namespaceOf } from "../../core/plan/state";
import type { Remembered, SetPlan } from "../../core/plan/trigger-plan";
import { OWNER_TYPE, TRIGGER_TYPE } from "../../pulumi/shim";
import { UsageError } from "../command";
import { runRepository } from "../project/repository";
import { plainSettings, sourcesOf } from "../project/stack-settings";
import { isWorthIt, ONCE } from "../stack/checkpoints";
import { NOT_RUN, type Outcome } from "../stack/operation";
import { ownerRefusal } from "../stack/owner";
import { openExisting, readStackState, type StackState } from "../stack/stack-state";
import type { LiveSet } from "./live-set";
import { questionOf, type RunContext } from "./run-context";

/** refresh and destroy: over what a stack holds, whatever the definitions say. Out: the exit code. */
export async function runOnStack(context: RunContext, name: "refresh" | "destroy"): Promise<number> {
  const { report, project, given, signal } = context;
  const settings = plainSettings(project);
  report.begin(settings.api);
  context.clearLeftovers();
  const early = settings.isComplete ? context.live(settings.sources) : undefined;
  context.needPassphrase();
  const open = openExisting(project, (line) => report.note(line));
  const state = await readStackState(project, open);
  if (state === undefined) {
    report.failed([
      `cannot ${name} stack "${project.stack}" of project "${project.name}": there is none on ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL; \`up\` creates it [STACK_NOT_FOUND].`,
    ]);
    return 1;
  }
  const repository = runRepository(project);
  const environment = given["env"];
  const refusal = ownerRefusal(
    name,
    project,
    state,
    {
      ...(repository === undefined ? {} : { repository }),
      ...(typeof environment === "string" ? { environment } : {}),
    },
    { takeOver: given["take-over"] === true, sameNamespace: () => true },
  );
  if (refusal) {
    report.failed([refusal.message]);
    return 1;
  }
  const names = given["target"] as string[] | undefined;
  const held = state.triggers.filter(({ resource }) => names?.includes(resource) ?? true);
  refuseUnknown(context, names, state);
  const target = names?.map((each) => context.urn(TRIGGER_TYPE, each));
  const targets = target ? { target } : {};
  const opened = async (): Promise<Stack> => (await open())!;
  const live = early ?? context.live(await sourcesOf(project, opened));
  if (name === "refresh") {
    const unchanged = context.runsWhole(state) ? undefined : await refreshWithoutChange(held, live);
    if (unchanged) return report.refreshed(unchanged);
    if (!(await context.agreed("Read the live triggers into the state"))) return 1;
    const stack = await opened();
    return context.withHandOver(stack, live, NO_WRITES, async () =>
      report.refreshed(await context.operate(stack, "refresh", "refreshing", held.length, targets)),
    );
  }
  const plan = planDestroy(held);
  const conflicts = plan.triggers.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
  const ask = given["yes"] !== true && plan.triggers.length > 0;
  if (ask || conflicts.length > 0) report.plan(plan);
  if (conflicts.length > 0) {
    report.failed(conflicts, plan);
    return 1;
  }
  if (ask && !(await context.agreed(questionOf(name, plan)))) return 1;
  if (signal.aborted) return 1;
  const stack = await opened();
  if (!given["checkpoints"] && !target && isWorthIt(project, plan.triggers.length)) {
    // By one list, what a run that was killed had deleted already is not deleted again.
    await live.snapshots(held.map(({ state: each }) => namespaceOf(each)));
    Object.assign(stack.workspace.envVars, ONCE);
  }
  return context.withHandOver(stack, live, plan, async () => {
    if (target || !state.owner || held.length === 0)
      return report.done(plan, await context.operate(stack, "destroy", "deleting", held.length, targets));
    // The engine deletes in any order, and a run that fails half way must not leave triggers without an owner.
    const exclude = [context.urn(OWNER_TYPE, "owner")];
    const outcome = await context.operate(stack, "destroy", "deleting", held.length, { exclude });
    const rest = outcome.ok ? await context.operate(stack, "destroy", "deleting", 0, {}) : outcome;
    return report.done(plan, rest.ok ? outcome : { ...outcome, ok: false, errors: rest.errors });
  });
}

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
      said: unchanged.flatMap(({ name, refreshed }) => planLines(name, refreshed)),
    }
  );
}

function refuseUnknown(
  { name, project }: RunContext,
  names: readonly string[] | undefined,
  { triggers }: StackState,
): void {
  const known = triggers.map(({ resource }) => resource);
  const stranger = names?.find((each) => !known.includes(each));
  if (stranger !== undefined)
    throw new UsageError(
      `mixpeek-triggers ${name}: no trigger ${stranger} in stack ${project.stack}. Name one that the stack has.`,
    );
}
