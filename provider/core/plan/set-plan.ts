import { alertOf } from "../diff/alert-schedule";
import type { DiffContext } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import { isSameNamespace } from "../diff/same-namespace";
import { staysPaused } from "../diff/status";
import { appliedOf, declaredOf, namespaceOf, originOf } from "../diff/trigger-state";
import { isSecretPath } from "../expressions/secret-paths";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { isGone } from "../schema/soft-delete";
import { planNamed, planNew } from "./adoption";
import {
  adoptTakenText,
  conflictText,
  ownedText,
  protectedText,
  renameTakenText,
  retainedText,
} from "./explain";
import { byResource, planDelete } from "./plan-deletes";
import {
  conflicting,
  described,
  type Holder,
  type LiveView,
  type PlanContext,
  type Remembered,
  type ResourceOptions,
  type SetPlan,
  type TriggerPlan,
} from "./plan-model";
import { withRecordChanges } from "./record-changes";
import { meaningOf, recreationText } from "./schedule-effect";
import { planOwned } from "./trigger-plan";

/**
 * The plan of a whole set, from the definitions, the live triggers and, if known, what was applied last. It sends no
 * requests, so one list is enough to plan a pull request. It contains every change that `up` makes to the API; the
 * provider rejects all others.
 */
export function planSet(desired: readonly DesiredTrigger[], live: PlanContext): SetPlan {
  return new SetPlanner(desired, live).plan();
}

class SetPlanner {
  /** By resource: what the stack holds and no definition has claimed yet. */
  readonly #unclaimed: Map<string, Remembered>;
  /**
   * By trigger id: the resource of this run that holds it or is about to release it. No other resource may adopt it.
   */
  readonly #taken = new Map<string, string>();
  /** The ones in `#taken` that stay held. */
  readonly #held = new Map<string, Holder>();
  /** Triggers that earlier runs replaced but did not delete. A definition can only adopt one by its id. */
  readonly #replaced: ReadonlySet<string>;

  constructor(
    private readonly desired: readonly DesiredTrigger[],
    private readonly live: PlanContext,
  ) {
    const remembered = live.remembered ?? [];
    const current = remembered.filter(({ replaced }) => !replaced);
    this.#replaced = new Set(remembered.flatMap(({ replaced, triggerId }) => (replaced ? [triggerId] : [])));
    this.#unclaimed = new Map(current.map((each) => [each.resource, each]));
  }

  plan(): SetPlan {
    const claimed = this.desired.map((trigger, index) => {
      const options = this.live.options?.[index] ?? { resource: trigger.name, protect: false };
      return { trigger, options, own: this.#claim(options) };
    });
    for (const { own, options } of claimed) if (own) this.#hold(own, options);
    const triggers = claimed.map(({ trigger, options, own }) => {
      const plan = own
        ? withRecordChanges(this.#planHeld(trigger, own, options), own, options)
        : this.#planOne(trigger, options);
      const reports = [...plan.reports, ...spreadReports(plan, options)];
      return { ...plan, reports, resource: options.resource };
    });
    const leftovers = (this.live.remembered ?? []).filter(({ replaced }) => replaced);
    const leaving = [...this.#unclaimed.values(), ...leftovers];
    leaving.sort(byResource);
    for (const each of leaving) {
      const twin = this.#view(namespaceOf(each.state))?.byId(each.triggerId);
      const live = isGone(twin) ? "gone" : twin;
      const holder = this.#held.get(each.triggerId);
      const renamed = this.live.options?.find(({ replaces }) => replaces === each.resource);
      const successor = holder?.resource ?? this.#taken.get(each.triggerId) ?? renamed?.resource;
      const plan = planDelete(each, { live, holder });
      triggers.push({ ...plan, ...(successor === undefined ? {} : { successor }) });
    }
    const known = new Set([
      ...triggers.map(({ triggerId }) => triggerId),
      ...(this.live.remembered ?? []).map(({ triggerId }) => triggerId),
    ]);
    const unmanaged = [...this.live.namespaces.values()]
      .flatMap((view) => view.all())
      .filter((each) => !isGone(each) && !known.has(each.trigger_id));
    return { triggers: withEvaluators(triggers), unmanaged, stateless: this.live.remembered === undefined };
  }

  /** What the stack holds under this key, else under the former key, in the same order as the engine looks. */
  #claim({ resource, replaces }: ResourceOptions): Remembered | undefined {
    const before = replaces === undefined ? undefined : this.#unclaimed.get(replaces);
    const own = this.#unclaimed.get(resource) ?? before;
    if (own) this.#unclaimed.delete(own.resource);
    return own;
  }

  #hold({ triggerId, state }: Remembered, { resource }: ResourceOptions): void {
    this.#held.set(triggerId, { resource, isAdopting: false });
    for (const id of [triggerId, ...Object.keys(originOf(state).predecessors ?? {})])
      this.#taken.set(id, resource);
  }

  #view(namespace: string): LiveView | undefined {
    return this.live.namespaces.get(namespace);
  }

