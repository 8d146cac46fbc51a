import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import type { ReportOutput } from "./report-output";

/** Progress appears this often where no terminal shows a live line, in triggers. */
const STRIDE = 100;

export interface ProgressCallbacks {
  onDone: (done: number, name: string) => void;
  onProvider: (event: ProviderEvent) => void;
}

/** Runs something that takes a moment, and shows how far it is. In: of how many triggers, 0 where that is not known. */
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
      // Waiting is reported at once; what differs is reported with its trigger.
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
