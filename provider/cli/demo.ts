import type { TriggerArgs } from "../pulumi/args";
import * as mixpeek from "../pulumi/schedules";
import { Trigger } from "../pulumi/trigger";
import type { Command } from "./command";
import { Interrupted, type Outcome, type Program, Stage } from "./stage";

export const demo: Command = {
  summary: "the main job on your screen: a real engine against the emulator",
  options: {},
  async run() {
    const screen = new Screen(process.stdout);
    const stage = await screen.while("starting", (progress) => Stage.open(progress));
    const stop = (): void => stage.abort();
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    try {
      await tell(stage, screen);
      return 0;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      screen.line("Stopped; the emulator and its folder are gone.");
      return 130;
    } finally {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      await stage.strike();
    }
  },
};

type Change = Partial<TriggerArgs>;

/** The six triggers of the story, with changes by name. */
function triggers(changes: Record<string, Change> = {}): Program {
  const all: Record<string, TriggerArgs> = {
    "nightly-clusters": {
      actionType: "cluster",
      actionConfig: { clusterId: "clust_dev_product_clusters" },
      schedule: mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" }),
      description: "Cluster all products each night",
    },
    "segments-on-drift": {
      actionType: "cluster",
      actionConfig: { clusterId: "clust_dev_customer_segments" },
      schedule: mixpeek.whenDrift({ threshold: 0.3, metric: "cosine_drift", checkIntervalSeconds: 3600 }),
    },
    "enrich-new-products": {
      actionType: "taxonomy_enrichment",
      actionConfig: {
        taxonomyId: "tax_dev_product_categories",
        collectionId: "col_dev_products",
        incremental: true,
      },
      schedule: mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 100 }),
    },
    "retry-imports": {
      actionType: "batch_rerun",
      actionConfig: { batchId: "btch_dev_nightly_import", retryFailedOnly: true },
      schedule: mixpeek.every({ hours: 6 }),
    },
    "crawl-documents": {
      actionType: "collection_trigger",
      actionConfig: { collectionId: "col_dev_documents" },
      schedule: mixpeek.cron("30 5 * * MON-FRI"),
      status: "active",
    },
    "search-canary": {
      actionType: "retriever_execution",
      actionConfig: {
        retrieverId: "ret_dev_product_search",
        inputs: { query: "running shoes" },
        acceptance: { minResults: 3 },
      },
      schedule: mixpeek.every({ minutes: 10 }),
    },
  };
  return async () => {
    for (const [name, args] of Object.entries(all))
      new Trigger(name, { ...args, ...changes[name] } as TriggerArgs);
  };
}

async function tell(stage: Stage, screen: Screen): Promise<void> {
  const up = (program: Program, note?: string) => screen.step("pulumi up", () => stage.up(program), note);
  screen.line(`${stage.engine}, and the emulator of the Mixpeek Triggers API at ${stage.emulator.url}`);

  screen.chapter("Six triggers go up", "One POST each, and one list that also answers every later question.");
  await up(triggers());

  screen.chapter(
    "Nothing changed",
    "A day goes by, schedules fire, and the second `up` asks once and changes nothing.",
  );
  stage.emulator.advance(24 * 3600);
  const runs = stage.emulator.triggers("dev").reduce((sum, trigger) => sum + trigger.execution_count, 0);
  await up(triggers(), `${runs} runs since`);

  screen.chapter(
    "A hand on the live schedule",
    "Somebody moves nightly-clusters to 09:00 in the console, and pauses search-canary.",
  );
  stage.emulator.edit("dev", "nightly-clusters", {
    schedule_config: { cron_expression: "0 9 * * *", timezone: "Europe/Paris" },
  });
  stage.emulator.edit("dev", "search-canary", { status: "paused" });
  await screen.step("pulumi preview", () => stage.preview(triggers()));
  await up(triggers());

  screen.chapter("Pause, and resume", "A status that is declared is enforced, in place.");
  await up(triggers({ "crawl-documents": { status: "paused" } }), "crawl-documents says status: paused");
  await up(triggers({ "crawl-documents": { status: "active" } }), "crawl-documents says status: active");

  const moved = (clusterId: string): Program =>
    triggers({ "nightly-clusters": { actionType: "cluster", actionConfig: { clusterId } } });
  screen.chapter(
    "A replacement",
    "The action of a trigger cannot be changed: the new one is made before the old one goes.",
  );
  await up(moved("clust_nowhere"), "a cluster that the API refuses");
  const kept = stage.emulator
    .triggers("dev")
    .find(({ name, status }) => name === "nightly-clusters" && status === "active");
  screen.line(`   so the old one still runs: ${kept?.trigger_id} is ${kept?.status}`);
  await up(moved("clust_dev_customer_segments"), "a cluster that is there");

  screen.chapter("Everything goes", "Each trigger is disabled in the API, and nothing else is touched.");
  await screen.step("pulumi destroy", () => stage.destroy());
}

