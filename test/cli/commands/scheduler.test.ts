import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ok, type Reply, serving, vendorError, wireTrigger } from "../../api/server";
import { Repo } from "../../e2e/repo";

const STOPPED = { beat_running: false, last_heartbeat: "2026-11-28T11:00:00", age_seconds: 3600 };
const TEXT =
  "The service's scheduler has stopped: last heartbeat 2026-11-28T11:00:00.000Z, 3600 s ago. Overdue triggers run when it starts again; the definitions are not the cause [SCHEDULER_STOPPED].";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  repo.write(
    "triggers/a.yaml",
    [
      "triggers:",
      "  nightly:",
      "    action_type: cluster",
      "    action_config: { cluster_id: clust_1 }",
      "    trigger_type: interval",
      "    schedule_config: { interval_seconds: 60 }",
      "",
    ].join("\n"),
  );
  for (const name of ["dev", "prod"]) repo.write(`environments/${name}.yaml`, `namespace: ${name}\n`);
});
afterEach(() => repo.close());

/**
 * Runs the command with a service whose single trigger is or is not overdue. Out: also how often the heartbeat was
 * read.
 */
async function run(args: string[], { overdue, beat }: { overdue: boolean; beat: Reply }) {
  const trigger = wireTrigger({
    name: "nightly",
    trigger_type: "interval",
    schedule_config: { interval_seconds: 60 },
    is_overdue: overdue,
  });
  const server = await serving(({ url }) =>
    url.startsWith("/v1/health") ? beat : ok({ results: [trigger], total: 1, offset: 0, limit: 1000 }),
  );
  repo.env = { MIXPEEK_BASE_URL: server.url };
  const ran = await repo.run(...args);
  return { ...ran, beats: server.seen.filter(({ url }) => url.startsWith("/v1/health")).length };
}

const DRIFT = ["drift", "--env", "prod"];
const COMPARE = ["compare", "--env", "dev", "--env", "prod"];

test.each<[string, string[]]>([
  ["drift", DRIFT],
  ["drift --format markdown", [...DRIFT, "--format", "markdown"]],
  ["compare", COMPARE],
  ["compare --format markdown", [...COMPARE, "--format", "markdown"]],
])(
  "%s reports that the scheduler has stopped, with one request, if a trigger is overdue",
  async (_, args) => {
    const plain = (text: string): string => text.replaceAll("\\", "");
    const found = await run(args, { overdue: true, beat: ok(STOPPED) });
    expect([found.code, found.beats]).toEqual([0, 1]);
    expect(plain(found.stdout)).toContain(`${TEXT}\n`);
    const silent: [boolean, Reply, number][] = [
      [false, ok(STOPPED), 0],
      [true, ok({ ...STOPPED, beat_running: true, age_seconds: 30 }), 1],
      [true, { status: 404, json: { detail: "Not Found" } }, 1],
    ];
    for (const [overdue, beat, beats] of silent) {
      const other = await run(args, { overdue, beat });
      expect([other.code, other.beats, other.stdout.includes("scheduler")]).toEqual([0, beats, false]);
      expect(other.stderr).not.toContain("scheduler");
    }
  },
);

test.each<[string, string[]]>([
  ["drift", DRIFT],
  ["compare", COMPARE],
])("%s as data: the service's response, running or not, or nothing", async (_, args) => {
  const json = async (overdue: boolean, beat: Reply): Promise<unknown> =>
    JSON.parse((await run([...args, "--format", "json"], { overdue, beat })).stdout).scheduler;
  expect(await json(true, ok(STOPPED))).toEqual({
    running: false,
    last_heartbeat: "2026-11-28T11:00:00.000Z",
    age_seconds: 3600,
  });
  expect(await json(true, ok({ beat_running: true }))).toEqual({
    running: true,
    last_heartbeat: null,
    age_seconds: null,
  });
  expect(await json(true, { status: 404, json: { detail: "Not Found" } })).toBeUndefined();
  expect(await json(false, ok(STOPPED))).toBeUndefined();
});

test("if the service does not report the heartbeat, the command does not fail: one line on stderr", async () => {
  const { code, stdout, stderr, beats } = await run(DRIFT, {
    overdue: true,
    beat: vendorError(403, "ForbiddenError", "no"),
  });
  expect([code, beats]).toEqual([0, 1]);
  expect(stdout).toContain("nightly  overdue");
  expect(stderr).toMatch(/^cannot read the scheduler's heartbeat of the service: .* \[FORBIDDEN\]\.\n/m);
});
