import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createTrigger } from "../cli/mixed-triggers";
import { onEachBackend, PROD, SEARCH } from "./backend";

onEachBackend("the lifecycle", (backend) => {
  test("create, no change, edit, drift, refresh, destroy, each with the requests it needs", async () => {
    const team = backend();
    const repo = await team.repo(SEARCH, "nightly", "hourly");
    const run = (...args: string[]) => team.run(repo, ...args, ...PROD);
    const id = () => repo.live("prod")["nightly"]!.trigger_id;
    const lists = (requests: string[]) => requests.filter((request) => request === "LIST").length;

    const created = await run("up", "--yes");
    expect([created.code, created.writes]).toEqual([0, ["POST /v1/triggers", "POST /v1/triggers"]]);
    expect(lists(created.requests)).toBe(1);
    const unchanged = await run("up", "--yes");
    expect([unchanged.code, unchanged.writes, lists(unchanged.requests)]).toEqual([0, [], 1]);

    repo.edit("triggers/all.yaml", "nightly: {", "nightly: { description: Each night,");
    const first = id();
    const edited = await run("up", "--yes");
    expect([edited.code, edited.writes]).toEqual([0, [`PATCH /v1/triggers/${first}`]]);

    repo.emulator.edit("prod", "nightly", { description: "By hand" });
    const drift = await run("drift");
    expect([drift.code, drift.writes, drift.stdout]).toEqual([
      2,
      [],
      expect.stringContaining('description is "By hand" live, "Each night" desired (live drifted)'),
    ]);
    const fixed = await run("up", "--yes");
    expect([fixed.code, fixed.writes, id()]).toEqual([0, [`PATCH /v1/triggers/${first}`], first]);

    repo.emulator.edit("prod", "nightly", { description: "By hand again" });
    const refreshed = await run("refresh", "--yes");
    expect([refreshed.code, refreshed.writes]).toEqual([0, []]);
    expect((await run("up", "--yes")).writes).toEqual([`PATCH /v1/triggers/${first}`]);

    const destroyed = await run("destroy", "--yes");
    expect([destroyed.code, destroyed.writes.map((request) => request.split(" ")[0])]).toEqual([
      0,
      ["DELETE", "DELETE"],
    ]);
    expect([repo.live("prod"), await team.resources(repo)]).toEqual([{}, []]);
  });

  test("a set is adopted without a write, and promoted", async () => {
    const team = backend();
    const repo = await team.repo(SEARCH, "unused");
    await createTrigger(repo.emulator, {
      name: "nightly",
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      trigger_type: "interval",
      schedule_config: { interval_seconds: 600 },
    });
    rmSync(join(repo.folder, "triggers"), { recursive: true });
    rmSync(join(repo.folder, "environments"), { recursive: true });
    expect(await team.run(repo, "export", "--namespace", "dev")).toMatchObject({ code: 0, writes: [] });
    const adopted = await team.run(repo, "adopt", "--env", "dev", "--yes");
    expect([adopted.code, adopted.writes]).toEqual([0, []]);
    expect(adopted.stdout).toContain("[ADOPTED]");

    repo.write("environments/prod.yaml", "namespace: prod\n");
    const promoted = await team.run(repo, "promote", "--from", "dev", "--to", "prod", "--yes", "--force");
    expect([promoted.code, promoted.writes]).toEqual([0, ["POST /v1/triggers"]]);
    expect(await team.run(repo, "preview", ...PROD)).toMatchObject({ code: 0, writes: [] });
  });
});
