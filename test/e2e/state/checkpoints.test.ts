import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const UP = ["up", "--env", "environments/dev.yaml", "--yes"];
const DESTROY = ["destroy", "--env", "environments/dev.yaml", "--yes"];
/** Enough triggers that the state is saved once, at the end. `CRASH_N=1000 CRASH_POINTS=10` is the long run. */
const COUNT = Number(process.env["CRASH_N"] ?? 100);
const POINTS = Number(process.env["CRASH_POINTS"] ?? 1);

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterEach(() => repo.close());

const name = (at: number): string => `t${String(at).padStart(5, "0")}`;

function declare(minute: number): void {
  const lines = Array.from(
    { length: COUNT },
    (_, at) =>
      `  ${name(at)}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: cron, schedule_config: { cron_expression: "${minute} 2 * * *" } }`,
  );
  repo.write("triggers/all.yaml", `triggers:\n${lines.join("\n")}\n`);
}

/** Ids by name in the state. */
function remembered(): Record<string, string> {
  const file = join(repo.folder, ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json");
  const { resources = [] } = JSON.parse(readFileSync(file, "utf8")).checkpoint.latest ?? {};
  const own = (resources as { urn: string; type: string; id: string }[]).filter(({ type }) =>
    type.endsWith("mixpeek:Trigger"),
  );
  return Object.fromEntries(own.map(({ urn, id }) => [urn.split("::").at(-1)!, id]));
}

const ids = (): Record<string, string> =>
  Object.fromEntries(Object.entries(repo.live("dev")).map(([key, { trigger_id }]) => [key, trigger_id]));

/** Kills a command with all its processes once this many of its writes are handled. */
async function killedAfter(
  operation: "create" | "patch" | "delete",
  writes: number,
  command: readonly string[] = UP,
): Promise<void> {
  const held = repo.emulator.hold({ operation, at: "after", after: writes - 1 });
  const run = repo.start(...command);
  const ended = await Promise.race([held.reached.then(() => false), run.ended.then(() => true)]);
  if (ended) throw new Error(`the run ended before it was killed:\n${run.output}`);
  // Other requests are in progress at the same time.
  await delay(20);
  await run.kill();
  await held.drop();
}

test("a run that saves the state once is killed while it creates, changes and deletes: nothing is duplicated, nothing lost", async () => {
  for (let point = 1; point <= POINTS; point += 1) {
    declare(0);
    await killedAfter("create", Math.floor((point * COUNT) / (POINTS + 1)));
    const made = ids();
    expect(Object.keys(made).length).toBeGreaterThan(0);
    expect(remembered()).toEqual({});
    const again = await repo.run(...UP);
    expect([again.code, again.stderr.match(/error/)]).toEqual([0, null]);
    const all = ids();
    expect(repo.emulator.triggers("dev").filter(({ status }) => status !== "disabled")).toHaveLength(COUNT);
    expect(all).toMatchObject(made);
    expect(remembered()).toEqual(all);

    declare(30);
    await killedAfter("patch", Math.floor((point * COUNT) / (POINTS + 1)));
    const rest = await repo.run(...UP);
    // Changes that were already made are not repeated.
    expect(rest.writes.length).toBeLessThan(COUNT);
    expect([rest.code, ids(), remembered()]).toEqual([0, all, all]);
    const schedules = Object.values(repo.live("dev")).map((each) => each.schedule_config["cron_expression"]);
    expect(new Set(schedules)).toEqual(new Set(["30 2 * * *"]));

    await killedAfter("delete", Math.floor((point * COUNT) / (POINTS + 1)), DESTROY);
    const left = ids();
    expect(Object.keys(left).length).toBeLessThan(COUNT);
    expect(remembered()).toEqual(all);
    if (point % 2 === 1) {
      const destroyed = await repo.run(...DESTROY);
      // Deletes that were already made are not repeated.
      expect(destroyed.writes.sort()).toEqual(
        Object.values(left)
          .map((id) => `DELETE /v1/triggers/${id}`)
          .sort(),
      );
      expect([destroyed.code, ids(), remembered()]).toEqual([0, {}, {}]);
    } else {
      const recreated = await repo.run(...UP);
      expect([recreated.code, Object.keys(ids()).length]).toEqual([0, COUNT]);
      expect(ids()).toMatchObject(left);
      expect(remembered()).toEqual(ids());
      await repo.run(...DESTROY);
    }
  }
});

test("a run that saves the state once saves its results if the service rejects a part", async () => {
  declare(0);
  repo.emulator.faults.add({ kind: "status", status: 500, operation: "delete", after: 60 });
  expect((await repo.run(...UP)).code).toBe(0);
  const destroyed = await repo.run(...DESTROY);
  expect(destroyed.code).toBe(1);
  expect(Object.keys(ids()).length).toBeLessThanOrEqual(COUNT - 60);
  expect(remembered()).toEqual(ids());
  repo.emulator.faults.clear();
  const rest = Object.keys(ids()).length;
  const again = await repo.run(...DESTROY);
  expect([again.code, again.writes.length]).toEqual([0, rest]);
  expect([ids(), remembered()]).toEqual([{}, {}]);
});