const MARKS: Readonly<Record<string, { mark: string; done: string; color: number }>> = {
  create: { mark: "+", done: "created", color: 32 },
  update: { mark: "~", done: "updated", color: 33 },
  replace: { mark: "±", done: "replaced", color: 35 },
  delete: { mark: "-", done: "deleted", color: 31 },
};

/** Plain lines where nobody watches, colour and a progress line where somebody does. */
class Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #colors: boolean;
  #chapters = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#colors = out.isTTY === true && !process.env["NO_COLOR"];
  }

  line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  chapter(title: string, text: string): void {
    this.#chapters += 1;
    this.line(`\n${this.#paint(1, `${this.#chapters}. ${title}`)}\n   ${text}`);
  }

  /** Runs one operation and shows what it did, under the command a person would have typed. */
  async step(command: string, run: () => Promise<Outcome>, note?: string): Promise<void> {
    const outcome = await this.while(command, run);
    this.line(`   ${this.#paint(1, `$ ${command}`)}${note ? `   # ${note}` : ""}`);
    this.#show(outcome, command.endsWith("preview"));
  }

  #show({ ok, steps, said, error, requests }: Outcome, preview: boolean): void {
    const shown = new Map<string, string>();
    for (const { name, op } of steps) {
      const kind = op.includes("replace") ? "replace" : op;
      if (kind in MARKS && shown.get(name) !== "replace") shown.set(name, kind);
    }
    for (const text of said) this.line(`   ${this.#paint(36, "i")} ${text}`);
    if (ok) {
      for (const [name, kind] of shown) {
        const { mark, done, color } = MARKS[kind]!;
        this.line(`   ${this.#paint(color, `${mark} ${name.padEnd(20)} ${preview ? kind : done}`)}`);
      }
    }
    if (error !== undefined) this.line(`   ${this.#paint(31, "!")} ${error}`);
    const names = new Set(steps.map(({ name }) => name));
    const unchanged = names.size - shown.size;
    const counts = ok
      ? `${shown.size} ${preview ? "to change" : "changed"}, ${unchanged} unchanged`
      : "refused";
    this.line(`   ${this.#paint(2, `${counts}; ${requestsText(requests)}`)}`);
  }

  /** Runs something that takes a moment; on a terminal a line says what, and goes when it is done. */
  async while<T>(what: string, run: (progress: (line: string) => void) => Promise<T>): Promise<T> {
    const live = this.#out.isTTY === true;
    if (live) this.#out.write(`   ${this.#paint(2, `… ${what}`)}`);
    const erase = (): void => {
      if (live) this.#out.write("\r\u001b[2K");
    };
    try {
      return await run((line) => {
        erase();
        this.line(line);
      });
    } finally {
      erase();
    }
  }

  #paint(color: number, text: string): string {
    return this.#colors ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}

/** `7 requests: 1 list, 6 POST /v1/triggers`. */
function requestsText(requests: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const kind = request === "LIST" ? "list" : request.replace(/\/trg_[^/]+/, "/{id}");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return `${requests.length} ${requests.length === 1 ? "request" : "requests"}${parts ? `: ${parts}` : ""}`;
}
