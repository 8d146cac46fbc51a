import type { Plan } from "../../core/diff/plan-types";
import { type Origin, originOf } from "../../core/diff/trigger-state";
import { writeKey } from "../../core/plan/planned-writes";
import type { DesiredTrigger, JsonObject } from "../../core/schema/model";
import { isGone } from "../../core/schema/soft-delete";
import type { Session } from "./session";

/** The origin record of a trigger that is about to be created or adopted. */
export async function newOrigin(
  session: Session,
  { namespace, name }: DesiredTrigger,
  plan: Plan,
): Promise<Origin> {
  const left = session.predecessorsOf(writeKey(namespace, name));
  return { ...(plan.op === "adopt" ? { adopted: true as const } : {}), ...(await remaining(session, left)) };
}

/** The origin record of an existing trigger, without predecessors that are gone. */
export async function originNow(session: Session, state: JsonObject): Promise<Origin> {
  const { predecessors = {}, ...rest } = originOf(state);
  return { ...rest, ...(await remaining(session, predecessors)) };
}

/** A trigger's state lists its predecessors. If the delete of one failed, this run tries it again. */
export function holdPredecessors(session: Session, key: string, state: JsonObject): void {
  for (const [id, namespace] of Object.entries(originOf(state).predecessors ?? {}))
    session.hold(id, { key, namespace, leaving: true });
}

/**
 * The predecessors that are still live, by id, each with its namespace: a trigger that moved left one in another
 * namespace.
 */
async function remaining(
  session: Session,
  left: Readonly<Record<string, string>>,
): Promise<Pick<Origin, "predecessors">> {
  const predecessors: Record<string, string> = {};
  for (const [id, namespace] of Object.entries(left))
    if (await isLive(session, namespace, id)) predecessors[id] = namespace;
  return Object.keys(predecessors).length > 0 ? { predecessors } : {};
}

async function isLive(session: Session, namespace: string, id: string): Promise<boolean> {
  try {
    return !isGone((await session.live.snapshot(namespace)).byId(id));
  } catch {
    // It may still exist. The current operation does not fail because of that.
    return true;
  }
}
