import type { Plan } from "../diff/plan-types";
import { isSecretPath } from "../expressions/secret-paths";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { scheduleChangeText, UNTIMED } from "../timeline/next-runs";
import { missedText, nextText, resumeText } from "../timeline/resume-text";

/**
 * What a plan means in time: how often the trigger will fire, when it fires first, and which runs were missed, since
 * neither a resume nor a replacement makes them up. undefined for a secret schedule, which these times would reveal.
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
  const isReplaced = plan.op === "replace";
  const change =
    runsAfter(live, plan) && (touches("schedule_config") || touches("trigger_type"))
      ? // The interval of a created trigger counts from its creation.
        scheduleChangeText(live, desired, { now, ...(isReplaced ? {} : anchor) })
      : undefined;
  const sentences = [change, restartText(desired, live, plan, now, change !== undefined)].filter(
    (sentence) => sentence !== undefined,
  );
  return sentences.length > 0 ? sentences.join("; ") : undefined;
}

/** Whether the trigger runs on its schedule after the plan is applied. */
function runsAfter(live: LiveTrigger, plan: Plan): boolean {
  const { op, calls } = plan;
  if (op === "replace") return !createsPaused(plan);
  return (
    calls.some((call) => call.op === "resume") ||
    (live.status === "active" && !calls.some((call) => call.op === "pause"))
  );
}

const createsPaused = ({ calls }: Plan): boolean =>
  calls.some((call) => call.op === "create" && call.body["status"] === "paused");

/** The effect of a plan that starts a trigger: one that was not running, or a replacement. */
function restartText(
  desired: DesiredTrigger,
  live: LiveTrigger,
  plan: Plan,
  now: Date,
  isNextKnown: boolean,
): string | undefined {
  const resumed = (): string | undefined =>
    isNextKnown ? missedText(live, now) : resumeText(desired, { now, live });
  if (plan.calls.some(({ op }) => op === "resume")) return resumed();
  if (plan.op !== "replace") return undefined;
  if (createsPaused(plan)) return undefined;
  if (live.status !== "active") return resumed();
  return isNextKnown || UNTIMED.has(desired.trigger_type) ? undefined : nextText(desired, now);
}

/** The effect of recreating a trigger that was deleted outside Pulumi. `live`: as the service still returns it. */
export function recreationText(
  desired: DesiredTrigger,
  live: LiveTrigger | undefined,
  now: Date,
): string | undefined {
  if (isSecretPath(["schedule_config"], desired.secret_paths) || desired.status === "paused")
    return undefined;
  const next = nextText(desired, now);
  if (next === undefined) return undefined;
  return `${next}; ${live ? missedText(live, now) : "runs missed since it was deleted are not replayed"}`;
}
