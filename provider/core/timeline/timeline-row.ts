import type { Span } from "../schedule/local-time";
import type { DesiredTrigger, LiveTrigger, Quiet } from "../schema/model";
import { meaning, type Schedule } from "./next-runs";
import { type QuietWindow, quietAt, quietSpans, quietText, runsAround, union } from "./quiet-windows";
import { phaseOf, type Runs } from "./runs";
import { ruleText, ruleWords } from "./schedule-words";

export type RunState = "active" | "paused" | "failed";

/** Where a trigger is declared. */
export interface RowPlace {
  file: string;
  line: number;
}

/** A trigger of one environment, as declared, as live, or both. */
export interface TimelineEntry {
  /** The stack's name, such as `prod` or `eu.prod`. */
  environment: string;
  /** Absent where neither the files nor the settings name one. */
  namespace?: string;
  name: string;
  /** What the action works on: an id, or the reference that stands for it. */
  resource?: string;
  declared?: Schedule & Pick<DesiredTrigger, "action_type" | "status"> & { place: RowPlace };
  /** Not a deleted one. */
  live?: LiveTrigger;
  /** Planned quiet that is for it. */
  quiet?: readonly QuietWindow[];
  /** The schedule is a secret, which its times would give away. */
  isSecret?: boolean;
}

/** What a trigger is before or after the next `up`. */
export interface RowSchedule {
  state: RunState;
  /** `At 02:00, every day (Europe/Paris)`. */
  rule: string;
  /** As it is written: `0 2 * * *`. */
  expression: string;
  /** Of a trigger that is paused or failed: what it would run. */
  runs: Runs;
  /** What it would run in planned quiet. */
  suppressed?: Runs;
}

/** What the next `up` means for a trigger; `none`: nothing, or what is live is not known. */
export type RowChange = "none" | "create" | "change" | "undeclared";

/** A trigger that time fires. */
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
  /** A run is due that the service has not started: since when, ISO 8601, "" where it does not say. */
  overdueSince?: string;
  /** What is live now, where it differs from what is declared. */
  live?: RowSchedule;
  /** Why the service stopped running it. */
  error?: string;
  /** Planned quiet in the window, its parts without overlaps; the first of them on as {@link Quiet} has it. */
  quiet?: { spans: readonly Span[]; first: Quiet };
}

/** A trigger that no time fires: on events, on a condition, or at times that are a secret. */
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

/** The window of a timeline, and what is known of the triggers in it. */
export interface RowOptions extends Span {
  /** Without a look at the API. */
  isOffline: boolean;
  /** The time now: what is applied then counts its interval from it. Milliseconds. */
  now: number;
}

/** Paused live, and in quiet now: most likely for it. */
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

/** In: what is declared of the trigger, else what is live. */
export function untimedRow(entry: TimelineEntry, schedule: Schedule, options: RowOptions): UntimedRow {
  const change: RowChange = isUndeclared(entry) ? "undeclared" : "none";
  const words = entry.isSecret ? "Its schedule is a secret" : ruleWords(schedule);
  const quiet = quietOf(entry, options);
  const waitsFor = quiet ? `${words}; ${quietText(quiet.first)}` : words;
  const state = isPausedInQuiet(entry, options.now) ? "active" : stateAfter(entry);
  return { ...common(entry), state, change, waitsFor };
}

const isUndeclared = ({ declared }: TimelineEntry): boolean => declared === undefined;

/** The same of a trigger that time fires. */
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

/** Quiet of a trigger that would run. */
function quietOf(entry: TimelineEntry, { from, to }: Span): TimelineRow["quiet"] {
  const { quiet = [], declared } = entry;
  if (declared?.status === "paused") return undefined;
  const spans = union(quiet.flatMap((window) => quietSpans(window, { from, to })));
  const first = spans[0] && quietAt(quiet, Math.max(from, spans[0].from));
  return first && { spans, first };
}

/** A declared status is enforced; otherwise manual pauses are respected, and a failed trigger stays failed. */
const stateAfter = ({ declared, live }: TimelineEntry): RunState =>
  declared?.status ?? (live ? stateOf(live) : "active");

const stateOf = ({ status }: LiveTrigger): RunState =>
  status === "paused" || status === "failed" ? status : "active";
