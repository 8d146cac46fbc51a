import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { killEngines, type ProcessTree } from "../process-tree";
import { Repo } from "../repo";

const NAMES = Array.from({ length: 6 }, (_, at) => `t${at}`);
const UP = ["up", "--env", "dev", "--yes"];
const AGAIN = "Run the same command again: it reads the live triggers and makes the remaining changes";
/** A provider in its own process ends with the engine, and only the provider knows the responses. */
const isDetached = process.env["E2E_PROVIDER"] === "process";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  const trigger = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }`;
  repo.write("triggers/all.yaml", `triggers:\n${NAMES.map(trigger).join("\n")}\n`);
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterEach(() => repo.close());

/** The next run leaves each trigger exactly once, and the one after it has nothing to do. */
async function continues(): Promise<void> {
  expect(await repo.run(...UP)).toMatchObject({ code: 0 });
  const live = repo.emulator.triggers("dev").map(({ name }) => name);
  expect(live.sort()).toEqual(NAMES);
  expect(await repo.run(...UP)).toMatchObject({
    code: 0,
    writes: [],
    stdout: expect.stringContaining("6 unchanged."),
  });
}

describe("a run that is stopped", () => {
  test.each([
    ["SIGINT", "the command", 130, "Ctrl-C (SIGINT)"],
    ["SIGTERM", "the command", 143, "SIGTERM"],
    // As a terminal sends it: the engine must not receive it a second time.
    ["SIGINT", "the process group", 130, "Ctrl-C (SIGINT)"],
  ] as const)("%s to %s: what is in progress is completed and recorded", async (name, to, code, by) => {
    const held = repo.emulator.hold({ operation: "create" });
    const run = repo.start(...UP);
    await held.reached;
    if (to === "the command") run.interrupt(name);
    else run.interruptGroup(name);
    await run.prints(
      /^Finishing the calls in progress, then stopping\. Press Ctrl-C again to stop at once\.$/m,
    );
    await held.release();
    expect([await run.ended, run.output]).toEqual([
      code,
      expect.stringContaining(`\nStopped by ${by} after the changes in progress were complete: `),
    ]);
    expect(run.output).toMatch(
      /\d of 6 changes done(, nothing is left to do|, \d not started\. Run the same command again: .*) \[INTERRUPTED\]\.\n$/,
    );
    expect(run.output).not.toMatch(/cancel/i);
    await continues();
  });

  test("twice: it ends at once, and lists what was in progress", async () => {
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const run = repo.start(...UP);
    await held.reached;
    run.interruptGroup("SIGINT");
    await run.prints(/again to stop at once/);
    run.interruptGroup("SIGINT");
    expect(await run.ended).toBe(130);
    await held.release();
    expect(run.output).toContain(
      "Stopped at once by a second Ctrl-C (SIGINT), without waiting for the changes in progress: 0 of 6 changes done, ",
    );
    expect(run.output).toContain(
      `not started. Changes that are done may be missing from the state. ${AGAIN} [INTERRUPTED].\n`.slice(
        isDetached ? "not started. ".length : 0,
      ),
    );
    if (!isDetached) {
      expect(run.output).toMatch(/, 1 with an unknown outcome \(t\d\), 5 not started\./);
      expect(run.output).toContain("1 with an unknown outcome, 5 not applied.\n");
    }
    await continues();
  });

  test("before the plan is applied: nothing was changed", async () => {
    const held = repo.emulator.hold({ operation: "list" });
    const run = repo.start(...UP, "--json");
    await held.reached;
    run.interrupt("SIGTERM");
    await run.prints(/Finishing the calls in progress/);
    await held.release();
    expect(await run.ended).toBe(143);
    expect(jsonIn(run)).toMatchObject({
      ok: false,
      applied: false,
      errors: [expect.stringMatching(/^Stopped by SIGTERM .*\[INTERRUPTED\]\.$/)],
    });
    expect(repo.emulator.triggers("dev")).toEqual([]);
  });
});

describe("an engine that is killed", () => {
  test.each([
    ["text", []],
    ["JSON", ["--json"]],
  ] as const)("%s: what the API acknowledged is done, and nothing else", async (format, options) => {
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const run = repo.start(...UP, ...options);
    await held.reached;
    await killEngines(process.pid);
    await held.release();
    expect(await run.ended).toBe(1);
    const made = repo.emulator.triggers("dev").map(({ name }) => String(name));
    const [done, rest] = isDetached
      ? [0, `6 with an unknown outcome (t0, t1, t2, t3, t4 and 1 more)`]
      : [made.length, `${6 - made.length} not started`];
    const line = `the Pulumi engine was killed (SIGKILL, often because of a lack of memory) before the run was complete: ${done} of 6 changes done${rest.startsWith("0 ") ? "" : `, ${rest}`}. Changes that are done may be missing from the state. ${AGAIN} [ENGINE_DIED].`;
    const left = isDetached ? "unknown" : "not applied";
    if (format === "text") {
      expect(run.output.endsWith(`\n${line}\n`)).toBe(true);
      for (const name of NAMES)
        expect(run.output).toContain(
          `+ ${name}  ${!isDetached && made.includes(name) ? "created" : isDetached ? "create, outcome unknown" : "create, not applied"}  `,
        );
    } else {
      expect(jsonIn(run)).toMatchObject({
        ok: false,
        applied: false,
        errors: [line],
        progress: NAMES.map((name) => ({
          name,
          progress: !isDetached && made.includes(name) ? "done" : left,
        })),
      });
    }
    await continues();
  });
});

const jsonIn = ({ output }: ProcessTree): Record<string, unknown> =>
  JSON.parse(output.slice(output.indexOf("\n{") + 1, output.lastIndexOf("}") + 1));
