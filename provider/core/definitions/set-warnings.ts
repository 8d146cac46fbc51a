import { isSecretPath } from "../expressions/secret-paths";
import type { Issue } from "../issues/issue";
import { resourceOf, type ScheduledTrigger } from "../timeline/crowded-minutes";
import { type ScheduleWarning, scheduleWarnings } from "../timeline/schedule-warnings";
import { sentTrigger } from "./definition-spread";
import type { DesiredSet } from "./desired-set";
import type { Declaration } from "./merged-definition";

/**
 * What may not be meant about the times at which the triggers of an environment run. In: `now` in milliseconds; the
 * namespace of those that name none. Out: warnings in the order of the declarations.
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

/** A warning about schedules as an issue of the first of its triggers. In: all triggers that were checked. */
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

/** undefined for one that does not run, whose times are a secret, or are moved by a spread over a namespace not known yet. */
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
