import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { EmulatedTrigger, Fault } from "../../../provider/emulator";
import { Repo } from "../repo";

const UP = ["up", "--env", "environments/dev.yaml", "--yes", "--allow-deletes", "9"];
const STATE = ".mixpeek/state/.pulumi";

let repo: Repo;
beforeAll(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterAll(() => repo.close());

type Schedule = "cron" | "later" | "interval";
const SCHEDULES: Record<Schedule, string> = {
  cron: 'trigger_type: cron, schedule_config: { cron_expression: "0 2 * * *" }',
  later: 'trigger_type: cron, schedule_config: { cron_expression: "0 5 * * *" }',
  interval: "trigger_type: interval, schedule_config: { interval_seconds: 86400 }",
};

/** Writes the definitions, by name. Changing one to or from `interval` is a replacement. */
function declare(triggers: Record<string, Schedule>): void {
  const lines = Object.entries(triggers).map(
    ([name, schedule]) =>
      `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, ${SCHEDULES[schedule]} }`,
  );
  repo.write("triggers/all.yaml", `triggers:\n${lines.join("\n")}\n`);
}

interface State {
  ids: Record<string, string>;
  pending: number;
}

function state(): State {
  const text = readFileSync(join(repo.folder, STATE, "stacks", "search-triggers", "dev.json"), "utf8");
  const { resources = [], pending_operations = [] } = JSON.parse(text).checkpoint.latest;
  const own = (resources as { urn: string; type: string; id: string }[]).filter(({ type }) =>
    type.endsWith("mixpeek:Trigger"),
  );
  return {
    ids: Object.fromEntries(own.map(({ urn, id }) => [urn.split("::").at(-1)!, id])),
    pending: pending_operations.length,
  };
}

const live = (): EmulatedTrigger[] =>
  repo.emulator.triggers("dev").filter(({ status }) => status !== "disabled");
const idsOf = (triggers: readonly EmulatedTrigger[]): Record<string, string> =>
  Object.fromEntries(triggers.map(({ name, trigger_id }) => [String(name), trigger_id]));

/** Runs the command until requests are held at all of these points, then kills it with all its processes. */
async function killedAt(
  holds: Fault[],
  before: (killed: ReturnType<Repo["start"]>) => Promise<void> = async () => {},
) {
  const ids = repo.emulator.faults.add(...holds).map(({ id }) => id);
  const run = repo.start(...UP);
  const wanted = holds.reduce((sum, { times = 1 }) => sum + times, 0);
  const standing = () =>
    repo.emulator.faults.list().reduce((sum, { id, injected }) => sum + (ids.includes(id) ? injected : 0), 0);
  while (standing() < wanted) {
    const ended = await Promise.race([run.ended.then(() => true), delay(20, false)]);
    if (ended) throw new Error(`the run ended before it came to ${wanted} boundaries:\n${run.output}`);
  }
  await before(run);
  await run.kill();
}

/** Ends the connections of killed processes: a request held before handling is then never handled. */
const bury = async () => {
  for (const { id, kind } of repo.emulator.faults.list()) {
    if (kind === "hold") await fetch(`${repo.emulator.url}/_emulator/faults/${id}/drop`, { method: "POST" });
  }
  await repo.emulator.faults.clear();
};

/** One more `up` recovers everything without a question. Out: its output. */
async function recovered(names: readonly string[]): Promise<string> {
  const run = await repo.run(...UP);
  expect(run).toMatchObject({ code: 0 });
  const now = live();
  expect(now.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(state()).toEqual({ ids: idsOf(now), pending: 0 });
  const printed = run.stdout + run.stderr;
  expect(printed).not.toContain("pending operations");
  return printed;
}

describe("a run that is killed with all its processes", () => {
  test("while it creates, changes and replaces, before and after requests are handled", async () => {
    declare({ b1: "cron", b2: "cron", c1: "cron", c2: "cron" });
    expect(await repo.run(...UP)).toMatchObject({ code: 0 });
    const first = idsOf(live());
    declare({ a1: "cron", a2: "cron", b1: "later", b2: "later", c1: "interval", c2: "interval" });
    await killedAt([
      { kind: "hold", operation: "create", at: "before", times: 2 },
      { kind: "hold", operation: "create", at: "after", times: 2 },
      { kind: "hold", operation: "patch", at: "before" },
      { kind: "hold", operation: "patch", at: "after" },
    ]);
    await bury();
    const made = live().filter(({ trigger_id }) => !Object.values(first).includes(trigger_id));
    expect(made).toHaveLength(2);
    const printed = await recovered(["a1", "a2", "b1", "b2", "c1", "c2"]);
    const now = idsOf(live());
    // Created triggers are adopted, changed ones keep their id, replaced ones are gone.
    expect(now).toMatchObject({ ...idsOf(made), b1: first["b1"], b2: first["b2"] });
    expect(Object.values(now)).not.toContain(first["c1"]);
    expect(printed).toContain(
      "left when it ended\nAn earlier run was interrupted while working on a1, a2, b1, b2, c1, c2. This run continues from the live triggers.\n",
    );
  });

  test("after the response to a create and a change, before the state is written", async () => {
    const first = idsOf(live());
    declare({ a1: "later", a2: "cron", a3: "cron", b1: "cron", b2: "later", c1: "cron", c2: "interval" });
    await killedAt(
      [
        { kind: "hold", operation: "create", at: "after", times: 2 },
        { kind: "hold", operation: "patch", at: "after", times: 2 },
      ],
      async (run) => {
        run.stopEngine();
        await repo.emulator.faults.clear();
        await delay(200);
      },
    );
    const made = live().filter(({ trigger_id }) => !Object.values(first).includes(trigger_id));
    expect(made.map(({ name }) => name).sort()).toEqual(["a3", "c1"]);
    await recovered(["a1", "a2", "a3", "b1", "b2", "c1", "c2"]);
    expect(idsOf(live())).toEqual({ ...first, ...idsOf(made) });
  });

  test("while it deletes, before and after a request is handled", async () => {
    declare({ a1: "later", b1: "cron", b2: "later", c1: "cron", c2: "cron" });
    await killedAt([
      { kind: "hold", operation: "delete", at: "before" },
      { kind: "hold", operation: "delete", at: "after", times: 2 },
    ]);
    await bury();
    await recovered(["a1", "b1", "b2", "c1", "c2"]);
  });
});

describe("a stack with a run in progress", () => {
  test("two runs on one stack: one is carried out, the other reports who holds the lock, and nothing is created twice", async () => {
    declare({ a1: "later", b1: "cron", b2: "later", c1: "cron", c2: "cron", e1: "cron" });
    const held = repo.emulator.hold({ operation: "create" });
    const one = repo.start(...UP);
    await held.reached;
    const two = await repo.run(...UP);
    expect(two).toMatchObject({ code: 1, writes: [] });
    expect(two.stdout + two.stderr).toMatch(
      /the stack is locked by a run of \S+ \(pid \d+, since \d{4}-\S+\)\. .*\[STACK_LOCKED\]/,
    );
    await held.release();
    expect(await one.ended).toBe(0);
    expect(state()).toEqual({ ids: idsOf(live()), pending: 0 });
    expect(live()).toHaveLength(6);
  });

  test("a lock of another machine is not removed", async () => {
    const folder = join(STATE, "locks", "organization", "search-triggers", "dev");
    const lock = {
      pid: 2 ** 22 + 1,
      username: "ann",
      hostname: `not-${hostname()}`,
      timestamp: "2026-11-24T12:00:00Z",
    };
    const file = join(folder, "11111111-2222-4333-8444-555555555555.json");
    repo.write(file, JSON.stringify(lock));
    declare({ a1: "later", b1: "cron", b2: "later", c1: "cron", c2: "cron", e1: "later" });
    const refused = await repo.run(...UP);
    expect(refused).toMatchObject({ code: 1, writes: [] });
    expect(refused.stdout + refused.stderr).toContain(
      `a run of ann@not-${hostname()} (pid ${lock.pid}, since `,
    );
    // A lock of this machine whose process has ended.
    writeFileSync(join(repo.folder, file), JSON.stringify({ ...lock, hostname: hostname() }));
    await recovered(["a1", "b1", "b2", "c1", "c2", "e1"]);
  });
});
