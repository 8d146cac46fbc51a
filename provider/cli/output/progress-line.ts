import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import type { ReportOutput } from "./report-output";

/** Without a live line on a terminal, progress is printed once for this many triggers. */
const STRIDE = 100;

export interface ProgressCallbacks {
  onDone: (done: number, name: string) => void;
  onProvider: (event: ProviderEvent) => void;
}

/** Runs something that takes a moment, and shows its progress. `total`: the number of triggers; 0 if unknown. */
export async function whileShown<T>(
  {
    what,
    total,
    output,
    paint,
  }: { what: string; total: number; output: ReportOutput; paint: (text: string) => string },
  run: (progress: ProgressCallbacks) => Promise<T>,
): Promise<T> {
  const show = (text: string): void => {
    if (output.isLive) output.err(`\r\u001b[2K${paint(`… ${text}`)}`);
  };
  let finished = 0;
  show(what);
  try {
    return await run({
      onDone: (done, name) => {
        finished = done;
        show(`${what}: ${done} done, ${name}`);
        if (!output.isLive && done % STRIDE === 0) output.err(`${what}: ${done} done\n`);
      },
      // Waiting is reported at once. Differences are reported with their trigger.
      onProvider: (event) => {
        if (event.kind !== "wait") return;
        const line = eventText(event);
        const shown = total > 0 ? `${line} (${finished} of ${total} triggers done)` : line;
        if (output.isLive) show(`${what}: ${shown}`);
        else output.err(`${shown}\n`);
      },
    });
  } finally {
    if (output.isLive) output.err("\r\u001b[2K");
  }
}
