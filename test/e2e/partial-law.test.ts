import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Ran, Repo } from "./repo";

/** `MIXPEEK_LAW_RUNS=200` plays more; MIXPEEK_LAW_SEED others. */
const RUNS = Number(process.env["MIXPEEK_LAW_RUNS"] ?? 4);
const SEED = Number(process.env["MIXPEEK_LAW_SEED"] ?? 7);
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";
const UP = ["up", "--env", "dev", "--yes", "--allow-deletes", "99"];

const CLUSTERS = ["clust_dev_product_clusters", "clust_dev_customer_segments"];

interface Definition {
  cluster: number;
  seconds: number;
  /** A default is written out, which means the same. */
  isSpelledOut?: boolean;
  status?: "active" | "paused";
  protect?: boolean;
  retain?: boolean;
  replaces?: string;
}

/** What happens between two runs: to a definition, or to its live trigger. */
const EDITS = [
  "seconds",
  "spelling",
  "cluster",
  "status",
  "protect",
  "retain",
  "remove",
  "add",
  "rename",
  "live edit",
  "live delete",
  "live pause",
] as const;
type Edit = { what: (typeof EDITS)[number]; at: number; value: number };

const edits = fc.array(
  fc.record({ what: fc.constantFrom(...EDITS), at: fc.nat(5), value: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 4 },
);

/** One set of definitions in two repositories, each with a service and a stack of its own. */
class Twins {
  readonly definitions = new Map<string, Definition>();
  #added = 0;

  constructor(readonly repos: readonly [Repo, Repo]) {
    for (let index = 0; index < 5; index++) this.#add(index);
    this.write();
  }

  #add(value: number): void {
    this.definitions.set(`t${this.#added++}`, { cluster: 0, seconds: 600 + value });
  }

  play({ what, at, value }: Edit): void {
    const names = [...this.definitions.keys()];
    const name = names[at % Math.max(names.length, 1)];
    if (what === "add" || name === undefined) {
      this.#add(value);
      return;
    }
    const definition = this.definitions.get(name)!;
    switch (what) {
      case "seconds":
        definition.seconds = 60 * value;
        break;
      case "spelling":
        definition.isSpelledOut = value % 2 === 0;
        break;
      case "cluster":
        definition.cluster = value % 2;
        break;
      case "status":
        definition.status = value % 2 === 0 ? "paused" : "active";
        break;
      case "protect":
        definition.protect = value % 2 === 0;
        break;
      case "retain":
        definition.retain = value % 2 === 0;
        break;
      case "remove":
        this.definitions.delete(name);
        break;
      case "rename":
        this.definitions.delete(name);
        this.definitions.set(`r${this.#added++}`, { ...definition, replaces: name });
        break;
      default:
        for (const repo of this.repos) changeLive(repo, name, what, value);
    }
  }

  write(): void {
    const triggers = Object.fromEntries(
      [...this.definitions].map(([name, { cluster, seconds, isSpelledOut, ...rest }]) => [
        name,
        {
          ...rest,
          action_type: "cluster",
          action_config: { cluster_id: CLUSTERS[cluster] },
          trigger_type: "interval",
          schedule_config: {
            interval_seconds: seconds,
            ...(isSpelledOut ? { start_immediately: false } : {}),
          },
        },
      ]),
    );
    for (const repo of this.repos) {
      repo.write("triggers/all.json", JSON.stringify({ triggers }));
      repo.write("environments/dev.yaml", "namespace: dev\n");
    }
  }
}

function changeLive(repo: Repo, name: string, what: Edit["what"], value: number): void {
  if (!repo.live("dev")[name]) return;
  if (what === "live delete") repo.emulator.remove("dev", name);
  else if (what === "live pause") repo.emulator.edit("dev", name, { status: "paused" });
  else repo.emulator.edit("dev", name, { schedule_config: { interval_seconds: 7 * value } });
}

/** What the stack holds and what is live, without ids, times and order. */
function outcome(repo: Repo): unknown {
  const ids = new Map<string, string>();
  for (const { trigger_id: id, name, status } of repo.emulator.triggers("dev"))
    ids.set(String(id), `${status === "disabled" ? "deleted" : "id of"} ${name}`);
  const named = (text: string): string => text.replaceAll(/trg_\w+/g, (id) => ids.get(id) ?? "an unknown id");
  const { checkpoint } = JSON.parse(named(repo.read(STATE)), (key, value) =>
    ["created", "modified", "created_at"].includes(key) ? undefined : value,
  );
  const byUrn = (a: { urn: string }, b: { urn: string }): number => (a.urn < b.urn ? -1 : 1);
  const resources = checkpoint.latest.resources
    .sort(byUrn)
    .filter(({ type }: { type: string }) => !/^pulumi:(providers|pulumi:Stack)/.test(type))
    .map(({ provider: _, sourcePosition: __, ...resource }: Record<string, unknown>) => resource);
  const live = Object.values(repo.live("dev"))
    .map(({ name, status, action_config, schedule_config }) => ({
      name,
      status,
      action_config,
      schedule_config,
    }))
    .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  return { resources, live };
}

/** What the stack's state holds of each trigger, without times. */
function records(repo: Repo): ReadonlyMap<string, string> {
  if (!existsSync(join(repo.folder, STATE))) return new Map();
  const { checkpoint } = JSON.parse(repo.read(STATE), (key, value) =>
    ["created", "modified"].includes(key) ? undefined : value,
  );
  const triggers = checkpoint.latest.resources.filter(({ id }: { id?: string }) => id?.startsWith("trg_"));
  return new Map(
    triggers.map(({ urn, ...record }: { urn: string }) => [urn.split("::")[3], JSON.stringify(record)]),
  );
}

/** Triggers that a preview leaves out, as unchanged, and whose record is another after the run. */
function recordedUnseen(
  preview: Ran,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  { definitions }: Twins,
): string[] {
  const shown = new Set(
    (JSON.parse(preview.stdout).triggers as { name: string; op: string }[])
      .filter(({ op }) => op !== "none")
      .map(({ name }) => name),
  );
  // Shown under the key that it has now.
  const renamed = new Set([...definitions.values()].map(({ replaces }) => replaces));
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !renamed.has(name));
  return names.filter((name) => !shown.has(name) && before.get(name) !== after.get(name));
}

test.each(
  fc
    .sample(fc.tuple(edits, edits), { numRuns: RUNS, seed: SEED })
    .map((steps, index) => [index, steps] as const),
)("an `up` of what changed leaves what an `up` of everything leaves: run %i", async (_index, steps) => {
  const repos = [await Repo.open(), await Repo.open()] as const;
  try {
    const twins = new Twins(repos);
    const [part, full] = repos;
    for (const step of [[], ...steps]) {
      for (const edit of step) twins.play(edit);
      twins.write();
      const before = records(part);
      const preview = await part.run("preview", "--env", "dev", "--json", "--allow-deletes", "99");
      const [a, b] = [await part.run(...UP), await full.run(...UP, "--full")];
      const shape = ({ code, stdout, writes }: typeof a) => ({
        code,
        stdout: stdout.replaceAll(/trg_\w+|file:\S+|http:\S+|next (?:run )?in .*/g, "…"),
        writes: writes.map((line) => line.replace(/trg_\w+/, "…")).sort(),
      });
      expect([step, shape(a)]).toEqual([step, shape(b)]);
      expect([step, outcome(part)]).toEqual([step, outcome(full)]);
      expect([step, recordedUnseen(preview, before, records(part), twins)]).toEqual([step, []]);
    }
  } finally {
    for (const repo of repos) await repo.close();
  }
});
