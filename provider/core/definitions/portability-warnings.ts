import { isSecretPath } from "../expressions/secret-paths";
import type { Issue } from "../issues/issue";
import { notPortable } from "../schedule/cron-portability";
import { outdatedZone } from "../schedule/zones";
import type { DesiredTrigger } from "../schema/model";

/**
 * Warnings about a valid schedule that may fire at other times than intended. `zoneTables`: the release of the IANA
 * tables in this process, such as 2025c.
 */
export function scheduleWarnings(
  {
    trigger_type,
    schedule_config: config,
    secret_paths: secret,
  }: Pick<DesiredTrigger, "trigger_type" | "schedule_config" | "secret_paths">,
  zoneTables: string | undefined,
): Issue[] {
  if (trigger_type !== "cron") return [];
  const { cron_expression: expression, timezone: zone } = config;
  const portability = typeof expression === "string" ? notPortable(expression) : undefined;
  const tables = typeof zone === "string" ? outdatedZone(zone, zoneTables) : undefined;
  const warning = (
    code: keyof typeof UNSHOWN,
    key: string,
    found: { message: string; hint: string },
  ): Issue => {
    const path = ["schedule_config", key];
    const shown = isSecretPath(path, secret) ? UNSHOWN[code] : found;
    return { code, severity: "warning", path, ...shown };
  };
  return [
    ...(portability ? [warning("CRON_NOT_PORTABLE", "cron_expression", portability)] : []),
    ...(tables ? [warning("ZONE_OUTDATED", "timezone", tables)] : []),
  ];
}

/** The texts for a value that no output may show. */
const UNSHOWN = {
  CRON_NOT_PORTABLE: {
    message:
      "the expression (not shown: it comes from an environment variable) runs at other times, or not at all, in some cron libraries",
    hint: "Run validate with the value in place of the variable to see the details.",
  },
  ZONE_OUTDATED: {
    message:
      "the time zone tables of this Node do not have the latest rules of the zone (not shown: it comes from an environment variable): times that are computed here can be an hour off",
    hint: "Update Node; the service uses its own tables.",
  },
};
