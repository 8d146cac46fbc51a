import { jsonText } from "../../core/json/safe-text";
import type { JsonObject } from "../../core/schema/model";

/** Where a report goes. */
export interface ReportOutput {
  out(text: string): void;
  err(text: string): void;
  /** Receives the JSON object of a command. */
  json(record: JsonObject): void;
  /** Whether progress is a live line on the terminal that is overwritten. */
  isLive: boolean;
}

/** The streams of this process. */
export const TERMINAL: ReportOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  json: (record) => void process.stdout.write(jsonText(record)),
  get isLive() {
    return process.stderr.isTTY === true;
  },
};

/**
 * One environment's part of the output. If several run in parallel, each part is printed in one piece, and its notes
 * are labelled.
 */
export class EnvironmentOutput implements ReportOutput {
  /** The command's JSON object, which becomes a part of a larger one. */
  record: JsonObject | undefined;
  readonly isLive: boolean;
  #held = "";

  /** `mark`: the label of its notes; undefined if only one environment runs. */
  constructor(private readonly mark?: string) {
    this.isLive = mark === undefined && TERMINAL.isLive;
  }

  out(text: string): void {
    if (this.mark === undefined) TERMINAL.out(text);
    else this.#held += text;
  }

  err(text: string): void {
    TERMINAL.err(this.mark === undefined ? text : text.replaceAll(/^(?=.)/gm, this.mark));
  }

  json(record: JsonObject): void {
    this.record = record;
  }

  /** Prints the held output. */
  flush(): void {
    TERMINAL.out(this.#held);
    this.#held = "";
  }
}
