import { localTime, type Span } from "../schedule/local-time";
import type { JsonObject } from "../schema/model";
import { many } from "../text/plural";
import { cronOf, intervalOf, meaning, type Schedule } from "./next-runs";
import { eachMinute, type Runs, runsBetween, runsInMinute } from "./runs";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The starts per minute that a namespace is expected to handle, unless its environment sets `max_starts_per_minute`. */
export const MOST_STARTS = 10;

/** For a single resource: half of what its namespace handles. */
export const mostStartsOfResource = (namespace: number): number => Math.max(1, Math.floor(namespace / 2));

export interface ScheduledTrigger {
  namespace?: string | undefined;
  resource?: string | undefined;
  name: string;
  schedule: Schedule;
  /** The moment from which an interval counts, in milliseconds; undefined if not known yet. */
  phase?: number | undefined;
}

/**
 * The resource that an action works on: the first id in its config. Clusters, retrievers and the like come before the
 * collections that they write to.
 */
export function resourceOf(
  { action_config: config }: { action_config: JsonObject },
  isSecret: (path: readonly string[]) => boolean = () => false,
): string | undefined {
  const key = Object.keys(config).find((each) => each.endsWith("_id") && typeof config[each] === "string");
  return key === undefined || isSecret(["action_config", key]) ? undefined : String(config[key]);
}

/** The minute of a window in which the most triggers of a namespace, or for one resource, start. */
export interface CrowdedMinute {
  kind: "namespace" | "resource";
  /** The name of the namespace or the resource. */
  of: string;
  /** The first minute with that many starts, in milliseconds since the epoch. */
  at: number;
  /** Indices of the triggers that start in it, ascending. */
  triggers: number[];
  /** How many other minutes exceed the limit. */
  others: number;
  limit: number;
}

/**
 * Minutes in which more triggers start than expected, one for each namespace and resource. A namespace's minute hides
 * the same minute of its resources. `limit`: how many starts a namespace handles. Intervals count only if their phase
 * is known and determines the minute.
 */
export function crowdedMinutes(
  triggers: readonly ScheduledTrigger[],
  span: Span,
  limit: number,
): CrowdedMinute[] {
  const known = new Map<string, Runs>();
  const runsOf = ({ schedule, phase }: ScheduledTrigger): Runs => {
    const key = `${meaning(schedule)} ${schedule.trigger_type === "interval" ? phase : ""}`;
    const runs = known.get(key) ?? runsBetween(schedule, span, phase);
    known.set(key, runs);
    return runs;
  };
  const worst = (
    kind: CrowdedMinute["kind"],
    most: number,
    own: (trigger: ScheduledTrigger) => string | undefined,
  ) =>
    [...grouped(triggers, own)].flatMap(([key, indices]): CrowdedMinute[] => {
      if (indices.length <= most) return [];
      const found = worstMinute(indices, (index) => runsOf(triggers[index]!), span, most);
      return found ? [{ kind, of: key.split("\n").at(-1)!, limit: most, ...found }] : [];
    });
  const namespaces = worst("namespace", limit, ({ namespace }) => namespace ?? "");
  const hidden = new Set(namespaces.map(({ at }) => at));
  const resources = worst("resource", mostStartsOfResource(limit), ({ namespace = "", resource }) =>
    resource === undefined ? undefined : `${namespace}\n${resource}`,
  );
  return [...namespaces, ...resources.filter(({ at }) => !hidden.has(at))];
}

/** An interval of a minute or less starts in every minute, whatever its phase. */
const hasKnownMinutes = ({ schedule, phase }: ScheduledTrigger): boolean =>
  schedule.trigger_type === "cron" ||
  (phase !== undefined && (intervalOf(schedule.schedule_config) ?? 0) > MINUTE);

function grouped(
  triggers: readonly ScheduledTrigger[],
  keyOf: (trigger: ScheduledTrigger) => string | undefined,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, trigger] of triggers.entries()) {
    const key = hasKnownMinutes(trigger) ? keyOf(trigger) : undefined;
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return groups;
}

function worstMinute(
  indices: readonly number[],
  runsOf: (index: number) => Runs,
  { from, to }: Span,
  limit: number,
): Pick<CrowdedMinute, "at" | "triggers" | "others"> | undefined {
  const first = Math.floor(from / MINUTE);
  const starts = new Uint32Array(Math.ceil(to / MINUTE) - first);
  for (const index of indices)
    eachMinute(runsOf(index), (minute) => {
      starts[minute - first]! += 1;
    });
  let at = 0;
  let over = 0;
  for (const [minute, count] of starts.entries()) {
    if (count > limit) over += 1;
    if (count > starts[at]!) at = minute;
  }
  if (over === 0) return undefined;
  const minute = first + at;
  const triggers = indices.filter((index) => runsInMinute(runsOf(index), minute));
  return { at: minute * MINUTE, triggers, others: over - 1 };
}

const MOST_NAMES = 3;

/** The warning for a crowded minute. Takes all triggers, and the window. */
export function crowdedText(
  { kind, of, at, triggers, others, limit }: CrowdedMinute,
  all: readonly ScheduledTrigger[],
  { from, to }: Span,
): { message: string; hint: string } {
  const zones = new Set(triggers.map((index) => cronOf(all[index]!.schedule.schedule_config)?.zone));
  const [zone = "UTC"] = zones.size === 1 ? zones : [];
  const { date, time } = localTime(zone, at);
  const names = triggers.slice(0, MOST_NAMES).map((index) => all[index]!.name);
  const left = triggers.length - names.length;
  const list = left > 0 ? `${names.join(", ")} and ${left} more` : names.join(", ");
  const days = Math.round((to - from) / DAY);
  const again =
    others === 0
      ? ""
      : `; too many also start in ${many(others, "other minute")} within ${many(days, "day")}`;
  const where = kind === "resource" ? ` for ${of}` : of === "" ? "" : ` in namespace "${of}"`;
  return {
    message: `${triggers.length} triggers${where} start in the same minute, ${date} ${time.slice(0, 5)} (${zone}): ${list}${again}`,
    hint: `${spreadHint(triggers.map((index) => all[index]!.schedule))}${
      kind === "namespace"
        ? `, or increase max_starts_per_minute (now ${limit}) in the environment file`
        : `. The limit for one resource is ${limit}, half of max_starts_per_minute in the environment file`
    }.`,
  };
}

function spreadHint(schedules: readonly Schedule[]): string {
  const intervals = schedules.filter(({ trigger_type: type }) => type === "interval").length;
  if (intervals === 0) return "Add spread: 30m to them, to distribute their starts over 30 minutes";
  const phase = "An interval counts from the `up` that creates its trigger.";
  return intervals === schedules.length
    ? `${phase} Write cron schedules with spread: 30m instead, or create them in separate runs`
    : `${phase} Write cron schedules instead, and add spread: 30m to all of them`;
}
