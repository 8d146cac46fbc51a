import { afterEach, describe, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import type { EmulatorOptions } from "../../../provider/emulator";
import { appliedActive, appliedNightly } from "../applied-worlds";
import { nightly } from "../definitions";
import { Repo } from "../repo";
import type { World } from "../world";

let world: World;
let opened: { close: () => Promise<void> } | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const SAID =
  'nightly: disabled by the service after 3 failed runs, last error: "no such cluster"; resumed if the service allows it, otherwise created again';
const GONE = "nightly: deleted outside Pulumi (disabled), created again";

const id = () => String(world.live()["nightly"]?.["trigger_id"]);
const recorded = () => world.state().triggers["nightly"]!;

type Program = ReturnType<typeof nightly>;

const undeclared = nightly();
const active = nightly({ status: "active" });
const applied = new Map([
  [undeclared, appliedNightly],
  [active, appliedActive],
]);

/** Applies `nightly` and makes its runs fail until the service has disabled it. Out: its id. */
async function givenUp(program: Program, options: EmulatorOptions = {}): Promise<string> {
  world = await applied.get(program)!(options);
  opened = world;
  const before = id();
  world.emulator.failRuns("dev", "nightly", "no such cluster", 3);
  world.emulator.advance(3 * 86_400);
  const disabled = world.emulator.edit("dev", "nightly", { status: "disabled" });
  expect(disabled).toMatchObject({ trigger_id: before, consecutive_failures: 3 });
  return before;
}

/** The preview uses the opposite refresh option, so that both are tested with and without a refresh. */
const CASES: [string, string, Program, { refresh: boolean }][] = [
  ["nothing", "not refreshed", undeclared, { refresh: false }],
  ["status active", "refreshed first", active, { refresh: true }],
];

describe("the service disabled it after failed runs, and allows a resume", () => {
  test.each(CASES)(
    "%s is declared: one list, one resume, the same id, %s",
    async (_, __, program, options) => {
      const before = await givenUp(program, { disabledCanBeResumed: true });
      const preview = await world.preview(program, { refresh: !options.refresh });
      expect(preview).toMatchObject({
        ok: true,
        lists: 1,
        writes: [],
        ops: { nightly: "create-replacement" },
      });
      expect(preview.output).toContain(SAID);

      const revived = await world.up(program, options);
      expect(revived).toMatchObject({
        ok: true,
        requests: ["LIST", `POST /v1/triggers/${before}/resume`],
        statuses: [200, 200],
      });
      expect(revived.output).toContain(SAID);
      expect(revived.output).toContain(`nightly: ${before} is resumed`);
      // It replaces itself: it is neither deleted nor reported as held by another resource.
      expect(revived.output).not.toContain("is kept");
      expect(world.emulator.triggers("dev")).toHaveLength(1);
      expect(world.live()["nightly"]).toMatchObject({
        trigger_id: before,
        status: "active",
        consecutive_failures: 0,
      });
      expect(recorded()).toMatchObject({ id: before, outputs: { trigger_id: before, status: "active" } });
      expect(world.state().text).not.toContain('"delete": true');

      const settled = { ok: true, ops: { nightly: "same" }, requests: ["LIST"] };
      expect(await world.up(program, options)).toMatchObject(settled);
      // It runs again, and belongs to the stack as before.
      world.emulator.advance(86_400);
      expect(world.live()["nightly"]).toMatchObject({ last_execution_status: "COMPLETED" });
      expect(await world.destroy()).toMatchObject({ ok: true, writes: [`DELETE /v1/triggers/${before}`] });
    },
  );

  test("edited in the meantime: resumed, then changed by one PATCH", async () => {
    const before = await givenUp(undeclared, { disabledCanBeResumed: true });
    const edited = nightly({ schedule: mixpeek.cron("0 4 * * *") });
    const revived = await world.up(edited);
    expect(revived).toMatchObject({
      ok: true,
      requests: ["LIST", `POST /v1/triggers/${before}/resume`, `PATCH /v1/triggers/${before}`],
    });
    expect(revived.output).toContain(
      'nightly: schedule_config.cron_expression is "0 2 * * *" live, "0 4 * * *" desired (you edited)',
    );
    expect(world.live()["nightly"]).toMatchObject({ schedule_config: { cron_expression: "0 4 * * *" } });
    expect(await world.up(edited)).toMatchObject({ ops: { nightly: "same" }, requests: ["LIST"] });
  });

  test("paused is declared: recreated and created paused, because a resumed trigger could fire in between", async () => {
    const before = await givenUp(active, { disabledCanBeResumed: true });
    const paused = nightly({ status: "paused" });
    const preview = await world.preview(paused);
    expect(preview).toMatchObject({ ok: true, writes: [] });
    expect(preview.output).toContain(GONE);

    const recreated = await world.up(paused, { refresh: true });
    expect(recreated).toMatchObject({ ok: true, requests: ["LIST", "POST /v1/triggers"] });
    expect(id()).not.toBe(before);
    expect(world.live()["nightly"]).toMatchObject({ status: "paused", execution_count: 0 });
    expect(recorded()).toMatchObject({ id: id(), outputs: { status: "paused", declared_status: "paused" } });
    expect(await world.up(paused)).toMatchObject({ ops: { nightly: "same" }, requests: ["LIST"] });
  });
});

test.each(CASES)(
  "it cannot be resumed, %s is declared: one list, the rejected resume, one create, a new id, %s",
  async (_, __, program, options) => {
    const before = await givenUp(program);
    expect((await world.preview(program, { refresh: !options.refresh })).output).toContain(SAID);

    const recreated = await world.up(program, options);
    expect(recreated).toMatchObject({
      ok: true,
      requests: ["LIST", `POST /v1/triggers/${before}/resume`, "POST /v1/triggers"],
      statuses: [200, 400, 200],
    });
    expect(recreated.output).toContain(SAID);
    expect(recreated.output).not.toContain("is resumed");
    expect(id()).not.toBe(before);
    expect(world.live()["nightly"]).toMatchObject({ status: "active", consecutive_failures: 0 });
    expect(recorded()).toMatchObject({ id: id(), outputs: { trigger_id: id(), status: "active" } });

    const settled = { ok: true, ops: { nightly: "same" }, requests: ["LIST"] };
    expect(await world.up(program, options)).toMatchObject(settled);
    expect(world.emulator.triggers("dev").map(({ status }) => status)).toEqual(["disabled", "active"]);
  },
);

test("the command does the same: drift reports it, up resumes it", async () => {
  const repo = await Repo.open({ disabledCanBeResumed: true, stacks: ["dev"] });
  opened = repo;
  const DEV = ["--env", "environments/dev.yaml"];
  repo.write("environments/dev.yaml", "namespace: dev\n");
  repo.write(
    "triggers/nightly.yaml",
    "triggers:\n  nightly: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: cron, schedule_config: { cron_expression: 0 2 * * * } }\n",
  );
  await repo.run("up", ...DEV, "--yes");
  const before = repo.live("dev")["nightly"]!.trigger_id;
  repo.emulator.failRuns("dev", "nightly", "no such cluster", 3);
  repo.emulator.advance(3 * 86_400);
  repo.emulator.edit("dev", "nightly", { status: "disabled" });

  const drift = await repo.run("drift", ...DEV);
  expect(drift).toMatchObject({ code: 2, writes: [] });
  expect(drift.stdout).toContain(
    'disabled by the service after 3 failed runs, last error: "no such cluster"\n',
  );

  const up = await repo.run("up", ...DEV, "--yes");
  expect(up).toMatchObject({ code: 0, writes: [`POST /v1/triggers/${before}/resume`] });
  expect(up.stdout).toContain(SAID.slice("nightly: ".length));
  expect(repo.live("dev")["nightly"]).toMatchObject({ trigger_id: before, status: "active" });
  expect(await repo.run("drift", ...DEV)).toMatchObject({ code: 0, requests: ["LIST"] });
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
});
