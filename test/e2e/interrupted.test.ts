import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "./repo";

const NAMES = Array.from({ length: 6 }, (_, at) => `t${at}`);

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  const trigger = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }`;
  repo.write("triggers/all.yaml", `triggers:\n${NAMES.map(trigger).join("\n")}\n`);
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterEach(() => repo.close());

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while triggers are created: what is under way is finished and recorded, and the next up doubles nothing",
  async (name) => {
    const held = repo.emulator.hold({ operation: "create" });
    const run = repo.start("up", "--env", "dev", "--yes");
    await held.reached;
    run.interrupt(name);
    await held.release();
    expect([await run.ended, run.output]).toEqual([
      130,
      expect.stringContaining(
        "Interrupted: the calls in progress are complete, and no new ones were started.",
      ),
    ]);
    expect(await repo.run("up", "--env", "dev", "--yes")).toMatchObject({ code: 0 });
    const live = repo.emulator.triggers("dev").map(({ name: each }) => each);
    expect(live.sort()).toEqual(NAMES);
    expect(await repo.run("up", "--env", "dev", "--yes")).toMatchObject({
      code: 0,
      writes: [],
      stdout: expect.stringContaining("6 unchanged."),
    });
  },
);
