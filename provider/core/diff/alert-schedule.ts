import { isSecretPath } from "../expressions/secret-paths";
import type { DesiredTrigger } from "../schema/model";

/**
 * What a write to a trigger means for the alert that it evaluates. Source: Triggers API, `alert_evaluation`: once a
 * trigger evaluates an alert, the service's periodic sweep skips that alert in the namespace.
 */
export interface AlertReport {
  kind: "alert schedule";
  op: "delete" | "pause" | "replace";
  /** `alt_…`; absent if it is not known or must not be shown. */
  alert?: string;
  /** Why there is no id: it is secret, or the config has it under no known key. */
  unnamed?: "secret" | "unknown";
  /** For a replacement: the alert that the new trigger evaluates. */
  successor?: "same" | "unknown" | { alert?: string };
  /** Another trigger of the same plan that evaluates the same alert. */
  evaluatedBy?: string;
}

type Evaluating = Pick<DesiredTrigger, "action_type" | "action_config" | "secret_paths">;

/** Empty for a trigger that evaluates no alert. `after`: its replacement in the same namespace. */
export function alertReports(op: AlertReport["op"], before: Evaluating, after?: Evaluating): AlertReport[] {
  if (before.action_type !== ALERT_EVALUATION) return [];
  const named = shownAlert(before);
  const isSecret = named === undefined && alertOf(before) !== undefined;
  const report: Omit<AlertReport, "op"> = {
    kind: "alert schedule",
    ...(named === undefined ? { unnamed: isSecret ? "secret" : "unknown" } : { alert: named }),
  };
  if (op !== "replace") return [{ ...report, op }];
  if (after?.action_type !== ALERT_EVALUATION) return [{ ...report, op: "delete" }];
  return [{ ...report, op, successor: successorOf(before, after) }];
}

function successorOf(before: Evaluating, after: Evaluating): NonNullable<AlertReport["successor"]> {
  const [was, is] = [alertOf(before), alertOf(after)];
  if (was === undefined || is === undefined) return "unknown";
  if (was === is) return "same";
  const alert = shownAlert(after);
  return alert === undefined ? {} : { alert };
}

const ALERT_EVALUATION = "alert_evaluation";

/** The id of the alert that a trigger evaluates, even if it is secret. */
export function alertOf({ action_type, action_config: { alert_id: id } }: Evaluating): string | undefined {
  return action_type === ALERT_EVALUATION && typeof id === "string" ? id : undefined;
}

const shownAlert = (trigger: Evaluating): string | undefined =>
  isSecretPath(["action_config", "alert_id"], trigger.secret_paths) ? undefined : alertOf(trigger);

const SWEEP = "the service's periodic evaluation skips alerts that a trigger evaluates";

const subjectOf = ({ alert, unnamed }: AlertReport): string =>
  alert !== undefined
    ? `alert ${alert}`
    : unnamed === "secret"
      ? "its alert"
      : "the alert that it evaluates (action_config has no alert_id)";

export function alertText(report: AlertReport): string {
  return `${sentenceOf(report)} [${CODES[report.op]}]`;
}

const CODES: Readonly<Record<AlertReport["op"], string>> = {
  delete: "ALERT_SCHEDULE_DELETED",
  pause: "ALERT_SCHEDULE_PAUSED",
  replace: "ALERT_SCHEDULE_REPLACED",
};

function sentenceOf(report: AlertReport): string {
  const { op, successor, evaluatedBy } = report;
  const subject = subjectOf(report);
  if (evaluatedBy !== undefined) {
    const change =
      op === "pause"
        ? "is not evaluated on this schedule while the trigger is paused"
        : "is no longer evaluated on this schedule";
    return `${subject} ${change}; trigger ${JSON.stringify(evaluatedBy)} evaluates it on its own schedule`;
  }
  switch (op) {
    case "delete":
      return `${subject} is no longer evaluated on this schedule; ${SWEEP}, so deleting the trigger changes what evaluates the alert`;
    case "pause":
      return `${subject} is not evaluated on this schedule while the trigger is paused; ${SWEEP}, so the alert may not be evaluated at all`;
    case "replace":
      if (successor === "same")
        return `${subject} is evaluated by the replacement, on its schedule; ${SWEEP}`;
      if (successor === "unknown" || successor === undefined)
        return `whether the replacement evaluates the same alert is not known (action_config has no alert_id before or after); ${SWEEP}, so what evaluates an alert may change`;
      return `${subject} is no longer evaluated on this schedule, and ${successor.alert === undefined ? "another alert" : `alert ${successor.alert}`} is; ${SWEEP}, so what evaluates these two alerts changes`;
  }
}
