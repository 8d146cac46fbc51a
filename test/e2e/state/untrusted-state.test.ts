import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SHIM } from "../../../provider/pulumi/resource/shim";
import { Repo } from "../repo";

const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

let repo: Repo;
const applied = Repo.applied(
  (made) => {
    const trigger = (name: string): string =>
      `  ${JSON.stringify(name)}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }`;
    made.write("triggers/all.yaml", `triggers:\n${["nightly", "a: b"].map(trigger).join("\n")}\n`);
    made.write("environments/dev.yaml", "namespace: dev\n");
  },
  "--env",
  "dev",
);
beforeEach(async () => {
  repo = await applied();
});
afterEach(() => repo.close());

test("no command runs code in a state that is not this package's", async () => {
  const state = repo.read(STATE);
  for (const at of ["inputs", "outputs"]) {
    // Differs from the shim, but is harmless.
    const changed = JSON.parse(state);
    const [trigger] = changed.checkpoint.latest.resources.filter(({ id }: { id?: string }) =>
      id?.startsWith("trg_"),
    );
    trigger[at].__provider = `${SHIM} `;
    repo.write(STATE, JSON.stringify(changed));
    for (const args of [
      ["preview"],
      ["up", "--yes"],
      ["up", "--yes", "--full"],
      ["adopt", "--yes"],
      ["refresh", "--yes"],
      ["destroy", "--yes"],
    ]) {
      const { code, stderr, writes } = await repo.run(...args, "--env", "dev");
      expect([at, args, code, writes]).toEqual([at, args, 1, []]);
      expect([at, args, stderr]).toEqual([at, args, expect.stringContaining("[STATE_UNTRUSTED]")]);
    }
    // drift runs no code, and reports it.
    expect((await repo.run("drift", "--env", "dev")).code).toBe(0);
  }
});

test("reports about a trigger show its own name, whatever the name contains", async () => {
  repo.emulator.edit("dev", "a: b", { description: "By hand" });
  const refreshed = await repo.run("refresh", "--env", "dev", "--yes");
  expect(refreshed.stdout).toContain(
    '\na: b: description is "By hand" live, absent in the state (live drifted)\n',
  );
  const { stdout } = await repo.run("up", "--env", "dev", "--yes", "--json");
  expect(JSON.parse(stdout).triggers).toEqual([expect.objectContaining({ name: "a: b", op: "update" })]);
});
