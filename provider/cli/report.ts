import { triggerText } from "../core/explain";
import { type Issue, isError } from "../core/issue";
import type { DesiredTrigger } from "../core/model";
import { jsonText } from "../core/printed";
import { versioned } from "../core/versioned";
import { issueRecord, renderIssues } from "./issues";
import { changesOf, type Outcome } from "./operation";
import type { Project } from "./project";
import { hasColor } from "./terminal";

/** As the engine has it, but for one that is taken over: to the engine that is a creation. */
type Op = ReturnType<typeof changesOf>[number]["op"] | "adopt";

const OPS: Readonly<Record<Op, { mark: string; will: string; did: string; color: number }>> = {
  create: { mark: "+", will: "create", did: "created", color: 32 },
  adopt: { mark: "=", will: "adopt", did: "adopted", color: 36 },
  update: { mark: "~", will: "update", did: "updated", color: 33 },
  replace: { mark: "±", will: "replace", did: "replaced", color: 35 },
  delete: { mark: "-", will: "delete", did: "deleted", color: 31 },
  drop: { mark: "-", will: "drop from the state", did: "dropped from the state", color: 31 },
  same: { mark: " ", will: "unchanged", did: "unchanged", color: 2 },
};

/** Progress appears this often where nobody watches a line, in triggers. */
const STRIDE = 100;

/** Longer names push their own line only. */
const WIDEST = 40;

interface Change {
  name: string;
  op: Op;
  /** Why, field by field. */
  details: string[];
}

/** What a command tells: lines for people, or one JSON object on stdout with everything else on stderr. */
export class Report {
  readonly #issues: Issue[] = [];
  #desired: ReadonlyMap<string, DesiredTrigger> = new Map();
  readonly #live = process.stderr.isTTY === true;
  readonly #color = hasColor(process.stdout);

  constructor(
    private readonly command: string,
    private readonly project: Project,
    private readonly environment: string | undefined,
    private readonly json: boolean,
  ) {}

