import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { counted } from "../../core/text/plural";
import { command } from "../command";
import { EXIT } from "../exit-code";
import { hasColor } from "../output/terminal";
import { type CommandResult, Interrupted, Stage } from "../run/demo-stage";

export const demo = command({}, async () => {
  const screen = new Screen(process.stdout);
  const stage = await screen.while("starting", (progress) => Stage.open(progress, screen.color));
  const stop = (): void => stage.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    await tell(stage, screen);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    screen.line("Stopped; the emulator and its folder are removed.");
    return 130;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    await stage.close();
  }
});

const DEV = ["--env", "environments/dev.yaml"];
const PROD = ["--env", "environments/prod.yaml"];
/** A trigger that was created in the prod console. It equals the definition in triggers/search.yaml. */
const CRAWL = {
  name: "crawl-documents",
  description: "Process new uploads before the working day",
  action_type: "collection_trigger",
  action_config: { collection_id: "col_prod_documents", include_buckets: ["bkt_prod_uploads"] },
  trigger_type: "cron",
  schedule_config: { cron_expression: "30 5 * * MON-FRI", timezone: "Europe/Paris" },
};

const CATALOG = "triggers/catalog.yaml";

async function tell(stage: Stage, screen: Screen): Promise<void> {
  const run = (args: string[], expected = 0, note?: string) =>
    screen.step(`mixpeek-triggers ${args.join(" ")}`, () => stage.run(...args), expected, { note });
  screen.line(`${stage.engine}, and the emulator of the Mixpeek Triggers API at ${stage.emulator.url}`);

  screen.chapter(
    "A repository of YAML",
    "One set of definitions, one file for each environment, no program.",
  );
  await run(["init", "--name", "search-triggers"]);
  await run(["validate", "--all-envs"]);

  screen.chapter(
    "First run in dev",
    "One POST for each trigger; each name is looked up once and becomes an id of this namespace.",
  );
  await run(["up", ...DEV, "--yes"]);

  screen.chapter("Nothing changed", "A day passes, schedules fire, and the second `up` changes nothing.");
  stage.emulator.advance(24 * 3600);
  const runs = stage.emulator.triggers("dev").reduce((sum, trigger) => sum + trigger.execution_count, 0);
  await run(["up", ...DEV, "--yes"], 0, `${runs} runs since`);

  await stage.createOutside("prod", CRAWL);
  screen.chapter(
    "Promotion",
    "The same files in another namespace, with other ids and variables, and without the experimental trigger. One trigger already exists there, created manually: it is adopted unchanged.",
  );
  await run(["up", ...PROD, "--yes"]);
  for (const namespace of ["dev", "prod"]) {
    const clusters = stage.emulator.triggers(namespace).find(({ name }) => name === "nightly-clusters");
    screen.line(`   ${namespace.padEnd(4)} nightly-clusters runs ${clusters?.action_config["cluster_id"]}`);
  }

  screen.chapter(
    "A manual change of a live schedule",
    "Somebody moves nightly-clusters to 09:00 in the console, and pauses the canary.",
  );
  stage.emulator.edit("prod", "nightly-clusters", {
    schedule_config: { cron_expression: "0 9 * * *", timezone: "Europe/Paris" },
  });
  stage.emulator.edit("prod", "search-canary", { status: "paused" });
  await run(["drift", ...PROD], 2);
  await run(["up", ...PROD, "--yes"]);

  screen.chapter("A mistake in a pull request", "Reported with line and column, offline and without a key.");
  stage.edit(CATALOG, '"0 4 * * *"', '"0 25 * * *"');
  stage.edit(CATALOG, "incremental: true", "incremantal: true");
  await run(["validate", "--all-envs"], 1);
  stage.edit(CATALOG, '"0 25 * * *"', '"0 4 * * *"');
  stage.edit(CATALOG, "incremantal: true", "incremental: true");
  stage.edit(CATALOG, "${cluster:product-clusters}", "${cluster:product-cluster}");
  await run(["up", ...PROD, "--yes"], 1, "a cluster that does not exist");

  screen.chapter(
    "A replacement",
    "The action of a trigger cannot be changed: a new trigger is created before the old one is deleted.",
  );
  stage.edit(CATALOG, "${cluster:product-cluster}", "clust_nowhere");
  await run(["up", ...PROD, "--yes"], 1, "an id that the API rejects");
  const kept = stage.emulator
    .triggers("prod")
    .find(({ name, status }) => name === "nightly-clusters" && status === "active");
  screen.line(`   The old trigger keeps running: ${kept?.trigger_id} is ${kept?.status}`);
  stage.edit(CATALOG, "clust_nowhere", "${cluster:customer-segments}");
  await run(["up", ...PROD, "--yes"], 0, "an existing cluster");

  screen.chapter(
    "Destroy",
    "The API soft-deletes each trigger of dev (status disabled); nothing else changes.",
  );
  await run(["destroy", ...DEV, "--yes"]);

  screen.chapter(
    "When triggers run",
    "The next week in prod, from one list request, as text and as an HTML page with zoom.",
  );
  const picture = ["timeline", ...PROD, "--zone", "Europe/Paris"];
  await screen.step(`mixpeek-triggers ${picture.join(" ")}`, () => stage.run(...picture), 0, { whole: true });
  const page = join(mkdtempSync(join(tmpdir(), "mixpeek-timeline-")), "timeline.html");
  await run([...picture, "--format", "html", "--out", page], 0, "open this file in a browser");
}

/** Without a terminal: plain lines. On a terminal: colour and a progress line. */
class Screen {
  readonly color: boolean;
  readonly #out: NodeJS.WriteStream;
  #chapters = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.color = hasColor(out);
  }

  line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  chapter(title: string, text: string): void {
    this.#chapters += 1;
    this.line(`\n${this.#paint(1, `${this.#chapters}. ${title}`)}\n   ${text}`);
  }

  /** Runs one command and shows its output, its requests and, if it matters, its exit code. */
  async step(
    command: string,
    run: () => Promise<CommandResult>,
    expected: number,
    { note, whole = false }: { note?: string | undefined; whole?: boolean },
  ): Promise<void> {
    const { code, output, requests } = await this.while(command, run);
    this.line(`   ${this.#paint(1, `$ ${command}`)}${note ? `   # ${note}` : ""}`);
    // Output after a blank line is advice for a person, such as what to type next.
    for (const line of output.split(whole ? /\n$/ : /\n\n|\n$/)[0]!.split("\n"))
      this.line(`   ${line}`.trimEnd());
    if (code !== expected) throw new Error(`the demo expected exit code ${expected} and got ${code}`);
    const exit = code === 0 ? [] : [`exit ${code}`];
    this.line(`   ${this.#paint(2, [...exit, requestsText(requests)].join("; "))}`);
  }

  /** Runs something that takes a moment. On a terminal, a progress line is shown until it ends. */
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
    return this.color ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}

/** `7 requests: 1 list, 6 POST /v1/triggers`. */
function requestsText(requests: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const kind = kindOf(request);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = [...counts]
    .map(([kind, count]) => (kind === "lookup" ? counted(count, kind) : `${count} ${kind}`))
    .join(", ");
  return `${counted(requests.length, "request")}${parts ? `: ${parts}` : ""}`;
}

function kindOf(request: string): string {
  if (request === "LIST") return "list";
  const triggers = / \/v1\/triggers/.test(request);
  return triggers ? request.replace(/\/trg_[^/]+/, "/{id}") : "lookup";
}
