import { setTimeout as delay } from "node:timers/promises";
import { expect } from "@jest/globals";
import fc from "fast-check";
import type { Fault } from "../../../provider/emulator";
import type { Ran, Repo } from "../repo";

// A property test for partial runs: an `up` of the changes leaves the same state and live triggers, with the same
// requests, as an `up` of everything.

const UP = ["up", "--env", "dev", "--yes", "--allow-deletes", "99"];

const CLUSTERS = ["clust_dev_product_clusters", "clust_dev_customer_segments"];

interface Definition {
  cluster: number;
  seconds: number;
  /** A default is written explicitly, which means the same. */
  isSpelledOut?: boolean;
  status?: "active" | "paused";
  protect?: boolean;
  retain?: boolean;
  replaces?: string;
}

/** What happens between two runs, to a definition or to its live trigger. */
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

/** What interrupts a run: all requests of one kind fail, or the run is killed at the first of them. */
const CUTS = {
  "creates fail": { kind: "status", status: 500, operation: "create" },
  "creates fail after they are done": { kind: "status", status: 500, at: "after", operation: "create" },
  "changes fail": { kind: "status", status: 500, operation: ["patch", "pause", "resume"] },
  "deletes fail after they are done": { kind: "status", status: 500, at: "after", operation: "delete" },
  "killed before a create": { kind: "hold", operation: "create", times: 1 },
  "killed after a create": { kind: "hold", at: "after", operation: "create", times: 1 },
  "killed after a change": { kind: "hold", at: "after", operation: ["patch", "pause", "resume"], times: 1 },
  "killed before a delete": { kind: "hold", operation: "delete", times: 1 },
} satisfies Record<string, Fault>;
type Cut = keyof typeof CUTS;
const cut = fc.option(fc.constantFrom(...(Object.keys(CUTS) as Cut[])), { freq: 1, nil: undefined });

export interface Step {
  edits: readonly Edit[];
  cut?: Cut | undefined;
}

/** The first step: everything is created. */
export const FIRST: Step = { edits: [] };

/** Two steps each, after the first one. Half of the steps are interrupted. */
export const sequences = (numRuns: number, seed: number): Step[][] =>
  fc.sample(fc.array(fc.record({ edits, cut }), { minLength: 2, maxLength: 2 }), { numRuns, seed });

/** Reads the state of a repository's dev stack, as text; undefined before it exists. */
export type ReadState = (repo: Repo) => Promise<string | undefined>;

/** One set of definitions in two repositories, each with its own service and stack. */
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

/** Writes the definitions of the first step. */
export function writeFirst(repo: Repo): void {
  new Twins([repo, repo]).write();
}

function changeLive(repo: Repo, name: string, what: Edit["what"], value: number): void {
  if (!repo.live("dev")[name]) return;
  if (what === "live delete") repo.emulator.remove("dev", name);
  else if (what === "live pause") repo.emulator.edit("dev", name, { status: "paused" });
  else repo.emulator.edit("dev", name, { schedule_config: { interval_seconds: 7 * value } });
}

interface Resource {
  urn: string;
  type: string;
  id?: string;
  [key: string]: unknown;
}

/** The resources in a state, without times. A state file has them in a checkpoint, an export in a deployment. */
function resourcesOf(state: string): Resource[] {
  const { checkpoint, deployment } = JSON.parse(state, (key, value) =>
    ["created", "modified", "created_at"].includes(key) ? undefined : value,
  );
  const { resources = [], pending_operations = [] } = checkpoint?.latest ?? deployment ?? {};
  expect(pending_operations).toEqual([]);
  return resources;
}

