import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Repo } from "../e2e/repo";
import { onEachBackendAndFolder, SEARCH, type TeamBackend } from "./backend";
import { StoreRelay } from "./store-relay";

/** How many runs are killed on each backend: MIXPEEK_KILLS=50. MIXPEEK_KILLS_SEED changes the times and the edits. */
const KILLS = Number(process.env["MIXPEEK_KILLS"] ?? 2);
const SEED = process.env["MIXPEEK_KILLS_SEED"] ?? "1";
/** In milliseconds. */
const KILL_TIME = 600_000;

const SCHEDULES = {
  cron: 'trigger_type: cron, schedule_config: { cron_expression: "0 2 * * *" }',
  later: 'trigger_type: cron, schedule_config: { cron_expression: "0 5 * * *" }',
  interval: "trigger_type: interval, schedule_config: { interval_seconds: 86400 }",
};
type Schedule = keyof typeof SCHEDULES;
type Declared = Readonly<Record<string, Schedule>>;

const KEYS = ["a", "b", "c", "d", "e", "f"];
/** About two of the six keys are not declared. */
const DRAWN: readonly (Schedule | undefined)[] = ["cron", "later", "interval", undefined, "cron", undefined];

onEachBackendAndFolder("a run that is killed", (backend) => {
  test(
    `${KILLS} times, at any request or time, with its engine or without: the next runs lose and duplicate nothing`,
    async () => {
      const team = backend();
      const killer = await Killer.open(team);
      try {
        for (let at = 0; killer.kills < KILLS; at++) await killer.round(at);
      } finally {
        await killer.close();
      }
      if (process.env["MIXPEEK_KILLS"])
        process.stderr.write(`${team.name}: ${JSON.stringify(killer.counts)}\n`);
    },
    KILLS * KILL_TIME,
  );
});

/** When a run is killed. */
type Moment =
  | { kind: "API" | "store"; skip: number; at: "before" | "after" }
  | { kind: "time"; milliseconds: number };

/** Runs of one team, one after the other. Each is killed unless it ends before that. */
class Killer {
  readonly counts: Record<string, number> = {};
  kills = 0;
  #stack = "";
  /** The stack's contents. */
  #declared: Declared = {};
  /** Duration and requests of the latest complete run. */
  #usual = { milliseconds: 3_000, requests: 60 };

  private constructor(
    private readonly team: TeamBackend,
    private readonly repo: Repo,
    private readonly relay: StoreRelay | undefined,
  ) {}

  static async open(team: TeamBackend): Promise<Killer> {
    const repo = await team.repo(SEARCH);
    const relay = team.name === "folder" ? undefined : await StoreRelay.open(team.url);
    if (relay) repo.env = { ...repo.env, PULUMI_BACKEND_URL: relay.url };
    return new Killer(team, repo, relay);
  }

  async close(): Promise<void> {
    await this.relay?.close();
  }

  /** Changes the definitions and kills the run that applies them. Afterwards the stack is as declared again. */
  async round(at: number): Promise<void> {
    const isFirst = at % 4 === 0;
    if (isFirst) {
      this.#stack = `kill-${at}`;
      this.#declared = {};
      this.repo.write(`environments/${this.#stack}.yaml`, "namespace: prod\n");
    }
    const before = this.#declared;
    const after = this.#draw(at);
    const created = this.#createdEver(Object.keys(after));
    declare(this.repo, after);
    const moment = this.#moment(at, changesOf(before, after));
    const isAlone = draw(at, "alone") < 0.5;
    const round = `seed ${SEED}, round ${at}: ${JSON.stringify({ moment, isAlone, before, after })}`;
    const wasKilled = await this.#kill(moment, isAlone);
    if (wasKilled) {
      this.kills += 1;
      this.#count(moment.kind === "time" ? "at a moment" : `${moment.at} a request to the ${moment.kind}`);
      this.#count(isAlone ? "command alone" : "all processes");
      if (isFirst) this.#count("first runs");
    }
    await this.#recover(round);
    this.#declared = after;
    for (const [key, schedule] of Object.entries(after)) {
      const isNew = before[key] === undefined || isReplaced(before[key], schedule);
      created[key]! += isNew ? 1 : 0;
    }
    await this.#expectAsDeclared(round, created);
  }