  /** Who and where, before anything that takes time. */
  begin(): void {
    const { name, stack, backend, notes } = this.project;
    this.#say(
      this.#paint(1, `mixpeek-triggers ${this.command}: stack ${name}/${stack}, state on ${backend.url}`),
    );
    for (const note of notes) this.note(`${note}.`);
  }

  note(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** What new triggers will be is told with them. */
  desired(triggers: readonly DesiredTrigger[]): void {
    this.#desired = new Map(triggers.map((trigger) => [trigger.name, trigger]));
  }

  issues(issues: readonly Issue[]): void {
    this.#issues.push(...issues);
    if (issues.length === 0) return;
    const screen = { color: hasColor(process.stderr), width: process.stderr.columns ?? 120 };
    process.stderr.write(renderIssues(issues, "text", screen));
    const errors = issues.filter(isError).length;
    if (errors === 0) return;
    this.failed([`${errors} ${errors === 1 ? "error" : "errors"}; nothing was changed.`]);
  }

  failed(errors: readonly string[]): void {
    for (const error of errors) this.note(error);
    if (this.json) this.#envelope({ ok: false, steps: [], said: [], errors: [...errors] }, false);
  }

  /** What would be done. `settled`: and nothing will be asked or done after it. */
  plan(outcome: Outcome, settled: boolean): number {
    this.#tell(outcome, true, settled || this.command === "preview");
    return outcome.ok ? 0 : 1;
  }

  /** What was done; `planned` said why. */
  done(outcome: Outcome, planned?: Outcome): number {
    const said = planned ? [...new Set([...planned.said, ...outcome.said])] : outcome.said;
    this.#tell({ ...outcome, said }, false, true);
    return outcome.ok ? 0 : 1;
  }

  interrupted(): number {
    this.note("Stopped: what was under way is finished, nothing new was begun. Run it again to go on.");
    return 130;
  }

  /** Runs something that takes a moment, and shows how far it is. In: of how many triggers, 0 where nobody knows. */
  async while<T>(
    what: string,
    total: number,
    run: (progress: {
      onDone: (done: number, name: string) => void;
      onSaid: (line: string) => void;
    }) => Promise<T>,
  ): Promise<T> {
    const show = (text: string): void => {
      if (this.#live) process.stderr.write(`\r\u001b[2K${this.#paint(2, `… ${text}`)}`);
    };
    let finished = 0;
    show(what);
    try {
      return await run({
        onDone: (done, name) => {
          finished = done;
          show(`${what}: ${done} done, ${name}`);
          if (!this.#live && done % STRIDE === 0) this.note(`${what}: ${done} done`);
        },
        // Waiting is told at once; what differs is told with the trigger that it is about.
        onSaid: (line) => {
          if (!line.startsWith("waiting ")) return;
          const told = total > 0 ? `${line} (${finished} of ${total} triggers done)` : line;
          if (this.#live) show(`${what}: ${told}`);
          else this.note(told);
        },
      });
    } finally {
      if (this.#live) process.stderr.write("\r\u001b[2K");
    }
  }

  #tell(outcome: Outcome, future: boolean, last: boolean): void {
    if (this.json) {
      if (last) this.#envelope(outcome, future);
      else this.#lines(outcome, future, (line) => this.note(line));
      if (!outcome.ok) for (const error of outcome.errors) this.note(error);
      return;
    }
    this.#lines(outcome, future, (line) => this.#say(line));
    for (const error of outcome.errors)
      this.note(hasColor(process.stderr) ? `\u001b[31m${error}\u001b[0m` : error);
  }

  #lines(outcome: Outcome, future: boolean, say: (line: string) => void): void {
    const { changes, messages, summary } = this.#account(outcome);
    const told = changes.filter(({ op, details }) => op !== "same" || details.length > 0);
    const width = Math.min(WIDEST, Math.max(0, ...told.map(({ name }) => name.length)));
    for (const { name, op, details } of told) {
      const { mark, will, did, color } = OPS[op];
      // Of a run that failed only some was done: the engine's errors say what was not.
      const verb = future || !outcome.ok ? will : did;
      const desired = op === "create" ? this.#desired.get(name) : undefined;
      const what = desired ? `  ${triggerText(desired)}` : "";
      say(`${this.#paint(color, `${mark} ${name.padEnd(width)}  ${verb}`)}${what}`);
      for (const detail of details) say(`    ${detail}`);
    }
    for (const message of messages) say(message);
    const counts = Object.entries(summary)
      .filter(([, count]) => count > 0)
      .map(([op, count]) => `${count} ${countOf(op, future)}`);
    if (outcome.ok) say(counts.length > 0 ? `${counts.join(", ")}.` : "Nothing to do.");
  }

  #account(outcome: Outcome): { changes: Change[]; messages: string[]; summary: Record<string, number> } {
    const changes = changesOf(outcome).map((change): Change => ({ ...change, details: [] }));
    const byName = new Map(changes.map((change) => [change.name, change]));
    const messages: string[] = [];
    for (const line of outcome.said.flatMap((text) => text.split("\n"))) {
      const name = [...byName.keys()].find((known) => line.startsWith(`${known}: `));
      if (name === undefined) messages.push(line);
      else byName.get(name)!.details.push(line.slice(name.length + 2));
    }
    for (const change of changes) {
      if (change.op === "create" && change.details.some((line) => line.endsWith("[ADOPTED]")))
        change.op = "adopt";
    }
    const count = (op: Op): number => changes.filter((change) => change.op === op).length;
    const summary = {
      create: count("create"),
      adopt: count("adopt"),
      update: count("update"),
      replace: count("replace"),
      delete: count("delete"),
      drop: count("drop"),
      unchanged: count("same"),
    };
    return { changes, messages, summary };
  }

  #envelope(outcome: Outcome, future: boolean): void {
    const { changes, messages, summary } = this.#account(outcome);
    const told = versioned({
      command: this.command,
      ok: outcome.ok,
      applied: !future && outcome.ok,
      project: this.project.name,
      stack: this.project.stack,
      environment: this.environment ?? null,
      backend: this.project.backend.url,
      summary,
      triggers: changes.filter(({ op, details }) => op !== "same" || details.length > 0),
      messages,
      errors: outcome.errors,
      issues: this.#issues.map(issueRecord),
    });
    process.stdout.write(jsonText(told));
  }

  #say(line: string): void {
    (this.json ? process.stderr : process.stdout).write(`${line}\n`);
  }

  #paint(color: number, text: string): string {
    return this.#color ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}

/** `to create`, `created`, `unchanged`. */
function countOf(op: string, future: boolean): string {
  if (op === "unchanged") return op;
  const { will, did } = OPS[op as Op];
  return future ? `to ${will}` : did;
}
