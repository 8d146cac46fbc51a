import { isSecretPath } from "../expressions/secrets";
import type { DesiredTrigger } from "../schema/model";

/**
 * What a write to a trigger does to the alert that it evaluates. Source: Triggers API, `alert_evaluation`: once such a
 * trigger exists, the service's periodic sweep skips that alert in the namespace.
 */
export interface AlertReport {
  kind: "alert schedule";
  op: "delete" | "pause" | "replace";
  /** `alt_…`; absent where it is secret, or the config does not have it under a known key. */
  alert?: string;
  /** Of a replacement, where it evaluates another alert. */
  successor?: string;
}

type Evaluating = Pick<DesiredTrigger, "action_type" | "action_config" | "secret_paths">;

/** None of a trigger that evaluates no alert. `after`: what replaces it in the same namespace. */
export function alertReports(op: AlertReport["op"], before: Evaluating, after?: Evaluating): AlertReport[] {
  if (before.action_type !== ALERT_EVALUATION) return [];
  const alert = alertOf(before);
  const named = alert === undefined ? {} : { alert };
  if (op !== "replace") return [{ kind: "alert schedule", op, ...named }];
  if (after?.action_type !== ALERT_EVALUATION) return [{ kind: "alert schedule", op: "delete", ...named }];
  const successor = alertOf(after);
  const isOther = alert !== undefined && successor !== undefined && successor !== alert;
  return [{ kind: "alert schedule", op, ...named, ...(isOther ? { successor } : {}) }];
}

const ALERT_EVALUATION = "alert_evaluation";

function alertOf({ action_config: { alert_id: id }, secret_paths }: Evaluating): string | undefined {
  return typeof id === "string" && !isSecretPath(["action_config", "alert_id"], secret_paths)
    ? id
    : undefined;
}

const SWEEP = "the service's periodic sweep skips an alert that such a trigger evaluates";

export function alertText({ op, alert, successor }: AlertReport): string {
  const subject = alert === undefined ? "its alert" : `alert ${alert}`;
  switch (op) {
    case "delete":
      return `${subject} is no longer evaluated on this schedule; ${SWEEP}, so the delete changes what evaluates this one [ALERT_SCHEDULE_DELETED]`;
    case "pause":
      return `${subject} is not evaluated on this schedule while the trigger is paused; ${SWEEP}, so that nothing may evaluate this one [ALERT_SCHEDULE_PAUSED]`;
    case "replace":
      return successor === undefined
        ? `${subject} is evaluated by the replacement, on its schedule; ${SWEEP} [ALERT_SCHEDULE_REPLACED]`
        : `${subject} is no longer evaluated on this schedule, and alert ${successor} is; ${SWEEP}, so what evaluates the two changes [ALERT_SCHEDULE_REPLACED]`;
  }
}