  /** Live triggers of a name that the stack does not hold and no earlier run left to be deleted. */
  #freeByName(view: LiveView | undefined, name: string): LiveTrigger[] {
    const named = view?.byName(name) ?? [];
    return named.filter(({ trigger_id: id }) => !this.#taken.has(id) && !this.#replaced.has(id));
  }

  #planOne(desired: DesiredTrigger, { resource }: ResourceOptions): TriggerPlan {
    const view = this.#view(desired.namespace);
    const named = view?.byName(desired.name) ?? [];
    if (this.live.remembered === undefined && named.length === 1 && desired.adopt === undefined) {
      const plan = planNamed(desired, named[0]!, { names: view?.names });
      return described(desired, plan, named[0], this.live.now);
    }
    return this.#planCreation(desired, resource);
  }

  #planHeld(desired: DesiredTrigger, own: Remembered, options: ResourceOptions): TriggerPlan {
    const { protect, resource } = options;
    const before = namespaceOf(own.state);
    const view = this.#view(before);
    const twin = view?.byId(own.triggerId);
    const sameNamespace = isSameNamespace(desired.namespace, own, this.#view(desired.namespace));
    const { resumedSince } = this.live;
    const context: DiffContext = { names: view?.names, sameNamespace, resumedSince };
    const applied = appliedOf(own.state);
    const plan = planOwned(desired, applied, twin, context);
    if (plan.op !== "replace") {
      const rival = plan.changes.some(({ path: [field] }) => field === "name")
        ? this.#freeByName(view, desired.name)[0]
        : undefined;
      if (!rival) return described(desired, plan, twin, this.live.now);
      const text = renameTakenText(twin?.name ?? own.resource, desired.name, before, rival.trigger_id);
      return conflicting(desired, twin, text, plan.changes);
    }
    const gone = isGone(twin);
    const { name, namespace } = desired;
    // A protected or retained trigger is in its old namespace, not in the one that the definition moves it to.
    if (protect && own.protect) {
      const text = protectedText(name, before, gone ? "recreate" : "replace");
      // A trigger that is gone is drift, even if the run stops.
      return { ...conflicting(desired, gone ? undefined : twin, text, plan.changes), reports: plan.reports };
    }
    if (!gone && own.retain)
      return conflicting(desired, twin, retainedText(name, before, own.triggerId), plan.changes);
    const rivals = this.#freeByName(this.#view(namespace), name);
    // If a killed run already created its replacement, that one is adopted, whatever the plan was.
    if (rivals.length > 0 && plan.calls[0]?.op !== "create")
      return this.#planCreation(desired, resource, { reports: plan.reports });
    if (gone && plan.calls[0]?.op === "revive")
      return withMeaning(
        { ...described(desired, plan, twin, this.live.now), triggerId: own.triggerId },
        recreationText(desired, twin, this.live.now),
      );
    const paused = staysPaused(desired, gone ? undefined : twin, applied, context);
    const made = this.#planCreation(withoutAdopt(desired, own), resource, { paused, reports: plan.reports });
    if (made.op === "conflict") return made;
    if (gone)
      return made.op === "create" && !paused
        ? withMeaning(made, recreationText(desired, twin, this.live.now))
        : made;
    const replacing: TriggerPlan = {
      ...made,
      op: "replace",
      triggerId: own.triggerId,
      live: twin,
      // The replacement may be an existing trigger that is adopted and updated.
      changes: made.op === "adopt" ? [...plan.changes, ...made.changes] : plan.changes,
      calls: [...made.calls, { op: "delete", triggerId: own.triggerId }],
      ...(before === desired.namespace || sameNamespace || twin.namespace_id === desired.namespace
        ? {}
        : { leaves: before }),
    };
    return withMeaning(replacing, meaningOf(desired, twin, plan, this.live.now));
  }

  /** The plan of a trigger that this run creates or adopts. `reports`: why, if there was another before. */
  #planCreation(
    desired: DesiredTrigger,
    resource: string,
    { paused, reports = [] }: { paused?: boolean; reports?: readonly PlanNote[] } = {},
  ): TriggerPlan {
    const { name, namespace, adopt } = desired;
    const view = this.#view(namespace);
    const byId = typeof adopt === "string" ? view?.byId(adopt) : undefined;
    const holder = typeof adopt === "string" ? this.#taken.get(adopt) : undefined;
    if (holder !== undefined)
      return conflicting(desired, byId, adoptTakenText(name, namespace, String(adopt), holder), []);
    const candidates =
      typeof adopt === "string" ? (isGone(byId) ? [] : [byId]) : this.#freeByName(view, name);
    for (const { trigger_id: id } of candidates) {
      const collection = this.live.owners?.get(id);
      if (collection !== undefined)
        return conflicting(desired, candidates[0], ownedText(name, namespace, id, collection), []);
    }
    const requestedPause = this.live.requestedPauses?.get(resource);
    const context = { names: view?.names, requestedPause, ...(paused ? { paused } : {}) };
    const plan = planNew(desired, candidates, context);
    if (plan.op === "conflict")
      return conflicting(desired, candidates[0], conflictText(name, namespace, plan), plan.changes);
    const made = described(desired, plan, candidates[0], this.live.now);
    if (made.triggerId !== undefined) {
      this.#taken.set(made.triggerId, resource);
      this.#held.set(made.triggerId, { resource, isAdopting: true });
    }
    // The plan of the created trigger has its own note about planned quiet.
    const why = reports.filter(({ kind }) => kind !== "quiet");
    const asked = requestedPause && made.op === "adopt" ? { requestedPause } : {};
    return { ...made, ...asked, reports: [...why, ...made.reports] };
  }
}

