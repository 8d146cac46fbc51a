import type { LiveTrigger } from "./model";

/** Disabled after failed runs: more likely by the service than by a manual delete. */
export const isGivenUp = ({ status, health }: LiveTrigger): boolean =>
  status === "disabled" && (health.consecutive_failures ?? 0) > 0;

/** `disabled` is the API's soft delete, so such a trigger counts as gone. */
export function isGone(live: LiveTrigger | undefined): live is undefined {
  return live === undefined || live.status === "disabled";
}