/** What is in the stack and what is live, without ids, times and order. */
async function outcome(repo: Repo, read: ReadState): Promise<unknown> {
  const ids = new Map<string, string>();
  for (const { trigger_id: id, name, status } of repo.emulator.triggers("dev"))
    ids.set(String(id), `${status === "disabled" ? "deleted" : "id of"} ${name}`);
  const state = (await read(repo)) ?? "{}";
  const [, project = "project"] = /urn:pulumi:dev::([^:]+)::/.exec(state) ?? [];
  const named = state
    .replaceAll(/trg_\w+/g, (id) => ids.get(id) ?? "an unknown id")
    .replaceAll(project, "project");
  const byUrn = (a: Resource, b: Resource): number => (a.urn < b.urn ? -1 : 1);
  const resources = resourcesOf(named)
    .sort(byUrn)
    .filter(({ type }) => !/^pulumi:(providers|pulumi:Stack)/.test(type))
    .map(({ provider: _, sourcePosition: __, ...resource }) => resource);
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

/** A state's record of each trigger. */
function records(state: string | undefined): ReadonlyMap<string, string> {
  if (state === undefined) return new Map();
  const triggers = resourcesOf(state).filter(({ id }) => id?.startsWith("trg_"));
  return new Map(triggers.map(({ urn, ...record }) => [urn.split("::")[3]!, JSON.stringify(record)]));
}

/** Triggers that a preview leaves out as unchanged, but whose record changed in the run. */
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
  // Shown under its current key.
  const renamed = new Set([...definitions.values()].map(({ replaces }) => replaces));
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => !renamed.has(name));
  return names.filter((name) => !shown.has(name) && before.get(name) !== after.get(name));
}

/**
 * `kill -9` of a run with all its processes at the first request that a hold stops. A run without such a request ends
 * by itself.
 */
async function killedAtHold(repo: Repo, args: readonly string[]): Promise<void> {
  const run = repo.start(...args);
  const isHeld = () => repo.emulator.faults.list().some(({ injected }) => injected > 0);
  let hasEnded = false;
  while (!hasEnded && !isHeld())
    hasEnded = await Promise.race([run.ended.then(() => true), delay(20, false)]);
  if (!hasEnded) await run.kill();
  for (const { id } of repo.emulator.faults.list())
    await fetch(`${repo.emulator.url}/_emulator/faults/${id}/drop`, { method: "POST" });
}

async function cutShort(repo: Repo, what: Cut, args: readonly string[]): Promise<void> {
  repo.emulator.faults.add(CUTS[what]);
  if (CUTS[what].kind === "hold") await killedAtHold(repo, args);
  else await repo.run(...args);
  await repo.emulator.faults.clear();
}

/**
 * Plays the steps in two repositories, each with its own service and stack: only the changes in the first, everything
 * in the second. Fails if they differ. An interrupted step is compared after the next run, because the order of
 * parallel requests is random. `recover`: what a user does after a killed run, before the next one.
 */
export async function playTwins(
  repos: readonly [Repo, Repo],
  steps: readonly Step[],
  read: ReadState,
  recover: (repo: Repo) => Promise<void> = async () => {},
): Promise<void> {
  const twins = new Twins(repos);
  const [part, full] = repos;
  for (const step of steps) {
    for (const edit of step.edits) twins.play(edit);
    twins.write();
    if (step.cut !== undefined) {
      await cutShort(part, step.cut, UP);
      await cutShort(full, step.cut, [...UP, "--full"]);
      for (const repo of repos) await recover(repo);
    }
    const before = records(await read(part));
    const preview = await part.run("preview", "--env", "dev", "--json", "--allow-deletes", "99");
    const [a, b] = [await part.run(...UP), await full.run(...UP, "--full")];
    if (step.cut === undefined) expect([step, shape(a)]).toEqual([step, shape(b)]);
    else expect([step, a.code, a.stderr]).toEqual([step, b.code, expect.anything()]);
    expect([step, await outcome(part, read)]).toEqual([step, await outcome(full, read)]);
    const after = records(await read(part));
    expect([step, recordedUnseen(preview, before, after, twins)]).toEqual([step, []]);
  }
}

const shape = ({ code, stdout, writes }: Ran) => ({
  code,
  stdout: stdout.replaceAll(/trg_\w+|stack \S+|file:\S+|http:\S+|next (?:run )?in .*/g, "…"),
  writes: writes.map((line) => line.replace(/trg_\w+/, "…")).sort(),
});
