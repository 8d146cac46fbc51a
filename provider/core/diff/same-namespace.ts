import type { JsonObject, LiveTrigger } from "../schema/model";
import { namespaceOf } from "./trigger-state";

/**
 * Whether a trigger's declared namespace is the recorded one, written as its name or its `ns_…` id. If it is, the list
 * of the declared namespace shows the trigger too. `live` is what is live in the declared namespace.
 */
export const isSameNamespace = (
  declared: string,
  { triggerId, state }: { triggerId: string; state: JsonObject },
  live: { byId(id: string): LiveTrigger | undefined } | undefined,
): boolean => declared !== namespaceOf(state) && live?.byId(triggerId) !== undefined;
