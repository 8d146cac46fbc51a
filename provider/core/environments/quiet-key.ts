import { isOpen } from "../expressions/expressions";
import type { Issue, Path } from "../issues/issue";
import { didYouMean, type Suggestions } from "../issues/suggestions";
import { momentOf } from "../schedule/local-time";
import { QUIET } from "../schema/file-keys";
import type { DesiredTrigger } from "../schema/model";
import { keyIssues } from "../schema/validate";
import {
  durationEnd,
  isEndless,
  LONGEST_QUIET_DAYS,
  type QuietWindow,
  quietAt,
} from "../timeline/quiet-windows";
import { MOST_GLOBS, type NamePatterns, namePatterns, tooManyGlobs } from "./name-patterns";

/**
 * A window of planned quiet, in which a run keeps triggers paused: a single one with `from` and `until`, or a recurring
 * one with `cron` and `duration`.
 */
export interface QuietArgs {
  /**
   * Start: `2026-12-20T00:00:00+01:00`, or a local date or time such as `2026-12-20` in `timezone`. A date means 00:00.
   * Needs `until`.
   */
  from?: string;
  /** End (exclusive), in the same format as `from`: with `2027-01-04`, the window ends at 00:00 on that day. */
  until?: string;
  /** Cron expression of five fields for the starts of a recurring window. Needs `duration`. */
  cron?: string;
  /** Length of each recurring window, in minutes, hours, days or weeks: `90m`, `8h`, `2d` or `1w`. */
  duration?: string;
  /** IANA time zone of `cron` (default UTC), and of `from` and `until` without an offset (no default). */
  timezone?: string;
  /** Shown in plans and reports. At most 500 characters. */
  reason?: string;
  /** Names or globs of the triggers that are kept paused. Default: all triggers. */
  triggers?: string[];
}

/** The windows of an environment, each with its index in the list and its triggers; absent: all. */
export type QuietWindows = readonly (QuietWindow & { index: number; triggers?: NamePatterns })[];

/** Each window is tested against each trigger, and its end is computed. */
const MOST_WINDOWS = 100;

/** Checks an environment's `quiet:` list. Without `now`, windows that are over are not reported. */
export function quietWindows(
  list: readonly QuietArgs[],
  now: number | undefined,
): { windows: QuietWindows; issues: Issue[] } {
  if (list.length > MOST_WINDOWS) {
    const message = `has ${list.length} windows; at most ${MOST_WINDOWS} are allowed`;
    const hint = "Remove past windows, or use cron for recurring ones.";
    return { windows: [], issues: [{ code: "OUT_OF_BOUNDS", path: ["quiet"], message, hint }] };
  }
  const issues: Issue[] = [];
  const windows = list.flatMap((given, index) => {
    const path: Path = ["quiet", index];
    const args = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as QuietArgs;
    const wrong = keyIssues(QUIET, args, path, "a window of quiet");
    const { patterns, issues: unusable } = namePatterns(wrong.length === 0 ? (args.triggers ?? []) : [], [
      ...path,
      "triggers",
    ]);
    const found = wrong.length > 0 ? { issues: wrong } : windowOf(args, path, now);
    issues.push(...found.issues, ...unusable);
    if (!found.window || unusable.length > 0) return [];
    return [{ ...found.window, index, ...(args.triggers ? { triggers: patterns } : {}) }];
  });
  const globs = windows.reduce((sum, { triggers }) => sum + (triggers?.globs.length ?? 0), 0);
  if (globs <= MOST_GLOBS) return { windows, issues };
  return { windows: [], issues: [...issues, tooManyGlobs(["quiet"], globs)] };
}

interface Read {
  window?: QuietWindow;
  issues: Issue[];
}

function windowOf(args: QuietArgs, path: Path, now: number | undefined): Read {
  const { from, until, cron, duration, reason } = args;
  if (isOpen(reason)) return invalid([...path, "reason"], "cannot contain ${…}", "Write the text itself.");
  const pairs = [
    { kind: "once", first: "from", second: "until" },
    { kind: "cron", first: "cron", second: "duration" },
  ] as const;
  const named = pairs.filter(({ first, second }) => args[first] !== undefined || args[second] !== undefined);
  const hint = "Write from and until for one window, or cron and duration for a recurring one.";
  if (named.length === 0) return invalid(path, "has no time", hint);
  if (named.length > 1) return invalid(path, "mixes from/until with cron/duration", hint);
  const [{ first, second }] = named as [(typeof pairs)[number]];
  const missing = args[first] === undefined ? first : args[second] === undefined ? second : undefined;
  if (missing !== undefined) {
    const other = missing === first ? second : first;
    const message = `has ${other} and no ${missing}`;
    return { issues: [{ code: "KEY_MISSING", path, message, hint: `Add ${missing}.` }] };
  }
  const why = reason === undefined ? {} : { reason };
  return from === undefined
    ? cronWindow({ cron: cron!, duration: duration!, zone: args.timezone ?? "UTC", ...why }, path, now)
    : onceWindow({ ...args, from, until: until! }, path, now);
}

