import { hostname } from "node:os";
import { expect, test } from "@jest/globals";
import { declare, onEachBackend, PROD, SEARCH } from "./backend";
import { StoreRelay } from "./store-relay";

onEachBackend("the lock of a stack", (backend) => {
  test("two first runs at once create each trigger once; one that cannot continue reports STACK_LOCKED", async () => {
    const team = backend();
    const one = await team.repo(SEARCH, "nightly", "hourly");
    const two = await team.repo(SEARCH, "nightly", "hourly");
    const creates = () =>
      one.emulator.requests().filter(({ method, path }) => method === "POST" && path === "/v1/triggers")
        .length;
    const both = await Promise.all([one, two].map((repo) => team.run(repo, "up", ...PROD, "--yes")));
    for (const { code, stderr } of both)
      if (code !== 0) expect([code, stderr]).toEqual([1, expect.stringContaining("[STACK_LOCKED]")]);
    // Each may see the other's lock, and then both stop.
    expect(creates()).toBe(both.some(({ code }) => code === 0) ? 2 : 0);
    expect((await team.run(two, "up", ...PROD, "--yes")).code).toBe(0);
    expect([creates(), Object.keys(one.live("prod")).sort()]).toEqual([2, ["hourly", "nightly"]]);
    const last = await team.run(one, "up", ...PROD, "--yes");
    expect([last.code, last.writes]).toEqual([0, []]);
  });

  test("a first run during another one reports who holds the lock, and writes nothing", async () => {
    const team = backend();
    const one = await team.repo(SEARCH, "nightly");
    const two = await team.repo(SEARCH, "nightly");
    const held = one.emulator.hold({ operation: "create" });
    const first = one.start("up", ...PROD, "--yes");
    await held.reached;
    const { code, stderr, writes } = await team.run(two, "up", ...PROD, "--yes");
    expect([code, writes]).toEqual([1, []]);
    expect(stderr).toMatch(
      /the stack is locked by a run of \S+ \(pid \d+, since \d{4}-\S+\)\. .*\[STACK_LOCKED\]/,
    );
    await held.release();
    expect(await first.ended).toBe(0);
    team.expectNoSecrets(first.output);
  });

  test("a run with --lock-timeout waits for the other one, and continues from what it left", async () => {
    const team = backend();
    const one = await team.repo(SEARCH, "nightly", "hourly");
    const two = await team.repo(SEARCH, "nightly", "hourly");
    const held = one.emulator.hold({ operation: "create" });
    const first = one.start("up", ...PROD, "--yes");
    await held.reached;
    const second = two.start("up", ...PROD, "--yes", "--lock-timeout", "5m");
    await second.prints(
      /waiting for the lock of stack "prod" \(up to 5 min\), held by a run of \S+ \(pid \d+, since \d{4}-/,
    );
    const live = await team.run(two, "unlock", ...PROD, "--yes");
    expect([live.code, live.stderr]).toEqual([
      1,
      expect.stringContaining(
        `run \`pulumi cancel organization/${team.project}/prod --yes\` with the same PULUMI_BACKEND_URL [LOCK_IN_USE].`,
      ),
    ]);
    await held.release();
    expect(await first.ended).toBe(0);
    expect([await second.ended, second.output]).toEqual([0, expect.stringContaining("2 unchanged.")]);
    team.expectNoSecrets(second.output);
    expect(one.emulator.triggers("prod")).toHaveLength(2);
    const free = await team.run(one, "unlock", ...PROD);
    expect([free.code, free.stdout]).toEqual([0, expect.stringContaining('stack "prod" is not locked.')]);
    // Looking at the lock changed nothing.
    expect((await team.run(one, "up", ...PROD, "--yes")).writes).toEqual([]);
  });

  test("a killed run leaves its lock; the next run says that it has ended and how to remove the lock; after that, it continues", async () => {
    const team = backend();
    const repo = await team.repo(SEARCH, "nightly");
    expect((await team.run(repo, "up", ...PROD, "--yes")).code).toBe(0);
    declare(repo, "nightly", "hourly");
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const killed = repo.start("up", ...PROD, "--yes");
    await held.reached;
    await killed.kill();
    await held.release();
    expect(Object.keys(repo.live("prod")).sort()).toEqual(["hourly", "nightly"]);

    // The lock can never be released, so there is no wait.
    const { code, writes, stderr } = await team.run(repo, "up", ...PROD, "--yes", "--lock-timeout", "5m");
    expect([code, writes]).toEqual([1, []]);
    expect(stderr).toContain(`@${hostname()} (pid `);
    const command = /, which has ended\. Run `mixpeek-triggers (unlock [^`]+)`, .*\[STACK_LOCKED\]/.exec(
      stderr,
    );
    expect(command?.[1]).toBe("unlock --env environments/prod.yaml");
    const unlocked = await team.run(repo, ...command![1]!.split(" "), "--yes");
    expect([unlocked.code, unlocked.requests]).toEqual([0, []]);
    expect(unlocked.stdout).toMatch(
      /which has ended\.\nremoved the lock of stack "prod"\.\nthat run was working on hourly: the next up continues from the live triggers\.\n/,
    );

    // What the killed run created is found by name.
    const next = await team.run(repo, "up", ...PROD, "--yes");
    expect([next.code, next.writes]).toEqual([0, []]);
    expect((await team.deployment(repo, "prod")).pending_operations ?? []).toEqual([]);
    expect(Object.keys(repo.live("prod")).sort()).toEqual(["hourly", "nightly"]);
    expect(await team.run(repo, "preview", ...PROD)).toMatchObject({ code: 0 });
  });
});

onEachBackend("the lock of a stack that is not there", (backend) => {
  test("a lock left by a run that was killed while it created the stack is removed by unlock, and the next run creates everything once", async () => {
    const team = backend();
    const repo = await team.repo(SEARCH, "nightly");
    const settings = "config:\n  mixpeek:namespace: prod\n";
    repo.write("Pulumi.prod.yaml", settings);
    const none = await team.run(repo, "unlock", ...PROD, "--yes");
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("[STACK_NOT_FOUND]")]);

    const relay = await StoreRelay.open(team.url);
    const direct = repo.env;
    repo.env = { ...direct, PULUMI_BACKEND_URL: relay.url };
    const reached = relay.hold(holdsStack, "before");
    const killed = repo.start("up", ...PROD, "--yes");
    expect(await Promise.race([reached.then(() => "reached"), killed.ended])).toBe("reached");
    await killed.kill();
    await relay.close();
    repo.env = direct;
    team.expectNoSecrets(killed.output);

    const { code, writes, stderr } = await team.run(repo, "up", ...PROD, "--yes", "--lock-timeout", "5m");
    expect([code, writes, stderr]).toEqual([
      1,
      [],
      expect.stringMatching(
        /, which has ended\. .*Run `mixpeek-triggers unlock --env [^`]+`.*\[STACK_LOCKED\]/,
      ),
    ]);
    const unlocked = await team.run(repo, "unlock", ...PROD, "--yes");
    expect([unlocked.code, unlocked.stderr, unlocked.stdout]).toEqual([
      0,
      "",
      expect.stringMatching(/which has ended\.\nremoved the lock of stack "prod"\.\n/),
    ]);
    // Nothing is left of the stack that the engine needed for that.
    expect(JSON.parse(await team.pulumi(repo, "stack", "ls", "--json"))).toEqual([]);
    expect(repo.read("Pulumi.prod.yaml")).toBe(settings);
    const next = await team.run(repo, "up", ...PROD, "--yes");
    expect([next.code, next.writes]).toEqual([0, ["POST /v1/triggers"]]);
  });
});

/**
 * Whether a part of a request writes a stack's state, to an object or to a row of PostgreSQL, which has it in base64.
 */
const holdsStack = (piece: Buffer): boolean =>
  piece.includes('"checkpoint"') ||
  (piece.includes(".pulumi/stacks/") && /\{"data":/i.test(piece.toString("latin1")));

onEachBackend(
  "the first use of a database",
  (backend) => {
    test("runs that open an empty one at the same time can all open it", async () => {
      const team = backend();
      const repos = [await team.repo(SEARCH, "nightly"), await team.repo(SEARCH, "nightly")];
      // The engine creates the table that is in the URL.
      for (const table of ["first_a", "first_b", "first_c", "first_d", "first_e", "first_f"]) {
        for (const repo of repos)
          repo.env = { ...repo.env, PULUMI_BACKEND_URL: `${team.url}&table=${table}` };
        const both = await Promise.all(repos.map((repo) => team.run(repo, "preview", ...PROD)));
        expect([table, ...both.map(({ code, stderr }) => [code, stderr])]).toEqual([
          table,
          [2, expect.not.stringContaining("[")],
          [2, expect.not.stringContaining("[")],
        ]);
      }
    });
  },
  "postgres",
);
