import type { LiveTrigger } from "./model";

/** Disabled after failed runs: more likely by the service, which gave up on it, than by somebody's delete. */
export const isGivenUp = ({ status, health }: LiveTrigger): boolean =>
  status === "disabled" && (health.consecutive_failures ?? 0) > 0;

/** `disabled` is the API's soft delete: such a trigger is gone. */
export function isGone(live: LiveTrigger | undefined): live is undefined {
  return live === undefined || live.status === "disabled";
}
