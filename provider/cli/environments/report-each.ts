import { versioned } from "../../core/json/output-version";
import type { JsonObject } from "../../core/schema/model";
import { EXIT, exitCodeOfAll } from "../exit-code";
import { errorText } from "../output/error-text";
import { TERMINAL } from "../output/report-output";
import { type EnvironmentResult, environmentsSummary } from "./environments-summary";

/** The result of a read-only command for one environment. */
export interface EnvironmentReport {
  /** The exit code for this environment alone. */
  code: 0 | 2;
  /** Text or Markdown. */
  text: string;
  record: JsonObject;
  /** A line for the summary. */
  closing: string;
}

/**
 * Reports what a command finds in each of several environments, one after the other. If one fails, the others are still
 * reported, because nothing is written. `look` returns undefined if its error is already reported. Returns the exit
 * code.
 */
export async function reportEach(
  command: string,
  files: readonly string[],
  format: "text" | "json" | "markdown",
  look: (environment: string) => Promise<EnvironmentReport | undefined>,
): Promise<number> {
  const records: JsonObject[] = [];
  const results: EnvironmentResult[] = [];
  const codes: number[] = [];
  for (const environment of files) {
    const found = await look(environment).catch((error: Error) => {
      TERMINAL.err(`${errorText(command, error)}\n`);
      return undefined;
    });
    codes.push(found?.code ?? EXIT.failed);
    const state = found ? "done" : "failed";
    results.push({ environment, state, text: found?.closing ?? "its error is reported above" });
    const { version: _, ...record } = found?.record ?? { environment };
    records.push({ ...record, state });
    if (found && format !== "json") TERMINAL.out(found.text);
  }
  const code = exitCodeOfAll(codes);
  if (format === "json")
    TERMINAL.json(versioned({ command, ok: code !== EXIT.failed, environments: records }));
  (format === "text" ? TERMINAL.out : TERMINAL.err)(environmentsSummary(results));
  return code;
}
