import { resolve } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { TriggerSet } from "../../../provider";
import { manualClock } from "../../../provider/emulator";
import { Repo, search } from "../repo";
import { World } from "../world";

const CLOCK = resolve(__dirname, "../moved-clock.cjs");
const DEV = ["--env", "dev"];
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

let open: { close(): Promise<void> } | undefined;
afterEach(() => open?.close());

/** A repository whose commands use the emulator's clock. */
async function repoAt(time: string): Promise<{ repo: Repo; moveTo: (time: string) => void }> {
  const repo = await Repo.open({ clock: manualClock(time), stacks: ["dev"] });
  open = repo;
  let now = Date.parse(time);
  const moveTo = (to: string): void => {
    repo.emulator.advance((Date.parse(to) - now) / 1000);
    now = Date.parse(to);
    repo.env = { NODE_OPTIONS: `--require ${CLOCK}`, MOVED_CLOCK: to };
  };
  moveTo(time);
  return { repo, moveTo };
}

const withoutHead = (stdout: string): string => stdout.slice(stdout.indexOf("\n") + 1);
const statuses = (repo: Repo): Record<string, string> =>
  Object.fromEntries(Object.entries(repo.live("dev")).map(([name, { status }]) => [name, status]));

const FREEZE = `namespace: dev
variables: { hour: 2 }
quiet:
  - from: 2026-12-20
    until: 2026-12-27
    timezone: Europe/Paris
    reason: year-end freeze
`;
const UNTIL = "quiet until 2026-12-27T00:00:00+01:00: year-end freeze";

test("`drift --fix` pauses the triggers of a window; `up` after it resumes them, but no manual pause", async () => {
  const { repo, moveTo } = await repoAt("2026-12-19T12:00:00Z");
  search(repo);
  repo.write("environments/dev.yaml", FREEZE);
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  repo.edit("environments/dev.yaml", "hour: 2", "hour: 4");
  expect(await repo.run("preview", ...DEV, "--out", "plan.json")).toMatchObject({ code: 2 });

  moveTo("2026-12-20T09:00:00Z");
  const stale = await repo.run("up", ...DEV, "--yes", "--plan", "plan.json");
  expect(stale).toMatchObject({ code: 1, writes: [] });
  expect(stale.stderr).toContain(
    "  dev/search-canary: planned unchanged, now update\n  dev/search-canary: planned outside of quiet, now in quiet until 2026-12-27T00:00:00+01:00\n",
  );
  repo.edit("environments/dev.yaml", "hour: 4", "hour: 2");

  const drift = await repo.run("drift", ...DEV);
  expect([drift.code, drift.stdout]).toEqual([
    2,
    `environments/dev.yaml: 2 triggers drifted.
~ nightly-clusters
    status is "active" live, "paused" desired (${UNTIL})
~ search-canary
    status is "active" live, "paused" desired (${UNTIL})
`,
  ]);
  const fixed = await repo.run("drift", ...DEV, "--fix", "--yes");
  expect([fixed.code, fixed.writes.length]).toEqual([0, 2]);
  expect(statuses(repo)).toEqual({ "nightly-clusters": "paused", "search-canary": "paused" });
  const { checkpoint } = JSON.parse(repo.read(STATE));
  const canary = checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn.endsWith("canary"));
  expect(canary.outputs).toMatchObject({
    quiet_pause: { until: "2026-12-27T00:00:00+01:00", reason: "year-end freeze" },
  });
  const preview = await repo.run("preview", ...DEV);
  const kept = `    ${UNTIL}; paused until then; the first \`up\` or \`drift --fix\` after that resumes it\n`;
  expect([preview.code, withoutHead(preview.stdout)]).toEqual([
    0,
    `  nightly-clusters  unchanged\n${kept}  search-canary     unchanged\n${kept}2 unchanged.\n`,
  ]);
  expect(await repo.run("refresh", ...DEV, "--yes")).toMatchObject({ code: 0, requests: ["LIST"] });

  moveTo("2026-12-21T09:00:00Z");
  repo.emulator.edit("dev", "search-canary", { status: "active" });
  moveTo("2026-12-21T09:05:00Z");
  repo.emulator.edit("dev", "search-canary", { status: "paused" });
  // Changed, but not resumed: the feed shows that the pause is still the stack's.
  repo.emulator.edit("dev", "nightly-clusters", { description: "by hand" });

  moveTo("2026-12-27T09:00:00Z");
  repo.edit("triggers/search.yaml", "Cluster all products each night", "by hand");
  const up = await repo.run("up", ...DEV, "--yes");
  expect([up.code, up.writes.length]).toEqual([0, 1]);
  expect(withoutHead(up.stdout)).toContain('status is "paused" live, "active" desired (quiet over)');
  expect(withoutHead(up.stdout)).toContain(
    "left paused: an earlier run paused it for planned quiet, and the trigger has changed since",
  );
  expect(statuses(repo)).toEqual({ "nightly-clusters": "active", "search-canary": "paused" });
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0, writes: [] });
});

