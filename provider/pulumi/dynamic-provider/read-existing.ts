import { namespaceOf } from "../../core/diff/trigger-state";
import type { JsonObject } from "../../core/schema/model";
import { isGone } from "../../core/schema/soft-delete";
import { OUTPUT_KEYS } from "../resource/wire";
import { LookupError } from "./lookup-error";
import type { Session } from "./session";

/**
 * Whether a read comes from `Trigger.get`: the program gives a namespace, and the state has no record of this package.
 */
export const isExisting = (state: JsonObject): boolean => state["action_type"] === undefined;

/**
 * Reads a trigger that the program does not declare. Its configs are not stored in the state: only the declaring
 * program knows which of their values are secret. If it is not live, a refresh, which passes the earlier result, drops
 * it; any other read throws a LookupError. Throws ApiError.
 */
export async function readExisting(
  session: Session,
  id: string,
  state: JsonObject,
): Promise<{ id: string; props?: JsonObject }> {
  const { namespace = null, trigger_id: readBefore } = state;
  const live = await session.live.find(namespaceOf(state), id);
  if (isGone(live) && readBefore !== undefined) return { id: "" };
  if (isGone(live))
    throw new LookupError(
      "TRIGGER_NOT_FOUND",
      `cannot read trigger "${id}" in namespace "${namespaceOf(state)}": it does not exist. Check the id and the namespace`,
    );
  const outputs = Object.entries(live).filter(([key]) => OUTPUT_KEYS.includes(key)) as [string, string][];
  return { id, props: { trigger_id: id, namespace, ...Object.fromEntries(outputs) } };
}
