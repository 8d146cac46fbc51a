import type { Plan } from "../../core/diff/plan-types";
import { visible } from "../../core/json/safe-text";
import { planNew, replacedAmong } from "../../core/plan/adoption";
import { conflictText, ownedText } from "../../core/plan/explain";
import { writeKey } from "../../core/plan/planned-writes";
import { planEvents } from "../../core/report/provider-event";
import type { DesiredTrigger, LiveTrigger } from "../../core/schema/model";
import { isGone } from "../../core/schema/soft-delete";
import type { Session } from "./session";

/**
 * The plan for a trigger that is not in the state, and the live trigger that it adopts; or why it is neither created
 * nor adopted.
 */
export type CreationPlan =
  | { plan: Plan; existing?: LiveTrigger; conflict?: undefined }
  | { plan?: undefined; existing?: undefined; conflict: string };

type IsUnknown = (value: unknown) => boolean;

export async function planCreation(
  session: Session,
  declared: DesiredTrigger,
  isUnknown: IsUnknown,
): Promise<CreationPlan> {
  const desired = stillToAdopt(session, declared);
  const { names } = await session.live.snapshot(desired.namespace);
  const key = writeKey(desired.namespace, desired.name);
  const found = await candidatesFor(session, desired);
  const isRecorded = ({ trigger_id: id }: LiveTrigger): boolean => session.isRecorded(id, key);
  const replaced = replacedAmong(desired, found, isRecorded, { names, isUnknown });
  for (const { trigger_id: id } of replaced)
    session.hold(id, { key, namespace: desired.namespace, leaving: true });
  const candidates = found.filter((live) => !replaced.includes(live));
  const owned = await ownedOf(session, desired.namespace, candidates);
  if (owned)
    return { conflict: visible(ownedText(desired.name, desired.namespace, owned.id, owned.collection)) };
  const paused = session.paused.has(key);
  const requestedPause = session.requestedPause(key);
  const plan = planNew(desired, candidates, { names, isUnknown, paused, requestedPause });
  if (plan.op === "conflict") {
    const { isStateUnread } = session;
    return { conflict: visible(conflictText(desired.name, desired.namespace, plan, { isStateUnread })) };
  }
  if (plan.op !== "adopt") return { plan };
  session.reportPlan(planEvents(desired.name, plan));
  return { plan, existing: candidates[0]! };
}

/**
 * The same, and reserves the adopted trigger for this resource: if two resources could adopt it, the other one plans
 * again.
 */
export async function claimCreation(
  session: Session,
  desired: DesiredTrigger,
  isUnknown: IsUnknown,
): Promise<CreationPlan> {
  for (;;) {
    const planned = await planCreation(session, desired, isUnknown);
    const id = planned.existing?.trigger_id;
    if (id === undefined) return planned;
    if (!session.isHeld(id)) {
      session.made(id, writeKey(desired.namespace, desired.name), desired.namespace);
      return planned;
    }
  }
}

/**
 * Only a trigger that processes a collection can be owned by a collection: for others, a request would be pointless.
 */
async function ownedOf(
  session: Session,
  namespace: string,
  candidates: readonly LiveTrigger[],
): Promise<{ id: string; collection: string } | undefined> {
  if (!candidates.some(({ action_type }) => action_type === "collection_trigger")) return undefined;
  const owners = await session.ownersIn(namespace);
  const id = candidates.map(({ trigger_id }) => trigger_id).find((each) => owners.has(each));
  return id === undefined ? undefined : { id, collection: owners.get(id)! };
}

/** A trigger that was adopted by id is not looked up by that id again when it has to be recreated. */
function stillToAdopt(session: Session, desired: DesiredTrigger): DesiredTrigger {
  const { adopt, ...rest } = desired;
  const done = typeof adopt === "string" && session.adopted.has(writeKey(desired.namespace, desired.name));
  return done ? rest : desired;
}

/** Live triggers that a new resource could adopt, except those that this run already holds. */
export async function candidatesFor(session: Session, declared: DesiredTrigger): Promise<LiveTrigger[]> {
  const desired = stillToAdopt(session, declared);
  const key = writeKey(desired.namespace, desired.name);
  if (typeof desired.adopt === "string") {
    const live = await session.live.find(desired.namespace, desired.adopt);
    return isGone(live) || !session.isFree(live.trigger_id, key) ? [] : [live];
  }
  const snapshot = await session.live.snapshot(desired.namespace);
  return snapshot.byName(desired.name).filter((live) => session.isFree(live.trigger_id, key));
}
