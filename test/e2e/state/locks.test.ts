import { existsSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const STATE = ".mixpeek/state/.pulumi";
const LOCK = `${STATE}/locks/organization/search-triggers/dev/11111111-2222-4333-8444-555555555555.json`;
const SINCE = "2026-11-24T12:00:00Z";
const ELSEWHERE = { pid: 4711, username: "ann", hostname: `not-${hostname()}`, timestamp: SINCE };
const DEAD = { ...ELSEWHERE, pid: 2 ** 22 + 1, hostname: hostname() };
const ALIVE = { ...DEAD, pid: process.pid };

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  writeFiles();
});
afterEach(() => repo.close());

const applied = Repo.applied(
  (made) => {
    repo = made;
    writeFiles();
  },
  ...DEV,
);
/** Replaces the repository that a test starts with. */
async function openApplied(): Promise<void> {
  await repo.close();
  repo = await applied();
}

function writeFiles(): void {
  repo.write("environments/dev.yaml", "namespace: dev\n");
  declare("nightly", "hourly");
}

function declare(...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  repo.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}

const lock = (content: object | string): void =>
  repo.write(LOCK, typeof content === "string" ? content : JSON.stringify(content));
const release = (): void => rmSync(join(repo.folder, LOCK));
const isLocked = (): boolean => existsSync(join(repo.folder, LOCK));
/** How long a run waited is more than its timeout on a busy machine. */
const WAITED = /This run waited \d+ s for the lock\./;
const text = ({ stdout, stderr }: { stdout: string; stderr: string }): string => stdout + stderr;

describe("--lock-timeout", () => {
  test("waits for the run that holds the lock, and continues from what that run left", async () => {
    const held = repo.emulator.hold({ operation: "create" });
    const first = repo.start("up", ...DEV, "--yes");
    await held.reached;
    const second = repo.start("up", ...DEV, "--yes", "--lock-timeout", "2m");
    await second.prints(
      /waiting for the lock of stack "dev" \(up to 2 min\), held by a run of \S+ \(pid \d+, since /,
    );
    await held.release();
    expect(await first.ended).toBe(0);
    expect([await second.ended, second.output]).toEqual([
      0,
      expect.stringMatching(
        /^waited \d+ s for the lock of stack "dev"; listing and planning again$(.|\n)*^2 unchanged\.$/m,
      ),
    ]);
    const created = repo.emulator.triggers("dev").map(({ name }) => name);
    expect(created.sort()).toEqual(["hourly", "nightly"]);
  });

  test.each(["up", "adopt", "refresh", "destroy"])("%s gives up at the timeout", async (command) => {
    lock(ELSEWHERE);
    const { code, requests, stderr } = await repo.run(command, ...DEV, "--yes", "--lock-timeout", "1s");
    expect([code, requests]).toEqual([1, []]);
    expect(stderr).toMatch(WAITED);
    expect(stderr.replace(WAITED, "This run waited.")).toContain(
      `the stack is locked by a run of ann@not-${hostname()} (pid 4711, since ${SINCE}). This run waited. Wait until that run has ended, then run again; if it has already ended, run \`mixpeek-triggers unlock --env environments/dev.yaml\` first [STACK_LOCKED].`,
    );
  });

  test("MIXPEEK_LOCK_TIMEOUT applies if the option is not given; promote and drift --fix wait, too", async () => {
    repo.env = { MIXPEEK_LOCK_TIMEOUT: "1s" };
    lock(ELSEWHERE);
    expect((await repo.run("up", ...DEV, "--yes")).stderr).toMatch(WAITED);
    expect((await repo.run("up", ...DEV, "--yes", "--lock-timeout", "0")).stderr).not.toContain("waited");
    repo.env = {};
    repo.write("environments/staging.yaml", "namespace: staging\n");
    const both = ["--from", "environments/staging.yaml", "--to", "environments/dev.yaml", "--force"];
    const promoted = await repo.run("promote", ...both, "--yes", "--lock-timeout", "1s");
    expect([promoted.code, promoted.stderr]).toEqual([1, expect.stringMatching(WAITED)]);
    release();
    expect((await repo.run("up", ...DEV, "--yes")).code).toBe(0);
    repo.emulator.edit("dev", "nightly", { description: "By hand" });
    lock(ELSEWHERE);
    const fixed = await repo.run("drift", ...DEV, "--fix", "--yes", "--lock-timeout", "1s");
    expect([fixed.code, fixed.stderr]).toEqual([1, expect.stringMatching(WAITED)]);
  });

  test("Ctrl-C ends the wait, and nothing was written", async () => {
    lock(ELSEWHERE);
    const run = repo.start("up", ...DEV, "--yes", "--lock-timeout", "10m");
    await run.prints(/waiting for the lock/);
    run.interrupt("SIGINT");
    expect(await run.ended).toBe(130);
    expect([repo.emulator.triggers("dev"), isLocked()]).toEqual([[], true]);
  });

  test("a lock that a killed run left on this machine is removed without a wait", async () => {
    lock(DEAD);
    const { code, stderr } = await repo.run("up", ...DEV, "--yes", "--lock-timeout", "10m");
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("waiting")]);
  });
});

