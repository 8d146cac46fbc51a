import { isSecretPath } from "../expressions/secrets";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { resumeText, scheduleChangeText } from "../timeline/timeline";
import type { Plan } from "./plan";

/**
 * What a plan means in time: how often it fires from now on, and when first; that a resume makes up for nothing.
 * undefined for a secret schedule, which its times would give away.
 */
export function meaningOf(
  desired: DesiredTrigger,
  live: LiveTrigger,
  plan: Plan,
  now: Date,
): string | undefined {
  if (isSecretPath(["schedule_config"], desired.secret_paths)) return undefined;
  const touches = (field: string): boolean => plan.changes.some(({ path }) => path[0] === field);
  const last = live.health.last_triggered_at ?? live.created_at;
  const anchor = last === undefined ? {} : { anchor: new Date(last) };
  const sentences = [
    touches("schedule_config") || touches("trigger_type")
      ? scheduleChangeText(live, desired, { now, ...anchor })
      : undefined,
    plan.calls.some(({ op }) => op === "resume")
      ? resumeText(desired, { now, from: live.status })
      : undefined,
  ].filter((sentence) => sentence !== undefined);
  return sentences.length > 0 ? sentences.join("; ") : undefined;
}