/** Notes how a spread moves the schedule, if the plan writes the schedule. */
function spreadReports({ op, changes, desired }: TriggerPlan, { spread }: ResourceOptions): PlanNote[] {
  const path = ["schedule_config", "cron_expression"];
  const isWritten =
    op === "create" || op === "replace" || changes.some((change) => change.path.join() === path.join());
  if (!spread || !desired || !isWritten) return [];
  const sent = String(desired.schedule_config["cron_expression"]);
  if (sent === spread.cron) return [];
  const isSecret = isSecretPath(path, desired.secret_paths);
  return [
    {
      kind: "spread",
      window: spread.window,
      ...(isSecret ? {} : { expressions: { written: spread.cron, sent } }),
    },
  ];
}

/** Adds the meaning in time to a plan, if there is one. */
const withMeaning = (plan: TriggerPlan, meaning: string | undefined): TriggerPlan =>
  meaning === undefined ? plan : { ...plan, meaning };

/** A trigger that was once adopted by id is not looked up by that id again when it is recreated. */
function withoutAdopt(desired: DesiredTrigger, { state }: Remembered): DesiredTrigger {
  const { adopt, ...rest } = desired;
  return typeof adopt === "string" && declaredOf(state).adopt === adopt ? rest : desired;
}

/** Adds to each plan which other trigger of the set evaluates the same alert, so that the alert stays evaluated. */
function withEvaluators(plans: readonly TriggerPlan[]): TriggerPlan[] {
  const evaluators = new Map<string, string[]>();
  for (const { name, namespace, desired, live } of plans) {
    const alert = desired && alertOf(desired);
    // A trigger that was paused manually stays paused if no status is declared.
    if (alert === undefined || desired?.active_quiet || (desired?.status ?? live?.status) === "paused")
      continue;
    const id = JSON.stringify([namespace, alert]);
    evaluators.set(id, [...(evaluators.get(id) ?? []), name]);
  }
  if (evaluators.size === 0) return [...plans];
  return plans.map((plan) => ({
    ...plan,
    reports: plan.reports.map((report) => {
      if (report.kind !== "alert schedule" || report.alert === undefined || report.successor === "same")
        return report;
      const names = evaluators.get(JSON.stringify([plan.leaves ?? plan.namespace, report.alert])) ?? [];
      const evaluatedBy = names.find((name) => plan.op === "delete" || name !== plan.name);
      return evaluatedBy === undefined ? report : { ...report, evaluatedBy };
    }),
  }));
}
