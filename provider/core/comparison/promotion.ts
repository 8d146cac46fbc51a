import { isQuieted } from "../diff/request-body";
import { visible } from "../json/safe-text";
import type { PlanOp, SetPlan, TriggerPlan } from "../plan/plan-model";
import type { LiveTrigger, TriggerHealth } from "../schema/model";
import { driftOf } from "./drift";
import { healthText, type Unhealthy, unhealthyOf } from "./health";

/**
 * Triggers that a promotion changed in an environment, by name, with their health before it; undefined for a new one.
 */
export type Changed = ReadonlyMap<string, TriggerHealth | undefined>;

/** Whether a definition works in an environment, and how that is known. */
export type Evidence =
  /** It ran successfully since it was changed, or runs as before. */
  | { state: "healthy"; ranAt?: string }
  | { state: "failed"; reason: string }
  /** `due`: its next run, ISO 8601; absent if that is not known, or if it is running now. */
  | { state: "waiting"; due?: string }
  /** No amount of waiting would show whether it works. */
  | { state: "not waited for"; reason: string };

const NOT_TIMED: Readonly<Record<string, string>> = {
  event: "it is started by events",
  conditional: "it is started by a condition",
};

/** Statuses of an execution that is in progress, lower case. Source: TaskStatusEnum of client 1.3.783. */
const RUNNING = /^(pending|queued|in_progress|processing|running|started)$/;
const FAILED = /fail|error|cancel|timeout/;

/**
 * Whether a trigger is known to work. Takes its plan, made right after the definitions were applied, and what the
 * promotion changed. A trigger that was not changed must have run at least once.
 */
export function evidenceOf(plan: TriggerPlan, changed: Changed): Evidence {
  const { live, name, op } = plan;
  const isChanged = changed.has(name);
  // The API's list may lag behind a write.
  if (!live || op !== "none") return { state: "waiting" };
  if (live.status === "paused") {
    // It should be running, but nothing shows that it does. Do not promote on that basis.
    const { desired } = plan;
    const quiet = isChanged && desired && isQuieted(desired) ? desired.active_quiet : undefined;
    return quiet
      ? { state: "failed", reason: `planned quiet keeps it paused until ${visible(quiet.until)}` }
      : { state: "not waited for", reason: "it is paused" };
  }
  const before = changed.get(name);
  const unhealthy = unhealthyOf(name, live);
  if (unhealthy && isFailure(unhealthy, isChanged ? before : undefined))
    return { state: "failed", reason: healthText(unhealthy) };
  if (!isChanged && live.health.execution_count) return { state: "healthy" };
  if (hasRun(live, before)) return ranEvidence(live.health);
  const reason = NOT_TIMED[live.trigger_type];
  return reason === undefined ? dueEvidence(live.health) : { state: "not waited for", reason };
}

/** Failures from before the change say nothing about it. */
const isFailure = ({ failed, consecutiveFailures }: Unhealthy, before: TriggerHealth = {}): boolean =>
  failed || consecutiveFailures > (before.consecutive_failures ?? 0);

const hasRun = ({ health }: LiveTrigger, before: TriggerHealth = {}): boolean =>
  (health.execution_count ?? 0) !== (before.execution_count ?? 0) ||
  health.last_triggered_at !== before.last_triggered_at;

function ranEvidence(health: TriggerHealth): Evidence {
  const status = health.last_execution_status?.toLowerCase() ?? "";
  if (RUNNING.test(status)) return { state: "waiting" };
  if (FAILED.test(status))
    return { state: "failed", reason: `its last run ended with status ${visible(status)}` };
  const ranAt = health.last_triggered_at;
  return { state: "healthy", ...(ranAt === undefined ? {} : { ranAt }) };
}

const dueEvidence = ({ next_scheduled_at: due }: TriggerHealth): Evidence => ({
  state: "waiting",
  ...(due === undefined ? {} : { due }),
});

/**
 * Reasons why an environment does not show that its definitions work. Skips the triggers that the promotion changed,
 * see {@link evidenceOf}. `isNewDoubted`: also report triggers that have never run.
 */
export function doubtsOf(
  plan: SetPlan,
  { changed = new Map(), isNewDoubted }: { changed?: Changed; isNewDoubted: boolean },
): string[] {
  const { drifted, pending, unhealthy } = driftOf(plan);
  const never = plan.triggers.filter(
    ({ live, op }) => op === "none" && live?.status === "active" && !live.health.execution_count,
  );
  const isOld = ({ name }: { name: string }): boolean => !changed.has(name);
  return [
    // Planned quiet that no run has carried out yet does not mean that the definitions are wrong.
    ...drifted.flatMap(({ plan: each, isPlanned }) =>
      isOld(each) && !isPlanned ? [`${each.name} is not live as declared`] : [],
    ),
    // A conflict says which live triggers are in the way, and what to do.
    ...pending.filter(isOld).map(({ name, conflict }) => conflict ?? `${name} is not live`),
    ...unhealthy.filter(isOld).map((each) => `${each.name}: ${healthText(each)}`),
    ...(isNewDoubted ? never.map(({ name }) => `${name} has never run`) : []),
  ];
}

/**
 * What a promotion changed in an environment. Takes the plan that it applied there, if any, and the environment's plan
 * right after it, whose run counts are the baseline.
 */
export function changedIn(applied: SetPlan | undefined, after: SetPlan): Changed {
  const now = new Map(after.triggers.map(({ name, live }) => [name, live?.health]));
  const written = (applied?.triggers ?? []).filter(({ desired, calls }) => desired && calls.length > 0);
  return new Map(
    written.map(({ name, op, live }) => [name, isNew(op) ? undefined : (now.get(name) ?? live?.health)]),
  );
}

const isNew = (op: PlanOp): boolean => op === "create" || op === "replace";
