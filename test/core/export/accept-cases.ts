import type { Acceptance } from "../../../provider/core/export/accept-into-yaml";
import type { Json } from "../../../provider/core/schema/model";

/** A value for `schedule_config.timezone` of `nightly`, or of the trigger before a slash. */
export const change = (where: string, value: Json | undefined): Acceptance => {
  const [trigger, path] = where.includes("/") ? (where.split("/") as [string, string]) : ["nightly", where];
  const steps = path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return { trigger, path: path === "" ? [] : steps, value };
};

export const CRON = "schedule_config.cron_expression";
export const ZONE = "schedule_config.timezone";

export const lines = (...text: string[]): string => `${text.join("\n")}\n`;

/** A file with comments, wide gaps, odd indentation and every style of value. */
export const FULL = lines(
  "# yaml-language-server: $schema=../schema.json",
  "",
  "x-shared: &zone   Europe/Paris",
  "defaults: {status: active,   timezone: UTC}   # for all",
  "",
  "triggers:   # all of them",
  "   nightly:  # the big one",
  "      # why two: nobody is up",
  "      action_type:   cluster",
  "      action_config: { cluster_id:  clust_1 , output_collection_ids: [ col_1,col_2 ] }  # keep",
  "",
  "      trigger_type: cron",
  "      schedule_config:",
  '          cron_expression:   "0 2 * * *"   # at two',
  "          # commented: out",
  "",
  "      description:  >-  # folded",
  "        All products,",
  "        each night",
  "",
  "   # between",
  "   'weekly':",
  "      action_type: batch_rerun",
  "      action_config: {batch_id: 'btch_1'}",
  "      trigger_type: interval",
  "      schedule_config:   {interval_seconds:   604800}",
  "      status: paused",
  "# the end",
);

/** The lines that differ: `-` before, `+` after. */
export function differing(before: string, after: string): string[] {
  const [a, b] = [before, after].map((text) => text.split("\n"));
  let start = 0;
  while (start < a!.length && a![start] === b![start]) start += 1;
  let end = 0;
  while (end < Math.min(a!.length, b!.length) - start && a![a!.length - 1 - end] === b![b!.length - 1 - end])
    end += 1;
  return [
    ...a!.slice(start, a!.length - end).map((line) => `-${line}`),
    ...b!.slice(start, b!.length - end).map((line) => `+${line}`),
  ];
}
