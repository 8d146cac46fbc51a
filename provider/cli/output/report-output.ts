import { jsonText } from "../../core/json/printed";
import type { JsonObject } from "../../core/schema/model";

/** Where a report goes. */
export interface ReportOutput {
  out(text: string): void;
  err(text: string): void;
  /** The JSON object of a command. */
  json(record: JsonObject): void;
  /** Whether a line of progress is shown on the terminal and overwritten. */
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

/** One environment's part of the output. Of several side by side, each is printed in one piece, and its notes are marked. */
export class EnvironmentOutput implements ReportOutput {
  /** The JSON object of its command, which is a part of another one. */
  record: JsonObject | undefined;
  readonly isLive: boolean;
  #held = "";

  /** In: what marks its notes; undefined: it runs alone. */
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

  /** Prints what was held back. */
  flush(): void {
    TERMINAL.out(this.#held);
    this.#held = "";
  }
}
