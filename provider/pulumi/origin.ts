import { type DesiredTrigger, isGone, type JsonObject } from "../core/model";
import type { Plan } from "../core/plan";
import { type Origin, originOf } from "../core/state";
import { holdKey, type Session } from "./session";

/** Of a trigger that is about to be made or taken over. The namespace must have been listed. */
export function newOrigin(session: Session, { namespace, name }: DesiredTrigger, plan: Plan): Origin {
  const left = session.predecessorsOf(holdKey(namespace, name)).find((id) => isLive(session, namespace, id));
  return {
    ...(plan.op === "adopt" ? { adopted: true as const } : {}),
    ...(left === undefined ? {} : { predecessor: left }),
  };
}

/** Of one that stays: what it replaced is forgotten once it is gone. The namespace must have been listed. */
export function originNow(session: Session, namespace: string, state: JsonObject): Origin {
  const { predecessor, ...rest } = originOf(state);
  return predecessor !== undefined && isLive(session, namespace, predecessor)
    ? { ...rest, predecessor }
    : rest;
}

/** What a trigger replaced is no stranger to the one made in its place: its delete may have failed, and comes again. */
export function holdPredecessor(session: Session, key: string, state: JsonObject): void {
  const { predecessor } = originOf(state);
  if (predecessor !== undefined) session.hold(predecessor, key, true);
}

const isLive = (session: Session, namespace: string, id: string): boolean =>
  !isGone(session.live.known(namespace)?.byId(id));
