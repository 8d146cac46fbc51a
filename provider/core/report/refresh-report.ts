import type { PlannedRefresh } from "../plan/planned-refresh";
import { eventText, type ProviderEvent, planEvents } from "./provider-event";

/** What a refresh would record in the state, one line each. */
export function refreshLines(plans: readonly PlannedRefresh[]): string[] {
  const events = plans.flatMap(({ name, refreshed, isForgotten }): ProviderEvent[] => [
    ...(refreshed ? planEvents(name, refreshed) : []),
    ...(isForgotten ? [{ kind: "deleted outside" as const, trigger: name }] : []),
  ]);
  const changed = plans.filter(({ isChanged }) => isChanged).length;
  return [...events.map(eventText), `${changed} to record, ${plans.length - changed} unchanged.`];
}
