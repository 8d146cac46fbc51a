import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterEach(() => repo.close());

function declare(options: string, cluster: string): void {
  repo.write(
    "triggers/all.yaml",
    `triggers:\n  a: { ${options}action_type: cluster, action_config: { cluster_id: "\${cluster:${cluster}}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`,
  );
}

test("a retained trigger is not replaced if the engine would leave the old one live", async () => {
  declare("retain: true, ", "product-clusters");
  await repo.run("up", ...DEV, "--yes");
  declare("", "customer-segments");
  expect((await repo.run("preview", ...DEV)).stdout).toContain("[RETAINED]");
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 1, writes: [] });
  declare("", "product-clusters");
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
  declare("", "customer-segments");
  const up = await repo.run("up", ...DEV, "--yes");
  expect(up.writes).toEqual(["POST /v1/triggers", expect.stringMatching(/^DELETE /)]);
  expect(repo.emulator.triggers("dev").filter(({ status }) => status === "active")).toHaveLength(1);
});

test("a protected trigger that was deleted outside is not created again, and the preview says so", async () => {
  declare("protect: true, ", "product-clusters");
  await repo.run("up", ...DEV, "--yes");
  repo.emulator.edit("dev", "a", { status: "disabled" });
  const preview = await repo.run("preview", ...DEV);
  expect(preview.code).toBe(1);
  expect(preview.stdout).toContain(
    'cannot recreate trigger "a" in namespace "dev": it was deleted outside Pulumi and is protected. Set protect: false and run up [PROTECTED].',
  );
  declare("", "product-clusters");
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
});

test("a spread schedule is shown, sent and kept: no later run finds a difference", async () => {
  const write = (window: string): void =>
    repo.write(
      "triggers/all.yaml",
      `triggers:\n  a: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: cron, schedule_config: { cron_expression: "0 2 * * *" }, spread: ${window} }\n`,
    );
  write("30m");
  const preview = await repo.run("preview", ...DEV);
  const [, sent] = /spread over 30m: "0 2 \* \* \*" becomes "(\d+ 2 \* \* \*)"/.exec(preview.stdout)!;
  const up = await repo.run("up", ...DEV, "--yes");
  expect(up).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  expect(up.stdout).toContain(`cron "${sent}" UTC`);
  expect(repo.emulator.triggers("dev")[0]!.schedule_config).toMatchObject({ cron_expression: sent });
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0, writes: [] });
  expect(await repo.run("drift", ...DEV)).toMatchObject({ code: 0 });
  write("23h");
  const refused = await repo.run("preview", ...DEV);
  expect(refused).toMatchObject({ code: 1, writes: [] });
  expect(refused.stderr).toContain("SPREAD_INVALID");
});
