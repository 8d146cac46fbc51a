import { afterEach, beforeEach, expect, test } from "@jest/globals";
import ts from "typescript";
import * as mixpeek from "../../../provider";
import { blockOf } from "../markdown";
import { World } from "../world";

const PAGE = "docs/gitops.md";

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

/** The program from the docs page. */
function program(source: string): () => Promise<void> {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const packages: Record<string, unknown> = { "pulumi-mixpeek": mixpeek };
  return async () => {
    new Function("require", "exports", outputText)((name: string) => packages[name], {});
  };
}

const nothing = async (): Promise<void> => undefined;

const every =
  (names: readonly string[], clusterId = "clust_dev_product_clusters") =>
  async (): Promise<void> => {
    for (const name of names) {
      new mixpeek.Trigger(name, {
        actionType: "cluster",
        actionConfig: { clusterId },
        schedule: mixpeek.cron("0 2 * * *"),
      });
    }
  };

/** Runs a script as the pipeline does, and counts its requests other than lists. */
async function counted(...given: Parameters<World["script"]>) {
  const before = world.emulator.requests().length;
  const ran = await world.script(...given);
  const log = world.emulator.requests().slice(before);
  return { ...ran, writes: log.filter(({ path }) => path !== "/v1/triggers/list").length };
}

test("a program that lost a protected trigger fails and deletes nothing; a retained trigger leaves the state and stays live", async () => {
  const source = blockOf(PAGE, "ts", "protect: true");
  const beside = (main: () => Promise<void>) => async (): Promise<void> => {
    await main();
    await every(["beside"])();
  };
  expect(await world.up(beside(program(source)))).toMatchObject({ ok: true });
  const { trigger_id: id } = world.live()["nightly-clusters"]!;

  const stopped = await counted("pulumi up --yes", nothing);
  expect(stopped).toMatchObject({ writes: 0 });
  expect(stopped.code).not.toBe(0);
  expect(stopped.stdout + stopped.stderr).toMatch(/nightly-clusters[\s\S]*protect/);
  expect(Object.keys(world.live()).sort()).toEqual(["beside", "nightly-clusters"]);

  // Without a preview, the engine processes others before it stops.
  const { trigger_id: other } = world.live()["beside"]!;
  const skipped = await world.up(nothing);
  expect(skipped).toMatchObject({ ok: false, writes: [`DELETE /v1/triggers/${other}`] });
  expect(Object.keys(world.state().triggers)).toEqual(["nightly-clusters"]);

  const retained = program(source.replace("protect: true", "retainOnDelete: true"));
  expect(await world.up(retained)).toMatchObject({ ok: true, writes: [] });
  const left = await world.up(nothing);
  expect(left).toMatchObject({ ok: true, writes: [] });
  expect(world.state().triggers).toEqual({});
  expect(world.live()["nightly-clusters"]).toMatchObject({ trigger_id: id, status: "active" });
  const again = await world.up(retained);
  expect(again).toMatchObject({ ok: true, writes: [] });
  expect(again.output).toContain(`nightly-clusters: ${id} is live under this name: stored in the state`);
});

test("the check stops a run that would delete more than allowed, and lets others pass", async () => {
  const gate = blockOf(PAGE, "sh", "pulumi preview --json");
  const names = ["a", "b", "c"];
  const made = await counted(gate, every(names));
  expect({ ...made, stdout: "" }).toEqual({ code: 0, stdout: "", stderr: "", writes: 3 });
  expect(Object.keys(world.live()).sort()).toEqual(names);

  const stopped = await counted(gate, every(["a"]));
  expect(stopped).toMatchObject({
    code: 1,
    stderr: "This plan deletes 2 resources; the maximum is 0. If that is intended, set MAX_DELETES=2.\n",
    writes: 0,
  });
  expect(await counted(gate, every(["a"]), { MAX_DELETES: "1" })).toMatchObject({ code: 1, writes: 0 });
  expect(Object.keys(world.live()).sort()).toEqual(names);

  expect(await counted(gate, every(["a"]), { MAX_DELETES: "2" })).toMatchObject({ code: 0, writes: 2 });
  expect(Object.keys(world.live())).toEqual(["a"]);
  // A replacement does not count as a delete.
  const replaced = every(["a"], "clust_dev_customer_segments");
  expect(await counted(gate, replaced)).toMatchObject({ code: 0, writes: 2 });

  // A preview that fails ends the pipeline before anything is counted.
  const broken = async (): Promise<void> => {
    new mixpeek.Trigger("a", {
      actionType: "cluster",
      actionConfig: {} as { clusterId: string },
      schedule: mixpeek.cron("0 2 * * *"),
    });
  };
  const failed = await counted(gate, broken);
  expect(failed).toMatchObject({ writes: 0, stderr: "" });
  expect(failed.code).not.toBe(0);
});
