import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { type Fault, manualClock } from "../../../provider/emulator";
import { Repo } from "../repo";

const CLOCK = resolve(__dirname, "../moved-clock.cjs");
const UP = ["up", "--env", "dev", "--yes"];
const BEFORE = "2026-12-19T12:00:00Z";
const INSIDE = "2026-12-20T09:00:00Z";
const LATER = "2026-12-22T09:00:00Z";
const AFTER = "2026-12-27T09:00:00Z";

let repo: Repo | undefined;
afterEach(() => repo?.close());

const TRIGGER =
  'action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: cron, schedule_config: { cron_expression: "0 2 * * *" }';

/** `a` and `b` are applied before the window. */
class Case {
  static readonly #applied = Repo.applied(
    (made) => {
      made.write(
        "environments/dev.yaml",
        "namespace: dev\nquiet: [{ from: 2026-12-20, until: 2026-12-27, timezone: UTC, reason: freeze }]\n",
      );
      const own = new Case(made);
      own.declare("a", "b");
      own.moveTo(BEFORE);
    },
    "--env",
    "dev",
  );
  #now = Date.parse(BEFORE);

  private constructor(readonly repo: Repo) {}

  static async open(): Promise<Case> {
    repo = await Case.#applied({ clock: manualClock(BEFORE) });
    const own = new Case(repo);
    own.moveTo(BEFORE);
    return own;
  }

  declare(...names: string[]): void {
    this.repo.write(
      "triggers/all.yaml",
      `triggers:\n${names.map((name) => `  ${name}: { ${TRIGGER} }\n`).join("")}`,
    );
  }

  moveTo(time: string): void {
    this.repo.emulator.advance((Date.parse(time) - this.#now) / 1000);
    this.#now = Date.parse(time);
    this.repo.env = { NODE_OPTIONS: `--require ${CLOCK}`, MOVED_CLOCK: time };
  }

  async up(): Promise<void> {
    expect(await this.repo.run(...UP)).toMatchObject({ code: 0 });
  }

  get statuses(): Record<string, string> {
    const live = Object.entries(this.repo.live("dev"));
    return Object.fromEntries(live.map(([name, { status }]) => [name, status]).sort());
  }

  /**
   * Ends a run with all its processes at a request. `isEngineStopped`: after the response, before the engine records
   * it.
   */
  async killedAt(hold: Fault, isEngineStopped = false): Promise<void> {
    const { faults, url } = this.repo.emulator;
    const [held] = faults.add(hold);
    const run = this.repo.start(...UP);
    while (faults.list().every(({ injected }) => injected === 0))
      if (await Promise.race([run.ended.then(() => true), delay(20, false)])) throw new Error(run.output);
    if (isEngineStopped) {
      run.stopEngine();
      await faults.clear();
      await delay(200);
    }
    await run.kill();
    if (!isEngineStopped) await fetch(`${url}/_emulator/faults/${held!.id}/drop`, { method: "POST" });
    await faults.clear();
  }
}

const PAUSE = "pause" as const;
const CREATE = "create" as const;

test.each<[string, Fault, boolean]>([
  ["before the pause", { kind: "hold", operation: PAUSE, at: "before" }, false],
  ["after the pause", { kind: "hold", operation: PAUSE, at: "after" }, false],
  ["after the response to the pause", { kind: "hold", operation: PAUSE, at: "after" }, true],
])("killed %s: the first `up` after the window resumes what it paused", async (_, hold, isEngineStopped) => {
  const world = await Case.open();
  world.moveTo(INSIDE);
  await world.killedAt(hold, isEngineStopped);
  world.moveTo(AFTER);
  await world.up();
  expect(world.statuses).toEqual({ a: "active", b: "active" });
});

test("killed after the pause, twice: an `up` in the window records the pauses, and one after it resumes the triggers", async () => {
  const world = await Case.open();
  world.moveTo(INSIDE);
  await world.killedAt({ kind: "hold", operation: PAUSE, at: "after", times: 2 });
  await world.killedAt({ kind: "hold", operation: "list", at: "before" });
  world.moveTo(LATER);
  await world.up();
  expect(world.statuses).toEqual({ a: "paused", b: "paused" });
  world.moveTo(AFTER);
  await world.up();
  expect(world.statuses).toEqual({ a: "active", b: "active" });
});

test("killed before the pause: a manual pause afterwards stays", async () => {
  const world = await Case.open();
  world.moveTo(INSIDE);
  await world.killedAt({ kind: "hold", operation: PAUSE, at: "before", times: 2 });
  world.moveTo(LATER);
  world.repo.emulator.edit("dev", "a", { status: "paused" });
  await world.up();
  world.moveTo(AFTER);
  await world.up();
  expect(world.statuses).toEqual({ a: "paused", b: "active" });
});

test.each([LATER, AFTER])(
  "killed after a create in the window: an `up` at %s recognizes its pause",
  async (next) => {
    const world = await Case.open();
    world.moveTo(INSIDE);
    await world.up();
    world.declare("a", "b", "c");
    await world.killedAt({ kind: "hold", operation: CREATE, at: "after" });
    expect(world.statuses).toEqual({ a: "paused", b: "paused", c: "paused" });
    world.moveTo(next);
    await world.up();
    world.moveTo(AFTER);
    await world.up();
    expect(world.statuses).toEqual({ a: "active", b: "active", c: "active" });
  },
);

test("a pause that was made without a response is resumed after the window", async () => {
  const world = await Case.open();
  world.moveTo(INSIDE);
  world.repo.emulator.faults.add({
    kind: "status",
    status: 500,
    retryable: false,
    at: "after",
    operation: PAUSE,
  });
  expect(await world.repo.run(...UP)).toMatchObject({ code: 1 });
  await world.repo.emulator.faults.clear();
  expect(world.statuses).toEqual({ a: "paused", b: "paused" });
  world.moveTo(AFTER);
  await world.up();
  expect(world.statuses).toEqual({ a: "active", b: "active" });
  expect(await world.repo.run("preview", "--env", "dev")).toMatchObject({ code: 0 });
});