function onceWindow(
  { from, until, timezone: zone, reason }: QuietArgs & { from: string; until: string },
  path: Path,
  now: number | undefined,
): Read {
  const issues: Issue[] = [];
  const [start, end] = (["from", "until"] as const).map((key) => {
    const text = key === "from" ? from : until;
    const at = momentOf(text, zone ?? "UTC");
    if (at === undefined) issues.push(...notATime(text, [...path, key]));
    else if (zone === undefined && !hasOffset(text)) issues.push(...withoutZone(text, [...path, key]));
    return at;
  });
  if (issues.length > 0) return { issues };
  if (start! >= end!)
    return invalid([...path, "until"], `${JSON.stringify(until)} is not after from`, "Write a later time.");
  const window: QuietWindow = {
    kind: "once",
    span: { from: start!, to: end! },
    zone: zone ?? "UTC",
    ...(hasOffset(until) ? { until } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
  if (now === undefined || end! > now) return { window, issues };
  const hint = "Remove this window, or correct its dates.";
  const message = `${JSON.stringify(until)} is in the past`;
  return {
    window,
    issues: [{ code: "QUIET_OVER", severity: "warning", path: [...path, "until"], message, hint }],
  };
}

function cronWindow(
  { cron, duration, zone, reason }: { cron: string; duration: string; zone: string; reason?: string },
  path: Path,
  now = 0,
): Read {
  if (durationEnd(0, duration, "UTC") === undefined) {
    const message = `${JSON.stringify(duration)} is not a duration of at most ${LONGEST_QUIET_DAYS} days`;
    const hint = "Write minutes, hours, days or weeks, such as 90m, 8h, 2d or 1w.";
    return invalid([...path, "duration"], message, hint);
  }
  const window = { kind: "cron" as const, cron, zone, duration, ...(reason === undefined ? {} : { reason }) };
  if (!isEndless(window, now)) return { window, issues: [] };
  return invalid(
    [...path, "duration"],
    `is ${duration}, and cron starts the next window before that ends: the windows never end`,
    "Write a shorter duration; to pause triggers permanently, write status: paused in an override.",
  );
}

const hasOffset = (text: string): boolean => /(Z|[+-]\d\d:\d\d)$/.test(text) && text.includes("T");

const invalid = (path: Path, message: string, hint: string): { issues: Issue[] } => ({
  issues: [{ code: "QUIET_INVALID", path, message, hint }],
});

const notATime = (text: string, path: Path): Issue[] =>
  invalid(
    path,
    `${JSON.stringify(text)} is not a time`,
    "Write 2026-12-20T00:00:00+01:00, or, with timezone, 2026-12-20 or 2026-12-20T08:00.",
  ).issues;

const withoutZone = (text: string, path: Path): Issue[] =>
  invalid(
    path,
    `${JSON.stringify(text)} has no offset, and the window has no timezone`,
    "Add timezone: Europe/Paris, or write an offset: 2026-12-20T00:00:00+01:00.",
  ).issues;

/** Names and globs in `quiet:` that match no trigger of the environment. */
export const unmatchedQuiet = (
  windows: QuietWindows,
  names: readonly string[],
  suggestions: Suggestions,
): Issue[] =>
  windows.flatMap(({ index: at, triggers }) =>
    (triggers?.all ?? []).flatMap(({ index, pattern, literal, matches }): Issue[] => {
      if (literal === undefined ? names.some(matches) : names.includes(literal)) return [];
      const near = literal === undefined ? undefined : suggestions.of(literal, () => names);
      const hint = didYouMean(near, "Remove it, or correct it.");
      const message = `"${pattern}" matches no trigger of this environment`;
      const path = ["quiet", at, "triggers", index];
      return [{ code: "QUIET_UNMATCHED", severity: "warning", path, message, hint }];
    }),
  );

/** Adds to each trigger the planned quiet that it is in, in the order of the declarations. */
export function withQuiet(
  triggers: readonly DesiredTrigger[],
  declarations: readonly { quiet?: QuietWindows }[],
  now: number,
): DesiredTrigger[] {
  const known = new Map<string, ReturnType<typeof quietAt>>();
  return triggers.map((trigger, at) => {
    const windows = declarations[at]?.quiet;
    if (!windows) return trigger;
    const key = windows.map(({ index }) => index).join();
    if (!known.has(key)) known.set(key, quietAt(windows, now));
    const quiet = known.get(key);
    return quiet ? { ...trigger, active_quiet: quiet } : trigger;
  });
}
