import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createTrigger, mixedTriggers, PLANTED } from "../../cli/mixed-triggers";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
});
afterEach(() => repo.close());

test("77 live triggers are exported, adopted without a write, and then unchanged", async () => {
  await mixedTriggers(repo.emulator, 77);
  const before = repo.emulator.triggers("dev");
  expect(await repo.run("export", "--namespace", "dev")).toMatchObject({ code: 0, writes: [] });

  repo.env = { MIXPEEK_VAR_WEBHOOK_URL: PLANTED };
  // A trigger that would need a write is left out, and the others are adopted.
  repo.emulator.edit("dev", String(before[0]!.name), { description: "By hand" });
  const part = await repo.run("adopt", ...DEV, "--yes");
  expect(part).toMatchObject({ code: 1, stdout: expect.stringMatching(/\n76 adopted\.\n$/), writes: [] });
  expect(part.requests.filter((request) => request === "LIST")).toHaveLength(1);
  const ADOPTED = / is live under this name: stored in the state, not created \[ADOPTED\]$/gm;
  expect(part.stdout.match(ADOPTED)).toHaveLength(76);
  const LEFT =
    /cannot adopt into stack "dev": 1 of 77 is not live as declared\. .+ \[ADOPT_WOULD_WRITE\]\.\n.+: conflict\n {4}.+"By hand" live/;
  expect(part.stderr).toMatch(LEFT);
  const none = await repo.run("adopt", ...DEV, "--yes", "--json");
  expect(none).toMatchObject({ code: 1, writes: [] });
  expect(JSON.parse(none.stdout)).toMatchObject({
    ok: false,
    applied: false,
    summary: { adopt: 0, conflict: 1, unchanged: 76 },
    triggers: expect.arrayContaining([
      expect.objectContaining({
        op: "conflict",
        changes: [expect.objectContaining({ path: "description", live: "By hand" })],
      }),
    ]),
  });
  repo.emulator.edit("dev", String(before[0]!.name), { description: before[0]!.description });

  const up = await repo.run("adopt", ...DEV, "--yes");
  expect([up.code, up.stderr.includes("error"), up.writes]).toEqual([0, false, []]);
  expect(up.stdout.match(ADOPTED)).toHaveLength(1);
  // Not even the time of the last change differs: nothing was touched.
  const untouched = repo.emulator.triggers("dev").slice(1);
  expect(untouched).toEqual(before.slice(1));

  const again = await repo.run("preview", ...DEV);
  expect(again).toMatchObject({ code: 0, writes: [] });
  expect(again.stdout).toMatch(/\n77 unchanged\.\n$/);
});

test("without names, and with one name twice, they are adopted by their ids; afterwards, the adopt lines may be removed", async () => {
  const nightly = {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
  };
  const first = await createTrigger(repo.emulator, nightly);
  await createTrigger(repo.emulator, nightly);
  const { name: _, ...nameless } = { ...nightly, schedule_config: { cron_expression: "0 3 * * *" } };
  const unnamed = await createTrigger(repo.emulator, nameless);
  const exported = await repo.run("export", "--namespace", "dev");
  expect(exported).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      / adopt --env .+# stores the named ones in the state, .+\n.+ up --env .+# sets the names of the 1 that has none\n$/,
    ),
    writes: [],
  });
  const adopted = await repo.run("adopt", ...DEV, "--yes", "--json");
  expect(adopted).toMatchObject({ code: 1, writes: [] });
  expect(JSON.parse(adopted.stdout)).toMatchObject({
    ok: false,
    applied: true,
    summary: { adopt: 1 },
    errors: expect.arrayContaining([
      expect.stringMatching(/1 of 2 is not live as declared.*ADOPT_WOULD_WRITE/),
    ]),
  });

  const up = await repo.run("up", ...DEV, "--yes");
  // This API has names: a trigger without one gets its definition's name.
  expect([up.code, up.writes]).toEqual([0, [`PATCH /v1/triggers/${unnamed}`]]);
  expect(repo.emulator.triggers("dev").map(({ trigger_id: id, name }) => [id, name])).toEqual([
    [first, "nightly"],
    [expect.any(String), "nightly"],
    [unnamed, "cluster-product-clusters-cron-0-3-x-x-x"],
  ]);
  repo.write("environments/dev.yaml", "namespace: dev\n");
  const preview = await repo.run("preview", ...DEV);
  expect(preview).toMatchObject({ code: 2, writes: [] });
  expect(preview.stdout).toContain(`    adopt is "${unnamed}" in the state, absent desired\n`);
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0, writes: [] });
});

test("on an API without names, they are adopted by their ids without a write", async () => {
  await repo.close();
  repo = await Repo.open({ api: "0.81" });
  for (const hour of [2, 3, 3])
    await createTrigger(repo.emulator, {
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      trigger_type: "cron",
      schedule_config: { cron_expression: `0 ${hour} * * *` },
    });
  await repo.run("export", "--namespace", "dev");
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0, writes: [] });
});
