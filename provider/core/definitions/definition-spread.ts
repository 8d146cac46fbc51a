import { isOpen } from "../expressions/expressions";
import type { Issue } from "../issues/issue";
import { isObject } from "../json/is-object";
import { cronProblem } from "../schedule/cron";
import { movedCron, spreadMinutes, spreadOffset, spreadProblem } from "../schedule/spread";
import type { DesiredTrigger, JsonObject } from "../schema/model";

/** A declared trigger in its namespace, with the cron expression as it is sent: moved by its spread. */
export function sentTrigger(
  { trigger, spread }: { trigger: Omit<DesiredTrigger, "namespace">; spread?: number },
  namespace: string,
): DesiredTrigger {
  const { cron_expression: expression } = trigger.schedule_config;
  if (spread === undefined || typeof expression !== "string") return { ...trigger, namespace };
  const moved = movedCron(expression, spreadOffset(namespace, trigger.name, spread));
  return {
    ...trigger,
    namespace,
    schedule_config: { ...(trigger.schedule_config as JsonObject), cron_expression: moved },
  };
}

/** A `spread` that is not a string gets a hint to write a duration. */
export const withSpreadHint = (issue: Issue, given: unknown): Issue =>
  issue.code === "TYPE_WRONG" && issue.path[0] === "spread" ? { ...issue, hint: spreadHint(given) } : issue;

/** What to write instead of a number without a unit, or of a value that is not a string. */
const spreadHint = (given: unknown): string =>
  /^[1-9]\d{0,3}$/.test(String(given))
    ? `Write ${given}m for ${given} minutes.`
    : "Write minutes or hours, such as 30m or 2h.";

/** The spread of a definition in minutes, or why it is invalid; empty if it has none or the value is not known yet. */
export function spreadOf(
  spread: unknown,
  { trigger_type: type, schedule_config: config }: Record<string, unknown>,
): { window?: number; issue?: Issue } {
  if (typeof spread !== "string" || spread === "" || isOpen(spread) || isOpen(type)) return {};
  const invalid = (message: string, hint: string): { issue: Issue } => ({
    issue: { code: "SPREAD_INVALID", path: ["spread"], message, hint },
  });
  if (type === "interval")
    return invalid(
      "applies only to cron schedules",
      "Remove it: an interval starts when its trigger is created or resumed.",
    );
  if (type !== "cron")
    return invalid("applies only to cron schedules", "Remove it, or write a cron schedule.");
  const window = spreadMinutes(spread);
  if (window === undefined) return invalid(`${JSON.stringify(spread)} is not a duration`, spreadHint(spread));
  const expression = isObject(config) ? config["cron_expression"] : undefined;
  if (typeof expression !== "string" || isOpen(expression) || cronProblem(expression) !== undefined)
    return {};
  const problem = spreadProblem(expression, window);
  return problem ? invalid(problem.message, problem.hint) : { window };
}
