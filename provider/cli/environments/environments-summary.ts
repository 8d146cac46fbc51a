import { visible } from "../../core/json/safe-text";
import { many } from "../../core/text/plural";

const STATES = ["done", "failed", "interrupted", "not run"] as const;

/** The result of one of several environments. */
export interface EnvironmentResult {
  environment: string;
  state: (typeof STATES)[number];
  /** The counts, the first error, or why it did not run. */
  text: string;
}

/** `2 environments: 1 done, 1 failed.`, and a line each. */
export function environmentsSummary(results: readonly EnvironmentResult[]): string {
  const counts = STATES.flatMap((state) => {
    const count = results.filter((result) => result.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const width = Math.max(...results.map(({ environment }) => visible(environment).length));
  const lines = results.map(({ environment, state, text }) => {
    const said = state === "done" ? text : `${state}: ${text}`;
    return `  ${visible(environment).padEnd(width)}  ${said}\n`;
  });
  return `${many(results.length, "environment")}: ${counts.join(", ")}.\n${lines.join("")}`;
}