describe("a confirmation from before the wait", () => {
  /** Another run locks the stack while the question is open. Out: the waiting run. */
  async function asked(command: string): Promise<ReturnType<Repo["startOnTerminal"]>> {
    const run = repo.startOnTerminal(command, ...DEV, "--lock-timeout", "10m");
    await run.prints(/\? \(yes\/no\) /);
    lock(ELSEWHERE);
    run.type("yes");
    await run.prints(/waiting for the lock of stack "dev" \(up to 10 min\), held by a run of ann@/);
    return run;
  }

  test("applies if the plan is still the same", async () => {
    const up = await asked("up");
    release();
    expect([await up.ended, up.output]).toEqual([0, expect.stringContaining("2 created.")]);
    repo.emulator.edit("dev", "nightly", { description: "By hand" });
    const refresh = await asked("refresh");
    release();
    expect([await refresh.ended, refresh.output]).toEqual([0, expect.stringContaining("2 read.")]);
    const destroy = await asked("destroy");
    release();
    expect([await destroy.ended, destroy.output]).toEqual([0, expect.stringContaining("2 deleted.")]);
    expect(Object.keys(repo.live("dev"))).toEqual([]);
  });

  test("does not apply to another plan", async () => {
    await openApplied();
    declare("nightly", "hourly", "weekly");
    const up = await asked("up");
    repo.emulator.edit("dev", "nightly", { description: "By hand" });
    release();
    await up.prints(
      /^The plan that you confirmed is out of date \[PLAN_STALE\]:\n {2}dev\/nightly: the live trigger changed\n(.|\n)*\? \(yes\/no\) /m,
    );
    up.type("no");
    expect([await up.ended, up.output]).toEqual([1, expect.stringContaining("Nothing was changed.")]);
    expect(up.output).toContain('description is "By hand" live, absent desired');
    expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
  });

  test("does not apply to a stack that has since grown", async () => {
    await openApplied();
    const destroy = await asked("destroy");
    const file = `${STATE}/stacks/search-triggers/dev.json`;
    const state = JSON.parse(repo.read(file));
    const resources = state.checkpoint.latest.resources as { urn: string }[];
    const one = resources.find(({ urn }) => urn.endsWith("::nightly"))!;
    resources.push({ ...one, urn: one.urn.replace("nightly", "weekly") });
    repo.write(file, JSON.stringify(state));
    release();
    expect([await destroy.ended, destroy.output]).toEqual([1, expect.stringContaining("[PLAN_STALE]")]);
    expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
  });
});

