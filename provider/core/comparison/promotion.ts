import { isQuieted } from "../diff/request-body";
import { visible } from "../json/printed";
import type { PlanOp, SetPlan, TriggerPlan } from "../plan/trigger-plan";
import type { LiveTrigger, TriggerHealth } from "../schema/model";
import { driftOf } from "./drift";
import { healthText, type Unhealthy, unhealthyOf } from "./health";

/** Triggers that a promotion changed in an environment, by name: what had run before; undefined for a new one. */
export type Changed = ReadonlyMap<string, TriggerHealth | undefined>;

/** What shows that a definition works where it is, or does not. */
export type Evidence =
  /** It ran without an error since it was changed, or runs as before. */
  | { state: "healthy"; ranAt?: string }
  | { state: "failed"; reason: string }
  /** `due`: when it runs next, ISO 8601; absent: that is not known, or it runs now. */
  | { state: "waiting"; due?: string }
  /** Whether it works cannot be seen within any time. */
  | { state: "not waited for"; reason: string };

const NOT_TIMED: Readonly<Record<string, string>> = {
  event: "it is started by events",
  conditional: "it is started by a condition",
};

/** Statuses of an execution, in lower case. Source: TaskStatusEnum of client 1.3.783. */
const RUNNING = /^(pending|queued|in_progress|processing|running|started)$/;
const FAILED = /fail|error|cancel|timeout/;

/**
 * The evidence that a trigger gives. In: its plan in an environment whose definitions are applied, and what the promotion
 * changed there; a trigger that was not changed has to have run at least once.
 */
export function evidenceOf(plan: TriggerPlan, changed: Changed): Evidence {
  const { live, name, op } = plan;
  const isChanged = changed.has(name);
  // The API's list may lag behind a write.
  if (!live || op !== "none") return { state: "waiting" };
  if (live.status === "paused") {
    // It is to run, and nothing shows yet that it does: a promotion that went on would prove nothing.
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

/** Failures of before the change say nothing about it. */
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
 * Why what runs in an environment says little about the definitions. In: what a promotion changed there, of which
 * {@link evidenceOf} says more. `isNewDoubted`: a trigger that has never run is one reason.
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
    // Planned quiet that no run has carried out yet is no fault of the definitions.
    ...drifted.flatMap(({ plan: each, isPlanned }) =>
      isOld(each) && !isPlanned ? [`${each.name} is not live as declared`] : [],
    ),
    ...pending.filter(isOld).map(({ name }) => `${name} is not live`),
    ...unhealthy.filter(isOld).map((each) => `${each.name}: ${healthText(each)}`),
    ...(isNewDoubted ? never.map(({ name }) => `${name} has never run`) : []),
  ];
}

/**
 * What a promotion changed in an environment. In: the plan that it applied there, undefined: none; and the environment's
 * plan right after it, from where runs count.
 */
export function changedIn(applied: SetPlan | undefined, after: SetPlan): Changed {
  const now = new Map(after.triggers.map(({ name, live }) => [name, live?.health]));
  const written = (applied?.triggers ?? []).filter(({ desired, calls }) => desired && calls.length > 0);
  return new Map(
    written.map(({ name, op, live }) => [name, isNew(op) ? undefined : (now.get(name) ?? live?.health)]),
  );
}

const isNew = (op: PlanOp): boolean => op === "create" || op === "replace";
