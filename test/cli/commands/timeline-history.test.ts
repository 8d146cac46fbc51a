import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { nightly } from "../../core/files";
import type { Rig } from "../../emulator/harness";
import { TimelineRig } from "./timeline-rig";

let repository: TimelineRig;
let rig: Rig;

beforeEach(async () => {
  repository = await TimelineRig.start({
    "triggers/a.yaml": nightly(),
    "environments/dev.yaml": "namespace: dev\n",
  });
  rig = repository.service;
});
afterEach(() => repository.stop());

const run = (...args: string[]) => repository.run(...args);

describe("--history", () => {
  const created = async (name: string, seconds: number): Promise<string> => {
    const { body } = await rig.call("POST", "/v1/triggers", {
      name,
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      trigger_type: "interval",
      schedule_config: { interval_seconds: seconds },
    });
    return body.trigger_id;
  };
  const NOW_ON = ["--env", "dev", "--from", "2026-10-21T23:00:00Z", "--for", "1d"];

  test("compares the last runs with the time to the next, with one request per trigger", async () => {
    const [tight, calm] = [await created("tight", 300), await created("calm", 3600)];
    rig.emulator.setRunTime("dev", "tight", 432_000);
    rig.emulator.advance(3600);
    const { out, requests } = await run(...NOW_ON, "--history", "--format", "json");
    expect(requests.sort()).toEqual([
      ...[tight, calm].map((id) => `GET /v1/triggers/${id}/history`).sort(),
      "POST /v1/triggers/list",
    ]);
    const { warnings, notes } = JSON.parse(out);
    expect(warnings.filter(({ code }: { code: string }) => code === "RUNS_OVERLAP")).toMatchObject([
      {
        code: "RUNS_OVERLAP",
        environment: "dev",
        names: ["tight"],
        message:
          "two runs start 5 min apart, and the longest of its last 12 runs took 7 min 12 s: a run may start before the previous one has ended",
        hint: "Choose a schedule whose runs are more than 7 min 12 s apart.",
        at: [expect.any(String)],
      },
    ]);
    expect(notes).toContain("RUNS_OVERLAP compares 2 triggers with the durations of 13 runs in the history.");
    expect((await run(...NOW_ON, "--history", "--format", "html")).out).toContain(
      "<code>RUNS_OVERLAP</code> <b>tight</b>",
    );
  });

  test("is the only option with more requests than the one list", async () => {
    await created("tight", 300);
    expect((await run(...NOW_ON)).requests).toEqual(["POST /v1/triggers/list"]);
  });

  test("is rejected with --offline", async () => {
    await expect(run(...NOW_ON, "--history", "--offline")).rejects.toThrow(
      "--history needs the API, which --offline does not use. Omit one of them.",
    );
  });
});

test("a run that the service does not start is overdue, in each format", async () => {
  await rig.call("POST", "/v1/triggers", {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
  });
  rig.emulator.setScheduler(false);
  rig.emulator.advance(10_800);
  const options = ["--env", "dev", "--from", "2026-10-22T01:00:00Z", "--zone", "Europe/Paris"];
  expect((await run(...options)).out).toContain("  nightly  overdue since Thu 22 Oct 02:00 +02:00\n");
  expect(JSON.parse((await run(...options, "--format", "json")).out).triggers[0]).toMatchObject({
    overdue: true,
    overdue_since: "2026-10-22T00:00:00.000Z",
  });
  expect((await run(...options, "--format", "html")).out).toContain("overdue since Thu 22 Oct 02:00 +02:00");
});
