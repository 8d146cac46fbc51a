import * as pulumi from "@pulumi/pulumi";
import { scheduleWarnings } from "../core/definitions/schedule-warnings";
import { issueText } from "../core/issues/issue";
import { visible } from "../core/json/printed";
import type { JsonObject } from "../core/schema/model";
import { isObject } from "../core/schema/validate";

type Raw = Readonly<Record<string, unknown>>;

/**
 * Logs the warnings of a schedule on its resource, in the words that a definition in a file gets. In: the resource; its
 * inputs in the API's keys, Inputs anywhere. A value that a preview does not know is checked by the up.
 */
export function logScheduleWarnings(
  resource: pulumi.Resource,
  { trigger_type: type, schedule_config: config }: Raw,
): void {
  const log = (plainType: unknown, plainConfig: unknown, isSecret: boolean): void => {
    if (typeof plainType !== "string" || !isObject(plainConfig)) return;
    const schedule = { trigger_type: plainType, schedule_config: plainConfig as JsonObject };
    const secret = isSecret ? { secret_paths: ["schedule_config"] } : {};
    for (const warning of scheduleWarnings({ ...schedule, ...secret }, process.versions["tz"]))
      void pulumi.log.warn(visible(issueText(warning)), resource);
  };
  // Outputs are expensive in the SDK, and most schedules have none.
  if (typeof type === "string" && isPlain(config)) {
    log(type, config, false);
    return;
  }
  const known = pulumi.output({ type, config });
  const secret = pulumi.isSecret(known);
  known.apply(async (schedule) => log(schedule.type, schedule.config, await secret));
}

const isPlain = (config: unknown): boolean =>
  isObject(config) &&
  !pulumi.Output.isInstance(config) &&
  Object.values(config).every((value) => value === null || typeof value !== "object");
