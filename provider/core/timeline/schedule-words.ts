import { toString as cronWords } from "cronstrue";
import { DATE_FIELD, isFree, WEEKDAY_FIELD } from "../schedule/cron-grammar";
import type { JsonObject } from "../schema/model";
import { everyText } from "../text/duration-text";
import { cronOf, intervalOf, type Schedule } from "./next-runs";

const HOUR_FIELD = 1;

/** A readable schedule: `At 05:30, Monday through Friday (Europe/Paris)`, `Every 5 minutes`. */
export function ruleWords({ trigger_type, schedule_config: config }: Schedule): string {
  const rule = WORDS.get(trigger_type);
  return rule ? rule(config) : `On trigger type ${trigger_type}`;
}

const WORDS: ReadonlyMap<string, (config: JsonObject) => string> = new Map([
  ["cron", (config) => `${cronRule(config)} (${String(config["timezone"] ?? "UTC")})`],
  ["interval", intervalRule],
  ["event", eventRule],
  ["conditional", conditionRule],
]);

/** The schedule as written: `0 2 * * *`, `300 s`; empty for a trigger without set times. */
export function ruleText({ trigger_type, schedule_config: config }: Schedule): string {
  if (trigger_type === "cron") return String(config["cron_expression"] ?? "");
  return trigger_type === "interval" ? `${String(config["interval_seconds"])} s` : "";
}

function cronRule(config: JsonObject): string {
  const read = cronOf(config);
  if (!read)
    return `By a cron expression that this release cannot read: ${String(config["cron_expression"])}`;
  const fields = String(config["cron_expression"]).trim().split(/\s+/);
  const isEither = !isFree(read.cron[DATE_FIELD]!) && !isFree(read.cron[WEEKDAY_FIELD]!);
  if (!isEither) return inWords(fields);
  // If both day fields are restricted, either may match, but cronstrue joins them with "and".
  const [byDate, byWeekday] = [WEEKDAY_FIELD, DATE_FIELD].map((free) =>
    inWords(fields.map((field, index) => (index === free ? "*" : field))),
  );
  return `${byDate}; also ${byWeekday!.charAt(0).toLowerCase()}${byWeekday!.slice(1)}`;
}

/** Adds "every day" only after a time of day. */
const inWords = (fields: readonly string[]): string =>
  cronWords(fields.join(" "), { use24HourTimeFormat: true, verbose: fields[HOUR_FIELD] !== "*" });

function intervalRule(config: JsonObject): string {
  const span = intervalOf(config);
  return span === undefined
    ? "By an interval that this release cannot read"
    : `Every ${everyText(span / 1000)}`;
}

function eventRule(config: JsonObject): string {
  const {
    event_threshold: threshold,
    event_type: type,
    collection_id: collection,
    cooldown_seconds: rest,
  } = config;
  const where = typeof collection === "string" ? ` in ${collection}` : "";
  const pause = typeof rest === "number" && rest > 0 ? `, at most once every ${everyText(rest)}` : "";
  return `After ${String(threshold)} ${String(type)}${where}${pause}`;
}

function conditionRule(config: JsonObject): string {
  const { condition_type: type, threshold, metric, check_interval_seconds: check } = config;
  const measure = typeof metric === "string" ? ` (${metric})` : "";
  const above = threshold === undefined ? "" : ` exceeds ${String(threshold)}`;
  const checked = typeof check === "number" && check > 0 ? `, checked every ${everyText(check)}` : "";
  return `When ${String(type)}${measure}${above}${checked}`;
}
