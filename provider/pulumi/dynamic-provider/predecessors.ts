import type { Plan } from "../../core/diff/plan-types";
import { type Origin, originOf } from "../../core/diff/trigger-state";
import { writeKey } from "../../core/plan/planned-writes";
import type { DesiredTrigger, JsonObject } from "../../core/schema/model";
import { isGone } from "../../core/schema/soft-delete";
import type { Session } from "./session";

/** Of a trigger that is about to be made or taken over. */
export async function newOrigin(
  session: Session,
  { namespace, name }: DesiredTrigger,
  plan: Plan,
): Promise<Origin> {
  const left = session.predecessorsOf(writeKey(namespace, name));
  return { ...(plan.op === "adopt" ? { adopted: true as const } : {}), ...(await remaining(session, left)) };
}

/** Of one that stays: what it replaced is forgotten once it is gone. */
export async function originNow(session: Session, state: JsonObject): Promise<Origin> {
  const { predecessors = {}, ...rest } = originOf(state);
  return { ...rest, ...(await remaining(session, predecessors)) };
}

/** The state of a trigger lists what it replaced: where that delete failed, this run tries it again. */
export function holdPredecessors(session: Session, key: string, state: JsonObject): void {
  for (const [id, namespace] of Object.entries(originOf(state).predecessors ?? {}))
    session.hold(id, { key, namespace, leaving: true });
}

/** Those of them that are live, by id, each with its namespace: one that moved has left another. */
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
    // Nothing says that it is gone; what this run is about does not fail for it.
    return true;
  }
}
