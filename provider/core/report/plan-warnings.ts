import { scheduleIssue } from "../definitions/set-warnings";
import { isSecretPath } from "../expressions/secret-paths";
import type { SetPlan, TriggerPlan } from "../plan/plan-model";
import { localTime } from "../schedule/local-time";
import { resourceOf, type ScheduledTrigger } from "../timeline/crowded-minutes";
import { meaning } from "../timeline/next-runs";
import { phaseOf } from "../timeline/runs";
import { scheduleWarnings } from "../timeline/schedule-warnings";

/** Warnings about triggers that a plan creates or reschedules; `validate` has them for all. `now` is in milliseconds. */
export function planWarnings(
  { triggers: plans }: Pick<SetPlan, "triggers">,
  { now, mostStarts }: { now: number; mostStarts?: number | undefined },
): PlanWarning[] {
  const checked = plans.flatMap((plan) => {
    const trigger = scheduledTrigger(plan, now);
    return trigger ? [{ plan, trigger }] : [];
  });
  const triggers = checked.map(({ trigger }) => trigger);
  const isChanged = (index: number): boolean => changesTimes(checked[index]!.plan);
  return [
    ...scheduleWarnings(triggers, { from: now, mostStarts })
      .filter((warning) => warning.triggers.some(isChanged))
      .map((warning) => scheduleIssue(warning, triggers)),
    ...plans.flatMap((plan) => phaseWarning(plan) ?? []),
  ];
}

type PlanWarning = ReturnType<typeof scheduleIssue>;

/** Returns undefined for a trigger that does not run or whose schedule is secret. */
function scheduledTrigger(plan: TriggerPlan, now: number): ScheduledTrigger | undefined {
  const { name, namespace, desired, live, op } = plan;
  if (!desired || op === "conflict") return undefined;
  const { secret_paths: secret } = desired;
  const status = desired.status ?? live?.status ?? "active";
  if (status !== "active" || isSecretPath(["schedule_config"], secret)) return undefined;
  const resource = resourceOf(desired, (path) => isSecretPath(path, secret));
  const phase = live && !changesTimes(plan) ? phaseOf(live, now) : now;
  return { name, namespace, resource, schedule: desired, phase };
}

const TIMES: ReadonlySet<string> = new Set(["schedule_config", "trigger_type", "status"]);

const changesTimes = ({ op, changes }: TriggerPlan): boolean =>
  op === "create" || op === "replace" || changes.some(({ path: [field] }) => TIMES.has(String(field)));

/** Seconds. For shorter intervals, the minute at which they start does not matter. */
const SHORTEST_PHASE = 3600;

/** An interval counts from the creation of its trigger, so a recreated trigger runs at different times than before. */
function phaseWarning({ name, op, desired, live, reports }: TriggerPlan): PlanWarning | undefined {
  const isCreatedAgain = op === "create" && reports.some(({ kind }) => kind === "gone");
  if (desired?.trigger_type !== "interval" || !(isCreatedAgain || op === "replace")) return undefined;
  const { schedule_config: config, secret_paths: secret } = desired;
  const seconds = Number(config["interval_seconds"]);
  if (seconds < SHORTEST_PHASE || desired.status === "paused" || isSecretPath(["schedule_config"], secret))
    return undefined;
  if (live && (live.status !== "active" || meaning(live) !== meaning(desired))) return undefined;
  const next = live?.health.next_scheduled_at;
  const before =
    next === undefined ? "" : `, no longer from ${localTime("UTC", Date.parse(next)).time.slice(0, 5)} (UTC)`;
  return {
    code: "INTERVAL_PHASE",
    severity: "warning",
    path: ["schedule_config", "interval_seconds"],
    message: `an interval counts from the creation of its trigger: the new one runs every ${seconds} seconds from when \`up\` creates it${before}`,
    hint: "If the time of day matters, write a cron schedule.",
    trigger: name,
  };
}
