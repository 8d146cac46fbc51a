import type { Span } from "../schedule/local-time";
import { many, plural } from "../text/plural";
import type { ScheduledTrigger } from "./crowded-minutes";
import { countRuns, phaseOf } from "./runs";
import {
  portabilityWarnings,
  type ScheduleWarning,
  type ScheduleWarningCode,
  scheduleWarnings,
} from "./schedule-warnings";
import {
  isPausedInQuiet,
  type RowOptions,
  type TimelineEntry,
  type TimelineRow,
  timedRow,
  type UntimedRow,
  untimedRow,
} from "./timeline-row";

/** A warning about schedules that may be unintended. */
export interface TimelineWarning extends Pick<ScheduleWarning, "message" | "hint" | "at"> {
  code: ScheduleWarningCode | "RUNS_OVERLAP";
  /** The rows that it concerns; the first is the one to look at. */
  rows: readonly TimelineRow[];
}

/** When the triggers of one or more environments run, within a window. */
export interface Timeline extends Span {
  /** The zone whose local time is shown. */
  zone: string;
  environments: readonly string[];
  /** The API was not called. */
  isOffline: boolean;
  rows: readonly TimelineRow[];
  others: readonly UntimedRow[];
  /** Warnings about the triggers that run, as they will be after the next `up`. */
  warnings: readonly TimelineWarning[];
  /** What a reader must know to judge how reliable it is. */
  notes: readonly string[];
}

export interface TimelineOptions extends RowOptions {
  zone: string;
  environments: readonly string[];
  /** `max_starts_per_minute`, for the environments that set it. */
  mostStarts?: ReadonlyMap<string, number>;
}

/** The name to show for a trigger; with several environments, the environment is part of it. */
export const nameIn = (
  { environments }: Pick<Timeline, "environments">,
  { environment, name }: Pick<TimelineRow, "environment" | "name">,
): string => (environments.length > 1 ? `${environment}/${name}` : name);

const TIMED: ReadonlySet<string> = new Set(["cron", "interval"]);

/** The timeline of the triggers, in the given order. */
export function timelineOf(entries: readonly TimelineEntry[], options: TimelineOptions): Timeline {
  const { from, to, zone, environments, isOffline } = options;
  const rows: TimelineRow[] = [];
  const checked: CheckedRow[] = [];
  const others: UntimedRow[] = [];
  let isCountedFromNow = false;
  for (const entry of entries) {
    const schedule = entry.declared ?? entry.live;
    if (!schedule) continue;
    if (!TIMED.has(schedule.trigger_type) || entry.isSecret) {
      others.push(untimedRow(entry, schedule, options));
      continue;
    }
    const row = timedRow(entry, schedule, options);
    isCountedFromNow ||=
      schedule.trigger_type === "interval" && (entry.live === undefined || row.live !== undefined);
    rows.push(row);
    if (row.state === "active")
      checked.push({ row, trigger: { ...entry, schedule, phase: knownPhase(entry, row, options) } });
  }
  const notes = [...(isCountedFromNow ? [intervalNote(options)] : []), ...quietNotes(rows, entries, options)];
  const warnings = warningsOf(checked, options);
  return { from, to, zone, environments, isOffline, rows, others, warnings, notes };
}

/** Returns undefined with `--offline`, if it is not known when the trigger is created. */
function knownPhase(
  { live }: TimelineEntry,
  row: TimelineRow,
  { isOffline, now }: TimelineOptions,
): number | undefined {
  if (isOffline) return undefined;
  return live && row.live === undefined ? phaseOf(live, now) : now;
}

/** A row that runs, with the entry it was made from. */
interface CheckedRow {
  row: TimelineRow;
  trigger: ScheduledTrigger;
}

function warningsOf(
  checked: readonly CheckedRow[],
  { environments, from, to, mostStarts }: TimelineOptions,
): TimelineWarning[] {
  return environments.flatMap((environment) => {
    const own = checked.filter(({ row }) => row.environment === environment);
    const triggers = own.map(({ trigger }) => trigger);
    const options = { from, window: { from, to }, mostStarts: mostStarts?.get(environment) };
    const found = [...scheduleWarnings(triggers, options), ...portabilityWarnings(triggers)];
    return found.map(({ code, triggers: indices, message, hint, at }) => ({
      code,
      rows: indices.map((index) => own[index]!.row),
      message,
      hint,
      at,
    }));
  });
}

const intervalNote = ({ isOffline }: TimelineOptions): string =>
  `Intervals ${isOffline ? "are" : "that are not live as declared are"} counted from ${isOffline ? "the beginning of the window" : "now"}: the service counts them from when they are applied.`;

function quietNotes(
  rows: readonly TimelineRow[],
  entries: readonly TimelineEntry[],
  { now, isOffline }: TimelineOptions,
): string[] {
  const quieted = rows.filter(({ suppressed }) => suppressed && suppressed.length > 0);
  const unknown = isOffline ? 0 : entries.filter((entry) => isPausedInQuiet(entry, now)).length;
  const runs = quieted.reduce((sum, { suppressed = [] }) => sum + countRuns(suppressed), 0);
  return [
    ...(quieted.length > 0
      ? [
          `Planned quiet suppresses ${many(runs, "run")} of ${many(quieted.length, "trigger")}, not counted above. It is shown as if a command such as up or drift --fix ran at the beginning and the end of each window: the service does not pause or resume triggers itself.`,
        ]
      : []),
    ...(unknown > 0
      ? [
          `${many(unknown, "trigger")} paused in planned quiet ${plural(unknown, "is", "are")} shown as resumed after it: the state of the stack records who paused a trigger, and timeline does not read it.`,
        ]
      : []),
  ];
}
