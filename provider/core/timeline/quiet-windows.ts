import { localTime, type Span, windowEnd } from "../schedule/local-time";
import type { Quiet } from "../schema/model";
import { onePartDuration } from "../text/parse-duration";
import { runsPerDay, type Schedule } from "./next-runs";
import { eachRun, type RunSeries, type Runs, runsBetween } from "./runs";

/** A window of planned quiet, either once or recurring. */
export type QuietWindow = { reason?: string } & (
  | {
      kind: "once";
      span: Span;
      /** The end, if it is written with an offset; otherwise it is in the local time of `zone`. */
      until?: string;
      zone: string;
    }
  | { kind: "cron"; cron: string; zone: string; duration: string }
);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** For longer quiet, exclude the triggers from the environment instead. */
export const LONGEST_QUIET_DAYS = 366;

/** When a duration such as `90m`, `8h`, `2d` or `1w` ends; days are those of the zone. undefined for any other text. */
export function durationEnd(from: number, duration: string, zone: string): number | undefined {
  const minutes = onePartDuration(duration, ["m"], 6)?.count;
  if (minutes === undefined) return windowEnd(from, duration, zone);
  const end = from + minutes * MINUTE;
  return end - from <= LONGEST_QUIET_DAYS * DAY ? end : undefined;
}

/** The spans of a window that overlap a time span, in full and ascending. */
export function quietSpans(window: QuietWindow, { from, to }: Span): Span[] {
  if (window.kind === "once") {
    const { span } = window;
    return span.from < to && from < span.to ? [span] : [];
  }
  const { cron, zone, duration } = window;
  // Two more days: a day of a zone has up to 25 hours, and more if the zone moved across the date line.
  const longest = durationEnd(0, duration, "UTC")! + 2 * DAY;
  const schedule = { trigger_type: "cron", schedule_config: { cron_expression: cron, timezone: zone } };
  return [...eachRun(runsBetween(schedule, { from: from - longest, to }))]
    .map((start) => ({ from: start, to: durationEnd(start, duration, zone)! }))
    .filter((span) => span.to > from);
}

/** More consecutive windows than this are treated as quiet that never ends. */
const MOST_IN_A_ROW = 100;

/** The planned quiet at a moment, with consecutive windows combined into one; undefined if there is none. */
export function quietAt(windows: readonly QuietWindow[], now: number): Quiet | undefined {
  const { end, last, reasons } = rowOf(windows, now);
  if (!last) return undefined;
  const reason = reasons.join("; ");
  return { until: untilText(last, end), ...(reason === "" ? {} : { reason }) };
}

/** Follows consecutive windows from a moment on, up to the one that ends last. */
function rowOf(
  windows: readonly QuietWindow[],
  now: number,
): { end: number; last: QuietWindow | undefined; reasons: string[]; isEndless: boolean } {
  let end = now;
  let last: QuietWindow | undefined;
  const reasons = new Set<string>();
  for (let count = 0; count < MOST_IN_A_ROW; count += 1) {
    const at = end;
    for (const window of windows)
      for (const span of quietSpans(window, { from: at, to: at + 1 })) {
        if (window.reason !== undefined) reasons.add(window.reason);
        if (span.to <= end) continue;
        end = span.to;
        last = window;
      }
    if (end === at) return { end, last, reasons: [...reasons], isEndless: false };
    if (end - now > LONGEST_QUIET_DAYS * DAY) break;
  }
  return { end, last, reasons: [...reasons], isEndless: true };
}

/** `quiet until 2026-12-27T00:00:00+01:00: year-end freeze`. */
export const quietText = (quiet: Quiet): string => `quiet ${quietEnd(quiet)}`;

/** The same text without the word "quiet". */
export const quietEnd = ({ until, reason }: Quiet): string =>
  `until ${until}${reason === undefined ? "" : `: ${reason}`}`;

function untilText(window: QuietWindow, end: number): string {
  if (window.kind === "once" && window.until !== undefined) return window.until;
  const { date, time, offset } = localTime(window.zone, end);
  return `${date}T${time}${offset}`;
}

/** Whether the windows of a cron follow each other without end from a moment on. */
export function isEndless(window: QuietWindow & { kind: "cron" }, from: number): boolean {
  const { cron, zone, duration } = window;
  const schedule = { trigger_type: "cron", schedule_config: { cron_expression: cron, timezone: zone } };
  const days = durationEnd(0, duration, "UTC")! / DAY;
  // Following each of them would take too long.
  if ((runsPerDay(schedule) ?? 0) * days > MOST_IN_A_ROW) return true;
  const [first] = quietSpans(window, { from, to: from + LONGEST_QUIET_DAYS * DAY });
  return first !== undefined && rowOf([window], first.from).isEndless;
}

/** Merges spans into an ascending list without overlaps. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Runs, and the runs that planned quiet suppresses. */
export interface QuietedRuns {
  runs: Runs;
  suppressed: Runs;
}

/**
 * The runs of a schedule in a window with planned quiet. The spans of quiet are ascending and do not overlap. After a
 * resume, an interval counts from the end of the quiet.
 */
export function runsAround(
  quiet: readonly Span[],
  schedule: Schedule,
  { from, to }: Span,
  anchor: number,
): QuietedRuns {
  const runs: RunSeries[] = [];
  const suppressed: RunSeries[] = [];
  let start = from;
  let counted = anchor;
  for (const span of quiet) {
    if (span.to <= from || span.from >= to) continue;
    const begin = Math.max(span.from, start);
    const end = Math.min(span.to, to);
    runs.push(...runsBetween(schedule, { from: start, to: begin }, counted));
    suppressed.push(...runsBetween(schedule, { from: begin, to: end }, counted));
    start = end;
    counted = end;
  }
  return { runs: [...runs, ...runsBetween(schedule, { from: start, to }, counted)], suppressed };
}
