import { expect, test } from "@jest/globals";
import type { Ran, Repo } from "../e2e/repo";
import { declare, onEachBackendAndFolder, SEARCH, type TeamBackend } from "./backend";

/** Pairs of first runs, and as many pairs of later runs, on each backend: MIXPEEK_RACES=100 for 200. */
const PAIRS = Number(process.env["MIXPEEK_RACES"] ?? 2);
/** A destroy takes as long as a race, so only every tenth stack is destroyed. The others stay. */
const DESTROY_EACH = 10;
/** In milliseconds. */
const PAIR_TIME = 300_000;

type End = "applied" | "waited" | "locked" | "refused by the store";

/** versitygw stores objects as files: it rejects one while it removes the folder of the other run's lock. */
const REMOVED_FOLDER = /\.pulumi\/locks\/.*ExistingObjectIsDirectory/;

function endOf({ code, stderr }: Ran): End {
  if (code === 0) return /^waited .* for the lock/m.test(stderr) ? "waited" : "applied";
  if (REMOVED_FOLDER.test(stderr)) return "refused by the store";
  expect(stderr).toContain("[STACK_LOCKED]");
  expect(code).toBe(1);
  return "locked";
}

onEachBackendAndFolder("two runs of one stack at once", (backend) => {
  test(
    `${2 * PAIRS} times: no trigger is created twice or lost, and a run that waits for the lock continues`,
    async () => {
      const team = backend();
      const repos = [await team.repo(SEARCH, "unused"), await team.repo(SEARCH, "unused")];
      const ends: Record<string, number> = {};
      for (let at = 0; at < PAIRS; at++) {
        const stack = `race-${at}`;
        const names = [`t${at}-a`, `t${at}-b`];
        for (const repo of repos) repo.write(`environments/${stack}.yaml`, "namespace: prod\n");
        // Half of them wait for the lock.
        const options = at % 2 === 0 ? ["--lock-timeout", "5m"] : [];
        for (const kind of ["first", "later"]) {
          if (kind === "later") names.push(`t${at}-c`);
          for (const repo of repos) declare(repo, ...names);
          const both = await race(team, repos, stack, options);
          const pair = `${kind}: ${both.sort().join(" and ")}`;
          ends[pair] = (ends[pair] ?? 0) + 1;
          if (options.length > 0) expect([pair, both.includes("locked")]).toEqual([pair, false]);
          await expectOnce(team, repos[0]!, stack, names);
        }
        if (at % DESTROY_EACH === 0) await expectDestroyed(team, repos[0]!, stack, names);
      }
      if (process.env["MIXPEEK_RACES"]) process.stderr.write(`${team.name}: ${JSON.stringify(ends)}\n`);
    },
    PAIRS * PAIR_TIME,
  );
});

async function race(
  team: TeamBackend,
  repos: readonly Repo[],
  stack: string,
  options: readonly string[],
): Promise<End[]> {
  const up = ["up", "--env", stack, "--yes", ...options];
  const ends = (await Promise.all(repos.map((repo) => team.run(repo, ...up)))).map(endOf);
  // Each may see the other's lock, and then neither continues.
  if (!ends.includes("applied") && !ends.includes("waited"))
    expect((await team.run(repos[0]!, ...up)).code).toBe(0);
  return ends;
}

/** Each trigger was created exactly once, is live, and is in the state with its id. */
async function expectOnce(
  team: TeamBackend,
  repo: Repo,
  stack: string,
  names: readonly string[],
): Promise<void> {
  const created = repo.emulator.triggers("prod").filter(({ name }) => names.includes(String(name)));
  expect(created.map(({ name }) => name).sort()).toEqual(names);
  const live = liveIds(repo, names);
  const resources = await team.resources(repo, stack);
  const held = resources.flatMap(({ type, id }) => (String(type).endsWith("mixpeek:Trigger") ? [id] : []));
  expect(held.sort()).toEqual(live.sort());
  expect(held).toHaveLength(names.length);
}

/** What the races left can be destroyed, and then no trigger is live. */
async function expectDestroyed(
  team: TeamBackend,
  repo: Repo,
  stack: string,
  names: readonly string[],
): Promise<void> {
  const { code, stderr } = await team.run(repo, "destroy", "--env", stack, "--yes");
  expect([stack, code, stderr]).toEqual([stack, 0, expect.not.stringContaining("[")]);
  expect(liveIds(repo, names)).toEqual([]);
}

const liveIds = (repo: Repo, names: readonly string[]): string[] => {
  const live = repo.live("prod");
  return names.flatMap((name) => live[name]?.trigger_id ?? []);
};
