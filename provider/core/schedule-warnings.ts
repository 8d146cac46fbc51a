import { notPortable } from "./cron-dialects";
import type { Issue } from "./issue";
import type { DesiredTrigger } from "./model";
import { outdatedZone } from "./zones";

/**
 * What is valid in a schedule and may still fire at other times than meant. In: a valid trigger; the release of the IANA
 * tables that this process has, such as 2025c.
 */
export function scheduleWarnings(
  { trigger_type, schedule_config: config }: Pick<DesiredTrigger, "trigger_type" | "schedule_config">,
  zoneTables: string | undefined,
): Issue[] {
  if (trigger_type !== "cron") return [];
  const { cron_expression: expression, timezone: zone } = config;
  const portability = typeof expression === "string" ? notPortable(expression) : undefined;
  const tables = typeof zone === "string" ? outdatedZone(zone, zoneTables) : undefined;
  const warning = (code: Issue["code"], key: string, found: { message: string; hint: string }): Issue => ({
    code,
    severity: "warning",
    path: ["schedule_config", key],
    ...found,
  });
  return [
    ...(portability ? [warning("CRON_NOT_PORTABLE", "cron_expression", portability)] : []),
    ...(tables ? [warning("ZONE_OUTDATED", "timezone", tables)] : []),
  ];
}
