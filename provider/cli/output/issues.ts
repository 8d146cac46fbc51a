import { type Issue, isError, issueLine } from "../../core/issues/issue";
import { versioned } from "../../core/json/output-version";
import { jsonText, visible } from "../../core/json/safe-text";
import { brief, excerpt } from "./excerpt";

export const FORMATS = ["text", "json", "github", "gitlab"] as const;
export type Format = (typeof FORMATS)[number];

/** How the output is read. `color` is false for a file, a pipe or NO_COLOR; then excerpts are omitted, too. */
export interface Screen {
  color: boolean;
  width: number;
}

/** More issues would scroll the first ones off the screen. */
const MOST_PRINTED = 200;

/** All issues as one text that ends with a line break; "" if the format has nothing to print. */
export function renderIssues(issues: readonly Issue[], format: Format, screen: Screen): string {
  return RENDERERS[format](issues, screen);
}

const RENDERERS: Readonly<Record<Format, (issues: readonly Issue[], screen: Screen) => string>> = {
  text: asText,
  json: asJson,
  github: asWorkflowCommands,
  gitlab: asCodeQuality,
};

function asText(issues: readonly Issue[], screen: Screen): string {
  const shown = mostImportant(issues);
  const left = issues.length - shown.length;
  const lines = shown.flatMap((issue) => blockOf(issue, screen));
  return linesOf([...lines, ...(left > 0 ? [`… and ${left} more`] : [])]);
}

/** In their order. If there are too many, warnings are dropped first. */
function mostImportant(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= MOST_PRINTED) return issues;
  const errors = issues.filter(isError);
  const warnings = issues.filter((issue) => !isError(issue));
  const kept = new Set([...errors, ...warnings].slice(0, MOST_PRINTED));
  return issues.filter((issue) => kept.has(issue)).slice(0, MOST_PRINTED);
}

/** Names and values come from the user and can be very long: the code and the fix must stay visible. */
export function shortened(issue: Issue): Issue {
  const { at, trigger, path, message, hint } = issue;
  return {
    ...issue,
    path: path.map((step) => (typeof step === "string" ? brief(step) : step)),
    message: brief(message, 600),
    hint: brief(hint, 600),
    ...(trigger === undefined ? {} : { trigger: brief(trigger) }),
    ...(at === undefined ? {} : { at: { ...at, file: brief(at.file) } }),
  };
}

/** The line for an issue and, on a terminal, an excerpt of the file. */
function blockOf(issue: Issue, { color, width }: Screen): string[] {
  const line = visible(issueLine(shortened(issue)));
  if (!color) return [line];
  const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
  const mark = paint(isError(issue) ? 31 : 33);
  const head = line.replace(issue.code, mark);
  const found = issue.at && excerpt(issue.at, issue.path, width);
  if (!found) return [head];
  const { number, text, carets } = found;
  const dim = paint(2);
  const source = `  ${dim(`${number} |`)} ${text}`;
  const under = `  ${dim(`${" ".repeat(number.length)} |`)} ${" ".repeat(carets.from)}${mark("^".repeat(carets.count))}`;
  return carets.count > 0 ? [head, source, under] : [head, source];
}

function asJson(issues: readonly Issue[]): string {
  return jsonText(issuesRecord(issues));
}

/** All issues as JSON data, with counts. */
export function issuesRecord(issues: readonly Issue[]) {
  const errors = issues.filter(isError).length;
  const warnings = issues.length - errors;
  return versioned({ ok: errors === 0, errors, warnings, issues: issues.map(issueRecord) });
}

/** An issue in JSON, in every output that contains issues. */
export const issueRecord = (issue: Issue) => ({
  code: issue.code,
  severity: severityOf(issue),
  file: issue.at?.file ?? null,
  line: issue.at?.line ?? null,
  column: issue.at?.column ?? null,
  trigger: issue.trigger ?? null,
  path: issue.path.join("."),
  message: issue.message,
  hint: issue.hint,
});

/** Annotations of a pull request. Source: GitHub Actions, "Workflow commands"; escaped as in the actions toolkit. */
function asWorkflowCommands(issues: readonly Issue[]): string {
  const data = (text: string): string =>
    visible(text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"));
  const property = (value: string | number): string =>
    data(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return linesOf(
    issues.map((issue) => {
      const { at, code } = issue;
      const place = at
        ? { file: at.file, line: at.line, col: at.column, endColumn: at.column + at.length }
        : {};
      const properties = Object.entries({ ...place, title: code }).map(
        ([key, value]) => `${key}=${property(value)}`,
      );
      return `::${severityOf(issue)} ${properties.join(",")}::${data(sentenceOf(issue))}`;
    }),
  );
}

/** A Code Quality report. Source: GitLab, "Code Quality report format". */
function asCodeQuality(issues: readonly Issue[]): string {
  const { createHash } = require("node:crypto") as typeof import("node:crypto");
  const seen = new Map<string, number>();
  return jsonText(
    issues.map((issue) => {
      const identity = identityOf(issue);
      const nth = (seen.get(identity) ?? 0) + 1;
      seen.set(identity, nth);
      return {
        description: sentenceOf(issue),
        check_name: issue.code,
        fingerprint: createHash("sha256").update(`${identity}\0${nth}`).digest("hex"),
        severity: isError(issue) ? "major" : "minor",
        // The report requires a file for each finding: an issue without a file is about the whole project.
        location: { path: issue.at?.file ?? ".", lines: { begin: issue.at?.line ?? 1 } },
      };
    }),
  );
}

/** An identity that does not change when lines above are added or removed. Messages contain line numbers, too. */
function identityOf({ code, at, trigger, path, message }: Issue): string {
  const lasting = message.replaceAll(/(\bline |:)\d+/g, "$1");
  return JSON.stringify([code, at?.file, trigger, path, lasting]);
}

/** `nightly: schedule_config.timezone: message. Hint`. The place and the code have their own fields. */
function sentenceOf({ at: _at, severity: _severity, ...issue }: Issue): string {
  return issueLine(issue).slice(issue.code.length + 1);
}

const severityOf = (issue: Issue): "error" | "warning" => (isError(issue) ? "error" : "warning");

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
