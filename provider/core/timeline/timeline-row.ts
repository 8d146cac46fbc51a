import type { Span } from "../schedule/local-time";
import type { DesiredTrigger, LiveTrigger, Quiet } from "../schema/model";
import { meaning, type Schedule } from "./next-runs";
import { type QuietWindow, quietAt, quietSpans, quietText, runsAround, union } from "./quiet-windows";
import { phaseOf, type Runs } from "./runs";
import { ruleText, ruleWords } from "./schedule-words";

export type RunState = "active" | "paused" | "failed";

export interface RowPlace {
  file: string;
  line: number;
}

/** A trigger of one environment: declared, live, or both. */
export interface TimelineEntry {
  /** The name of the stack, such as `prod` or `eu.prod`. */
  environment: string;
  /** Absent if neither the files nor the settings set one. */
  namespace?: string;
  name: string;
  /** The resource that the action works on: an id, or the reference as written. */
  resource?: string;
  declared?: Schedule & Pick<DesiredTrigger, "action_type" | "status"> & { place: RowPlace };
  /** Absent if it is deleted. */
  live?: LiveTrigger;
  /** The quiet windows that apply to it. */
  quiet?: readonly QuietWindow[];
  /** The schedule is secret, and showing its times would reveal it. */
  isSecret?: boolean;
}

/** The schedule of a trigger, before or after the next `up`. */
export interface RowSchedule {
  state: RunState;
  /** `At 02:00, every day (Europe/Paris)`. */
  rule: string;
  /** As written: `0 2 * * *`. */
  expression: string;
  /** For a paused or failed trigger: the runs that it would have. */
  runs: Runs;
  /** The runs that planned quiet suppresses. */
  suppressed?: Runs;
}

/** What the next `up` does to a trigger. `none`: nothing, or what is live is not known. */
export type RowChange = "none" | "create" | "change" | "undeclared";

/** A trigger that runs on a schedule. */
export interface TimelineRow extends RowSchedule {
  environment: string;
  namespace?: string;
  name: string;
  action: string;
  resource?: string;
  change: RowChange;
  place?: RowPlace;
  /** The live trigger's id. */
  triggerId?: string;
  /** Since when a due run has not been started by the service, ISO 8601; empty if the service does not report it. */
  overdueSince?: string;
  /** The live schedule, if it differs from the declared one. */
  live?: RowSchedule;
  /** Why the service has stopped running it. */
  error?: string;
  /** Planned quiet in the window, as spans without overlaps; `first` is the first of them as a {@link Quiet}. */
  quiet?: { spans: readonly Span[]; first: Quiet };
}

/** A trigger without shown times: it runs on events or a condition, or its schedule is secret. */
export interface UntimedRow {
  environment: string;
  namespace?: string;
  name: string;
  action: string;
  resource?: string;
  state: RunState;
  change: RowChange;
  waitsFor: string;
  place?: RowPlace;
}

/** The window of a timeline, and what is known about its triggers. */
export interface RowOptions extends Span {
  /** The API was not called. */
  isOffline: boolean;
  /** The current time in milliseconds: intervals that are applied now count from it. */
  now: number;
}

/** Paused and in planned quiet now, so most likely paused for it. */
export const isPausedInQuiet = ({ declared, live, quiet = [] }: TimelineEntry, now: number): boolean =>
  live?.status === "paused" && declared?.status === undefined && quietAt(quiet, now) !== undefined;

const common = ({ environment, namespace, name, resource, declared, live }: TimelineEntry) => ({
  environment,
  ...(namespace === undefined ? {} : { namespace }),
  name,
  action: (declared ?? live)!.action_type,
  ...(resource === undefined ? {} : { resource }),
  ...(declared ? { place: declared.place } : {}),
});

/** Shows the declared schedule if there is one, else the live one. */
export function untimedRow(entry: TimelineEntry, schedule: Schedule, options: RowOptions): UntimedRow {
  const change: RowChange = isUndeclared(entry) ? "undeclared" : "none";
  const words = entry.isSecret ? "Its schedule is a secret" : ruleWords(schedule);
  const quiet = quietOf(entry, options);
  const waitsFor = quiet ? `${words}; ${quietText(quiet.first)}` : words;
  const state = isPausedInQuiet(entry, options.now) ? "active" : stateAfter(entry);
  return { ...common(entry), state, change, waitsFor };
}

const isUndeclared = ({ declared }: TimelineEntry): boolean => declared === undefined;

/** As {@link untimedRow}, for a trigger that runs on a schedule. */
export function timedRow(entry: TimelineEntry, schedule: Schedule, options: RowOptions): TimelineRow {
  const { declared, live } = entry;
  const isQuieted = isPausedInQuiet(entry, options.now);
  const state = isQuieted ? "active" : stateAfter(entry);
  const applied = options.isOffline ? options.from : options.now;
  const quiet = quietOf(entry, options);
  const own = { ...common(entry), ...(quiet ? { quiet } : {}) };
  if (!live) {
    const change = options.isOffline ? "none" : "create";
    return { ...own, ...scheduled(schedule, state, options, applied, quiet?.spans), change };
  }
  const now = scheduled(live, stateOf(live), options, phaseOf(live, options.now));
  const error = state === "failed" ? live.health.last_execution_error : undefined;
  const { is_overdue: isOverdue, next_scheduled_at: due = "" } = live.health;
  const shared = {
    ...own,
    triggerId: live.trigger_id,
    ...(error === undefined ? {} : { error }),
    ...(isOverdue && state === "active" ? { overdueSince: due } : {}),
  };
  const isSame = !declared || meaning(declared) === meaning(live);
  if (isSame && (state === now.state || isQuieted)) {
    const same = quiet ? scheduled(live, state, options, phaseOf(live, options.now), quiet.spans) : now;
    return { ...shared, ...same, change: isUndeclared(entry) ? "undeclared" : "none" };
  }
  const after = scheduled(schedule, state, options, applied, quiet?.spans);
  return { ...shared, ...after, change: "change", live: now };
}

function scheduled(
  schedule: Schedule,
  state: RunState,
  span: Span,
  anchor: number,
  quiet: readonly Span[] = [],
): RowSchedule {
  const { runs, suppressed } = runsAround(quiet, schedule, span, anchor);
  return {
    state,
    rule: ruleWords(schedule),
    expression: ruleText(schedule),
    runs,
    ...(suppressed.length > 0 ? { suppressed } : {}),
  };
}

/** Planned quiet, if the trigger would otherwise run. */
function quietOf(entry: TimelineEntry, { from, to }: Span): TimelineRow["quiet"] {
  const { quiet = [], declared } = entry;
  if (declared?.status === "paused") return undefined;
  const spans = union(quiet.flatMap((window) => quietSpans(window, { from, to })));
  const first = spans[0] && quietAt(quiet, Math.max(from, spans[0].from));
  return first && { spans, first };
}

/** A declared status is enforced. Otherwise a manual pause is respected, and a failed trigger stays failed. */
const stateAfter = ({ declared, live }: TimelineEntry): RunState =>
  declared?.status ?? (live ? stateOf(live) : "active");

const stateOf = ({ status }: LiveTrigger): RunState =>
  status === "paused" || status === "failed" ? status : "active";