  /** Draws a set that differs from the declared one. */
  #draw(at: number): Declared {
    const names = KEYS.map((key) => `${this.#stack}-${key}`);
    for (let again = 0; ; again++) {
      const after: Record<string, Schedule> = {};
      for (const name of names) {
        const schedule = DRAWN[Math.floor(draw(at, name, again) * DRAWN.length)];
        if (schedule) after[name] = schedule;
      }
      if (Object.keys(after).length > 0 && changesOf(this.#declared, after) > 0) return after;
    }
  }

  #moment(at: number, changes: number): Moment {
    const kinds = this.relay ? (["API", "store", "store", "time"] as const) : (["API", "time"] as const);
    const kind = kinds[Math.floor(draw(at, "kind") * kinds.length)]!;
    const where = draw(at, "where");
    if (kind === "time") return { kind, milliseconds: where * this.#usual.milliseconds };
    // A list precedes the changes.
    const requests = kind === "API" ? 1 + changes : this.#usual.requests;
    return {
      kind,
      skip: Math.floor(where * requests),
      at: draw(at, "boundary") < 0.5 ? "before" : "after",
    };
  }

  /** Out: whether the run was killed. It may end before that. */
  async #kill(moment: Moment, isAlone: boolean): Promise<boolean> {
    const began = performance.now();
    if (this.relay) this.relay.requests = 0;
    const held =
      moment.kind === "API" ? this.repo.emulator.hold({ after: moment.skip, at: moment.at }) : undefined;
    const reached =
      held?.reached ?? (moment.kind === "store" && this.relay!.hold(skipping(moment.skip), moment.at));
    const run = this.repo.start("up", ...this.#options());
    const isReached = reached || delay(moment.kind === "time" ? moment.milliseconds : 0);
    const first = await Promise.race([
      Promise.resolve(isReached).then(() => "reached"),
      run.ended.then(() => "ended"),
    ]);
    if (first === "reached") await (isAlone ? run.killCommand() : run.kill());
    await held?.drop();
    // The remaining processes of a run continue with the store.
    if (isAlone || first === "ended") this.relay?.release();
    else this.relay?.drop();
    await run.ended;
    this.team.expectNoSecrets(run.output);
    if (first === "ended") {
      expect([run.output, await run.ended]).toEqual([run.output, 0]);
      const requests = this.relay?.requests ?? 0;
      this.#usual = { milliseconds: performance.now() - began, requests };
    }
    return first === "reached";
  }

  /** What a user does next: run the same command again, and do what its message says. */
  async #recover(round: string): Promise<void> {
    const up = ["up", ...this.#options(), "--lock-timeout", "5m"];
    let { code, stdout, stderr } = await this.team.run(this.repo, ...up);
    const unlock = /Run `mixpeek-triggers (unlock [^`]+)`, then run again \[STACK_LOCKED\]/.exec(stderr)?.[1];
    if (unlock !== undefined) {
      expect([round, this.team.name]).not.toEqual([round, "folder"]);
      this.#count("unlock");
      const unlocked = await this.team.run(this.repo, ...unlock.split(" "), "--yes");
      expect([round, unlocked.code, unlocked.stderr]).toEqual([round, 0, ""]);
      ({ code, stdout, stderr } = await this.team.run(this.repo, ...up));
    }
    if (/^waited .* for the lock/m.test(stderr)) this.#count("waited for the engine to end");
    expect([round, code, stdout, stderr]).toEqual([round, 0, stdout, stderr]);
  }

  async #expectAsDeclared(round: string, created: Record<string, number>): Promise<void> {
    const own = this.repo.emulator
      .triggers("prod")
      .filter(({ name, status }) => status !== "disabled" && String(name).startsWith(`${this.#stack}-`));
    const live = own.map(({ name, trigger_type, schedule_config }) => [
      name,
      scheduleOf(String(trigger_type), schedule_config as Record<string, unknown>),
    ]);
    expect([round, live.sort()]).toEqual([round, Object.entries(this.#declared).sort()]);
    expect([round, this.#createdEver(Object.keys(created))]).toEqual([round, created]);
    const { resources, pending_operations = [] } = await this.team.deployment(this.repo, this.#stack);
    const held = resources.flatMap(({ type, id }) => (String(type).endsWith("mixpeek:Trigger") ? [id] : []));
    expect([round, held.sort()]).toEqual([round, own.map(({ trigger_id }) => trigger_id).sort()]);
    expect([round, pending_operations]).toEqual([round, []]);
    const { code, stdout } = await this.team.run(this.repo, "preview", "--env", this.#stack);
    expect([round, code, stdout]).toEqual([round, 0, stdout]);
  }

  #createdEver(names: readonly string[]): Record<string, number> {
    const all = this.repo.emulator.triggers("prod");
    return Object.fromEntries(names.map((name) => [name, all.filter((each) => each.name === name).length]));
  }

  #options = (): string[] => ["--env", this.#stack, "--yes", "--allow-deletes", "9"];

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

/** True for the piece after `skip` others. */
function skipping(skip: number): () => boolean {
  let left = skip;
  return () => left-- === 0;
}

/** A number from 0 up to, but not including, 1, the same for the same seed. */
function draw(...what: readonly (string | number)[]): number {
  return (
    createHash("sha256")
      .update([SEED, ...what].join("/"))
      .digest()
      .readUInt32BE() /
    2 ** 32
  );
}

function declare(repo: Repo, triggers: Declared): void {
  const lines = Object.entries(triggers).map(
    ([name, schedule]) =>
      `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_prod_product_clusters }, ${SCHEDULES[schedule]} }`,
  );
  repo.write("triggers/all.yaml", `triggers:\n${lines.join("\n")}\n`);
}

const isReplaced = (one: Schedule, other: Schedule): boolean =>
  one !== other && [one, other].includes("interval");

/** How many triggers differ. */
const changesOf = (before: Declared, after: Declared): number =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name])
    .length;

const scheduleOf = (type: string, { cron_expression }: Record<string, unknown>): Schedule =>
  type === "interval" ? "interval" : cron_expression === "0 2 * * *" ? "cron" : "later";