describe("unlock", () => {
  const unlock = (...args: string[]) => repo.run("unlock", ...DEV, ...args);

  test("of a stack that is not locked reports that", async () => {
    expect(await unlock()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^stack "dev" is not locked\.$/m),
      requests: [],
    });
    expect(JSON.parse((await unlock("--json")).stdout)).toEqual({
      version: 1,
      command: "unlock",
      ok: true,
      project: "search-triggers",
      stack: "dev",
      environment: "environments/dev.yaml",
      backend: `file://${repo.folder}/.mixpeek/state`,
      locked: false,
      removed: false,
      holders: [],
      pending: [],
      errors: [],
    });
  });

  test("does not remove the lock of a process that is still running on this machine", async () => {
    lock(ALIVE);
    const refused = await unlock("--yes");
    expect(refused).toMatchObject({ code: 1, requests: [] });
    expect(text(refused)).toContain(
      `cannot unlock stack "dev": a run of ann@${hostname()} (pid ${process.pid}, since ${SINCE}) is still running on this machine. Wait until it is done. If that process id now belongs to another program, delete ${join(repo.folder, LOCK)} [LOCK_IN_USE].`,
    );
    expect(isLocked()).toBe(true);
    expect(JSON.parse((await unlock("--yes", "--json")).stdout)).toMatchObject({
      ok: false,
      locked: true,
      removed: false,
      holders: [{ user: "ann", host: hostname(), pid: process.pid, since: SINCE, alive: true }],
      errors: [expect.stringContaining("[LOCK_IN_USE]")],
    });
  });

  test("shows a run on another machine, and removes its lock only after confirmation", async () => {
    lock(ELSEWHERE);
    const shown = `locked by a run of ann@not-${hostname()} (pid 4711, since ${SINCE}), on another machine: this command cannot tell whether it is still running.\n`;
    const unasked = await unlock();
    expect([unasked.code, isLocked()]).toEqual([1, true]);
    expect(unasked.stdout).toContain(shown);
    expect(unasked.stderr).toContain("there is no terminal to ask on. Add --yes [USAGE]");
    const no = repo.startOnTerminal("unlock", ...DEV);
    await no.prints(/Remove the lock of dev\? \(yes\/no\) /);
    no.type("no");
    expect([await no.ended, isLocked(), no.output]).toEqual([
      1,
      true,
      expect.stringContaining("Nothing was changed."),
    ]);
    const yes = repo.startOnTerminal("unlock", ...DEV);
    await yes.prints(/Remove the lock of dev\? \(yes\/no\) /);
    yes.type("yes");
    expect([await yes.ended, isLocked(), yes.output]).toEqual([
      0,
      false,
      expect.stringContaining(
        'removed the lock of stack "dev".\nthat run left no unfinished operations in the state.\n',
      ),
    ]);
  });

  test("removes nothing if another run took the lock while the question was open", async () => {
    lock(ELSEWHERE);
    const asked = repo.startOnTerminal("unlock", ...DEV);
    await asked.prints(/Remove the lock of dev\? \(yes\/no\) /);
    repo.write(LOCK.replace("1111", "9999"), JSON.stringify({ ...ELSEWHERE, username: "ben" }));
    release();
    asked.type("yes");
    expect([await asked.ended, asked.output]).toEqual([
      1,
      expect.stringMatching(
        /its lock changed: it is now held by a run of ben@\S+ \(pid 4711, since \S+\)\. Run unlock again \[LOCK_CHANGED\]\./,
      ),
    ]);
    expect(existsSync(join(repo.folder, LOCK.replace("1111", "9999")))).toBe(true);
  });

  test("reports what the killed run was changing, and the next up resolves it", async () => {
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const killed = repo.start("up", ...DEV, "--yes");
    await held.reached;
    await killed.kill();
    await held.release();
    const removed = await unlock("--yes");
    expect([removed.code, removed.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^locked by a run of \S+ \(pid \d+, since \S+\), which has ended\.\nremoved the lock of stack "dev"\.\nthat run was working on (hourly|nightly|hourly, nightly): the next up continues from the live triggers\.$/m,
      ),
    ]);
    const up = await repo.run("up", ...DEV, "--yes");
    expect([up.code, up.stderr]).toEqual([
      0,
      expect.stringContaining("This run continues from the live triggers."),
    ]);
    expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
  });

  test("removes a lock that a crash left incomplete, which up cannot read", async () => {
    lock('{"pid":');
    expect((await repo.run("up", ...DEV, "--yes")).stderr).toMatch(
      /the stack is locked by a run of unknown@unknown \(pid 0, since \S+\)\. .*\[STACK_LOCKED\]/,
    );
    expect([(await unlock("--yes")).code, isLocked()]).toEqual([0, false]);
    expect((await repo.run("up", ...DEV, "--yes")).code).toBe(0);
  });

  test("works on the stack of a file that no longer exists, in a project selected by an option", async () => {
    repo.write(LOCK.replace("search-triggers", "other").replace("dev", "old"), JSON.stringify(ELSEWHERE));
    const refused = await repo.run("destroy", "--stack", "old", "--project", "other", "--yes");
    const command = /`mixpeek-triggers (unlock [^`]+)`/.exec(refused.stderr)?.[1];
    expect(command).toBe("unlock --stack old --project other");
    const removed = await repo.run(...command!.split(" "), "--yes");
    expect([removed.code, removed.stdout]).toEqual([
      0,
      expect.stringContaining('removed the lock of stack "old".'),
    ]);
  });
});
