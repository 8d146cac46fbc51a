import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const PROD = ["--env", "prod"];
const INTERVAL = "trigger_type: interval, schedule_config: { interval_seconds: 600 }";
const CRON = 'trigger_type: cron, schedule_config: { cron_expression: "0 4 * * *" }';

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["prod"] });
  repo.write("environments/prod.yaml", "namespace: prod\n");
});
afterEach(() => repo.close());

/** By key: what a definition has besides its action. */
function declare(definitions: Record<string, string>): void {
  const action = 'action_type: cluster, action_config: { cluster_id: "${cluster:product-clusters}" }';
  const lines = Object.entries(definitions).map(([key, rest]) => `  ${key}: { ${action}, ${rest} }\n`);
  repo.write("triggers/all.yaml", `triggers:\n${lines.join("")}`);
}
const up = (...more: string[]) => repo.run("up", ...PROD, "--yes", ...more);
const preview = (...more: string[]) => repo.run("preview", ...PROD, ...more);
const idOf = (name: string): string => repo.live("prod")[name]!.trigger_id;

test("a target that adopts the trigger of another resource also removes that one from the state", async () => {
  declare({ one: INTERVAL, other: INTERVAL });
  await up();
  const id = idOf("one");
  declare({ two: `adopt: ${id}, ${INTERVAL}`, other: INTERVAL });
  for (const target of ["two", "one"]) {
    const { code, stdout } = await preview("--target", target);
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/\n~ two {2}adopt and update\n(.|\n)*\n- one {2}remove from the state\n/),
    ]);
  }
  expect(await up("--target", "two")).toMatchObject({ code: 0, writes: [`PATCH /v1/triggers/${id}`] });
  expect(await preview()).toMatchObject({ code: 0 });
  // Without adopt, each is a trigger of its own, and the next run is quiet.
  declare({ one: INTERVAL, two: INTERVAL, other: INTERVAL });
  expect(await up()).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  expect([idOf("two"), await preview()]).toMatchObject([id, { code: 0 }]);
});

test("a target does not take the live trigger of another definition that was renamed to its name", async () => {
  declare({ one: INTERVAL });
  await up();
  const id = idOf("one");
  repo.emulator.edit("prod", id, { name: "two" });
  declare({ one: INTERVAL, two: INTERVAL });
  expect((await preview("--target", "two")).stdout).toMatch(/\n\+ two {2}create (.|\n)*\n1 to create; /);
  expect(await up("--target", "two")).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  expect(await up()).toMatchObject({ code: 0, writes: [`PATCH /v1/triggers/${id}`] });
  expect([idOf("one"), await preview()]).toMatchObject([id, { code: 0 }]);
});

test("a renamed target includes the delete of what an earlier run replaced under the former key", async () => {
  declare({ a: INTERVAL, other: INTERVAL });
  await up();
  const id = idOf("a");
  declare({ a2: `replaces: a, ${CRON}`, other: INTERVAL });
  repo.emulator.faults.add({ kind: "status", operation: "delete", status: 403 });
  expect(await up()).toMatchObject({ code: 1 });
  repo.emulator.faults.clear();
  declare({ a3: `replaces: a2, ${CRON}`, other: INTERVAL });
  for (const target of ["a3", "a2"]) {
    const { code, stdout } = await preview("--target", target);
    expect([code, stdout]).toEqual([2, expect.stringMatching(/\n~ a3 {2}update\n(.|\n)*\n- a2 {2}delete\n/)]);
  }
  const { code, writes } = await up("--target", "a3");
  expect([code, writes.sort()]).toEqual([
    0,
    [`DELETE /v1/triggers/${id}`, `PATCH /v1/triggers/${idOf("a3")}`],
  ]);
  expect(await preview()).toMatchObject({ code: 0 });
});
