import type { DiffContext, FieldChange } from "./diff";
import { conflictText } from "./explain";
import { type DesiredTrigger, isGone, type JsonObject, type LiveTrigger } from "./model";
import { type Plan, planNamed, planNew, planOwned, type Report } from "./plan";
import { appliedOf, declaredOf } from "./state";
import { resumeText, scheduleChangeText } from "./timeline";

/** What a stack remembers of one trigger. */
export interface Remembered {
  triggerId: string;
  state: JsonObject;
}

/** What would become of one trigger, and why. */
export interface TriggerPlan {
  name: string;
  namespace: string;
  op: "create" | "update" | "replace" | "delete" | "adopt" | "conflict" | "none";
  /** Absent where there is none yet. */
  triggerId?: string;
  changes: FieldChange[];
  reports: Report[];
  /** Requests that applying it costs, beside the lists. */
  requests: number;
  /** Why it can be neither made nor taken over. */
  conflict?: string;
  /** What a change of schedule or a resume means in time. */
  meaning?: string;
  /** The live trigger, for what it tells beside its definition. */
  live?: LiveTrigger;
  desired?: DesiredTrigger;
}

export interface SetPlan {
  triggers: TriggerPlan[];
  /** Live ones of the same namespaces that neither the definitions nor the stack know. */
  unmanaged: LiveTrigger[];
}

/** What is live in one namespace. */
export interface LiveView {
  byId(id: string): LiveTrigger | undefined;
  /** Deleted ones left out. */
  byName(name: string): LiveTrigger[];
  all(): LiveTrigger[];
  /** Whether this API has trigger names. */
  readonly names: boolean | undefined;
}

export interface LiveSet {
  /** By the name that triggers give their namespace. */
  namespaces: ReadonlyMap<string, LiveView>;
  /** What the stack remembers; undefined: nobody asked it, and whose a difference is cannot be told. */
  remembered?: readonly Remembered[];
  now: Date;
}

/**
 * The plan of a whole set: definitions × live, and × what was applied last where that is known. Pure and without
 * requests, so that a pull request is answered by one list.
 */
export function planSet(desired: readonly DesiredTrigger[], live: LiveSet): SetPlan {
  const known = new Map(live.remembered?.map((each) => [identity(each.state), each]) ?? []);
  const taken = new Set<string>();
  const triggers = desired.map((trigger) => {
    const key = `${trigger.namespace}\n${trigger.name}`;
    const remembered = known.get(key);
    known.delete(key);
    const plan = planOne(trigger, remembered, live);
    if (plan.triggerId !== undefined) taken.add(plan.triggerId);
    return plan;
  });
  for (const { triggerId, state } of known.values()) {
    const { name, namespace } = declaredOf(state);
    const found = live.namespaces.get(namespace)?.byId(triggerId);
    taken.add(triggerId);
    if (!isGone(found)) triggers.push({ ...nothing(name, namespace, found), op: "delete", requests: 1 });
  }
  const unmanaged = [...live.namespaces.values()]
    .flatMap((view) => view.all())
    .filter((each) => !isGone(each) && !taken.has(each.trigger_id));
  return { triggers, unmanaged };
}

function planOne(desired: DesiredTrigger, remembered: Remembered | undefined, live: LiveSet): TriggerPlan {
  const { name, namespace } = desired;
  const view = live.namespaces.get(namespace);
  const context: DiffContext = { names: view?.names };
  const named = view?.byName(name) ?? [];
  if (remembered) {
    const own = view?.byId(remembered.triggerId);
    const plan = planOwned(desired, appliedOf(remembered.state), own, context);
    return described(desired, plan, isGone(own) ? undefined : own, live.now);
  }
  if (live.remembered === undefined && named.length === 1 && desired.adopt === undefined)
    return described(desired, planNamed(desired, named[0]!, context), named[0], live.now);
  const adopted = typeof desired.adopt === "string" ? view?.byId(desired.adopt) : undefined;
  const candidates = typeof desired.adopt === "string" ? (isGone(adopted) ? [] : [adopted]) : named;
  const plan = planNew(desired, candidates, context);
  if (plan.op !== "conflict") return described(desired, plan, candidates[0], live.now);
  return {
    ...nothing(name, namespace, candidates[0]),
    op: "conflict",
    changes: plan.changes,
    conflict: conflictText(name, namespace, plan),
    desired,
  };
}

const nothing = (name: string, namespace: string, live: LiveTrigger | undefined): TriggerPlan => ({
  name,
  namespace,
  op: "none",
  changes: [],
  reports: [],
  requests: 0,
  ...(live ? { triggerId: live.trigger_id, live } : {}),
});

function described(
  desired: DesiredTrigger,
  plan: Plan,
  live: LiveTrigger | undefined,
  now: Date,
): TriggerPlan {
  const { name, namespace } = desired;
  // One that is gone is made anew: nothing is left to be deleted.
  const op = plan.op === "replace" && live === undefined ? "create" : plan.op;
  const meaning = live && meaningOf(desired, live, plan, now);
  return {
    ...nothing(name, namespace, live),
    op,
    changes: plan.changes,
    reports: plan.reports,
    requests: plan.calls.length + (op === "replace" ? 1 : 0),
    ...(meaning === undefined ? {} : { meaning }),
    desired,
  };
}

/** What a plan means in time: how often it fires from now on, and when first; that a resume makes up for nothing. */
export function meaningOf(
  desired: DesiredTrigger,
  live: LiveTrigger,
  plan: Plan,
  now: Date,
): string | undefined {
  const touches = (field: string): boolean => plan.changes.some(({ path }) => path[0] === field);
  const last = live.health.last_triggered_at ?? live.created_at;
  const anchor = last === undefined ? {} : { anchor: new Date(last) };
  const sentences = [
    touches("schedule_config") || touches("trigger_type")
      ? scheduleChangeText(live, desired, { now, ...anchor })
      : undefined,
    plan.calls.some(({ op }) => op === "resume") ? resumeText(desired, { now }) : undefined,
  ].filter((sentence) => sentence !== undefined);
  return sentences.length > 0 ? sentences.join("; ") : undefined;
}

/** The trigger that a state is about. */
function identity(state: JsonObject): string {
  const { namespace, name } = declaredOf(state);
  return `${namespace}\n${name}`;
}
