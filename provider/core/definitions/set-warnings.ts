import { isSecretPath } from "../expressions/secret-paths";
import type { Issue } from "../issues/issue";
import { resourceOf, type ScheduledTrigger } from "../timeline/crowded-minutes";
import { type ScheduleWarning, scheduleWarnings } from "../timeline/schedule-warnings";
import { sentTrigger } from "./definition-spread";
import type { DesiredSet } from "./desired-set";
import type { Declaration } from "./merged-definition";

/**
 * Warnings about the times at which an environment's triggers run, in the order of the declarations. `now` is in
 * milliseconds. `namespace` applies to triggers that set none.
 */
export function setWarnings(
  { declarations, mostStarts }: Pick<DesiredSet, "declarations" | "mostStarts">,
  { now, otherwise }: { now: number; otherwise?: string | undefined },
): Issue[] {
  const checked = declarations.flatMap((declaration) => {
    const trigger = scheduledTrigger(declaration, otherwise);
    return trigger ? [{ declaration, trigger }] : [];
  });
  const triggers = checked.map(({ trigger }) => trigger);
  return scheduleWarnings(triggers, { from: now, mostStarts }).map((warning) => {
    const issue = scheduleIssue(warning, triggers);
    return { ...issue, at: checked[warning.triggers[0]!]!.declaration.place(issue.path) };
  });
}

/** Turns a warning about schedules into an issue of the first trigger that it concerns, out of all `triggers`. */
export const scheduleIssue = (
  { code, triggers: [first], key, message, hint }: ScheduleWarning,
  triggers: readonly ScheduledTrigger[],
): Issue => ({
  code,
  severity: "warning",
  path: ["schedule_config", key],
  message,
  hint,
  trigger: triggers[first!]!.name,
});

/** Returns undefined for a trigger that does not run, whose schedule is secret, or whose spread is not known yet. */
function scheduledTrigger(
  declaration: Declaration,
  otherwise: string | undefined,
): ScheduledTrigger | undefined {
  const { name, spread, trigger } = declaration;
  const { status, secret_paths: secret, namespace = otherwise } = trigger;
  if (status === "paused" || isSecretPath(["schedule_config"], secret)) return undefined;
  if (spread !== undefined && namespace === undefined) return undefined;
  const schedule = namespace === undefined ? trigger : sentTrigger(declaration, namespace);
  return { name, namespace, schedule, resource: resourceOf(trigger, (path) => isSecretPath(path, secret)) };
}
