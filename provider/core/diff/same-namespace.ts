import type { JsonObject, LiveTrigger } from "../schema/model";
import { namespaceOf } from "./trigger-state";

/**
 * Whether a trigger's declared namespace is the recorded one in another spelling, its name or its `ns_…` id: then the
 * declared one has the trigger, too. In: the trigger's id and state; what is live in the declared namespace.
 */
export const isSameNamespace = (
  declared: string,
  { triggerId, state }: { triggerId: string; state: JsonObject },
  live: { byId(id: string): LiveTrigger | undefined } | undefined,
): boolean => declared !== namespaceOf(state) && live?.byId(triggerId) !== undefined;
