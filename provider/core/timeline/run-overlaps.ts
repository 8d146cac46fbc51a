import { runTimeText } from "../text/duration-text";
import { many, plural } from "../text/plural";
import type { Runs } from "./runs";
import type { Timeline, TimelineWarning } from "./timeline";
import type { TimelineRow } from "./timeline-row";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each history is one request, of as few as 60 per minute. */
const MOST_HISTORIES = 10;

/** A live trigger whose next run might start before the previous one has ended. */
export interface OverlapCandidate {
  row: TimelineRow;
  triggerId: string;
  /** The shortest time between two of its runs in the window, in milliseconds. */
  gap: number;
  /** The second of those two runs. */
  at: number;
}

/** The candidates with the shortest gaps, and how many others there are. Excludes triggers that run at most daily. */
export function overlapCandidates({ rows }: Pick<Timeline, "rows">): {
  asked: OverlapCandidate[];
  left: number;
} {
  const all = rows.flatMap((row): OverlapCandidate[] => {
    const { triggerId, state, runs } = row;
    const nearest = state === "active" ? smallestGap(runs) : undefined;
    return triggerId === undefined || !nearest || nearest.gap >= DAY ? [] : [{ row, triggerId, ...nearest }];
  });
  all.sort((a, b) => a.gap - b.gap);
  return { asked: all.slice(0, MOST_HISTORIES), left: Math.max(0, all.length - MOST_HISTORIES) };
}

function smallestGap(runs: Runs): Pick<OverlapCandidate, "gap" | "at"> | undefined {
  let found: Pick<OverlapCandidate, "gap" | "at"> | undefined;
  const look = (gap: number, at: number): void => {
    if (!found || gap < found.gap) found = { gap, at };
  };
  for (const [index, { at, step, count }] of runs.entries()) {
    const before = runs[index - 1];
    if (before) look(at - (before.at + before.step * (before.count - 1)), at);
    if (count > 1) look(step, at + step);
  }
  return found;
}

/** How long the last runs of each candidate took, in milliseconds; runs without times are omitted. */
export type RunTimes = ReadonlyMap<OverlapCandidate, readonly number[]>;

/** Adds a warning for each candidate whose last runs took longer than its shortest gap. */
export function withOverlaps(timeline: Timeline, times: RunTimes, left: number): Timeline {
  const found = [...times].flatMap(([candidate, own]) => overlapWarning(candidate, own) ?? []);
  return {
    ...timeline,
    warnings: [...timeline.warnings, ...found],
    notes: [...timeline.notes, historyNote(times, left)],
  };
}

function overlapWarning(
  { row, gap, at }: OverlapCandidate,
  times: readonly number[],
): TimelineWarning | undefined {
  const longest = Math.max(0, ...times);
  if (longest <= gap) return undefined;
  const looked = times.length === 1 ? "its last run" : `the longest of its last ${times.length} runs`;
  return {
    code: "RUNS_OVERLAP",
    rows: [row],
    message: `two runs start ${runTimeText(gap)} apart, and ${looked} took ${runTimeText(longest)}: a run may start before the previous one has ended`,
    hint: `Choose a schedule whose runs are more than ${runTimeText(longest)} apart.`,
    at: [at],
  };
}

function historyNote(times: RunTimes, left: number): string {
  if (times.size === 0) return "No history is read: no active live trigger runs more than once a day.";
  const runs = [...times.values()].reduce((sum, own) => sum + own.length, 0);
  const more =
    left === 0
      ? ""
      : ` ${many(left, "trigger")} with longer gaps between runs ${plural(left, "is", "are")} not checked.`;
  return `RUNS_OVERLAP compares ${many(times.size, "trigger")} with the durations of ${many(runs, "run")} in the history.${more}`;
}