test("a window that is removed from the file ends; a trigger created in a window is paused, and one that is excluded in it is deleted", async () => {
  const { repo, moveTo } = await repoAt("2026-12-20T09:00:00Z");
  search(repo);
  repo.write("environments/dev.yaml", FREEZE);
  const created = await repo.run("up", ...DEV, "--yes");
  expect(created).toMatchObject({ code: 0, writes: ["POST /v1/triggers", "POST /v1/triggers"] });
  expect(statuses(repo)).toEqual({ "nightly-clusters": "paused", "search-canary": "paused" });
  moveTo("2026-12-21T09:00:00Z");
  repo.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\nexclude: [search-canary]\n");
  const up = await repo.run("up", ...DEV, "--yes");
  expect(up.code).toBe(0);
  expect(statuses(repo)).toEqual({ "nightly-clusters": "active" });
});

test("a program with a TriggerSet does the same", async () => {
  const world = await World.start();
  open = world;
  const hour = (after: number): string => new Date(Date.now() + after * 3_600_000).toISOString();
  const program = (from: number, until: number) => async () => {
    new TriggerSet("search", {
      definitions: "examples/typescript-yaml/triggers/*.yaml",
      environment: {
        namespace: "dev",
        variables: { zone: "Europe/Paris" },
        quiet: [{ from: hour(from), until: hour(until), reason: "freeze" }],
      },
    });
  };
  const names = ["nightly-clusters", "enrich-new-products"] as const;
  const statusOf = (): unknown[] => names.map((name) => world.live()[name]!.status);
  expect(await world.up(program(1, 2))).toMatchObject({ ok: true });
  expect(statusOf()).toEqual(["active", "active"]);

  world.emulator.advance(60);
  const began = program(-1, 2);
  const preview = await world.preview(began);
  expect(preview.writes).toEqual([]);
  expect(preview.output).toMatch(/nightly-clusters: quiet until \S+: freeze; paused until then; /);
  expect((await world.up(began)).writes).toHaveLength(2);
  expect(statusOf()).toEqual(["paused", "paused"]);
  expect(world.state().triggers["search-nightly-clusters"]!["outputs"]).toMatchObject({
    quiet_pause: { reason: "freeze" },
  });

  world.emulator.advance(60);
  world.emulator.edit("dev", "enrich-new-products", { status: "active" });
  world.emulator.advance(60);
  world.emulator.edit("dev", "enrich-new-products", { status: "paused" });
  const ended = await world.up(program(-3, -1));
  expect(ended).toMatchObject({ ok: true, writes: [expect.stringMatching(/\/resume$/)] });
  expect(statusOf()).toEqual(["active", "paused"]);
  expect(await world.up(program(-3, -1))).toMatchObject({ ok: true, writes: [] });
});

test.each([
  [900, "behind"],
  [-3600, "ahead of"],
])("a service clock that differs by %s s gives one warning, if quiet is declared", async (seconds, way) => {
  const { repo } = await repoAt("2026-12-19T12:00:00Z");
  search(repo);
  repo.write("environments/dev.yaml", FREEZE);
  repo.emulator.faults.add({ kind: "clock_skew", seconds });
  for (const command of [["preview"], ["up", "--yes"], ["drift"]]) {
    const { stderr } = await repo.run(...command, ...DEV);
    const [[, text = "", found] = [], ...more] = stderr.matchAll(
      /^(This machine's clock is (\d+) s .*\[CLOCK_SKEW\].*)$/gm,
    );
    expect(text).toContain(
      ` s ${way} the API's, so planned quiet begins and ends at the wrong time. Correct this machine's clock [CLOCK_SKEW].`,
    );
    // The emulator's clock stands still while a command runs.
    expect(Math.abs(Number(found) - Math.abs(seconds))).toBeLessThan(60);
    expect(more).toEqual([]);
  }
  repo.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\n");
  expect((await repo.run("preview", ...DEV)).stderr).not.toContain("CLOCK_SKEW");
});
