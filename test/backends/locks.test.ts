import { hostname } from "node:os";
import { expect, test } from "@jest/globals";
import { declare, onEachBackend, PROD, SEARCH } from "./backend";

onEachBackend("the lock of a stack", (backend) => {
  test("two first runs at once create each trigger once; one that cannot go on says STACK_LOCKED", async () => {
    const team = backend();
    const one = await team.repo(SEARCH, "nightly", "hourly");
    const two = await team.repo(SEARCH, "nightly", "hourly");
    const creates = () =>
      one.emulator.requests().filter(({ method, path }) => method === "POST" && path === "/v1/triggers")
        .length;
    const both = await Promise.all([one, two].map((repo) => team.run(repo, "up", ...PROD, "--yes")));
    for (const { code, stderr } of both)
      if (code !== 0) expect([code, stderr]).toEqual([1, expect.stringContaining("[STACK_LOCKED]")]);
    // Each may see the lock of the other, and then both stop.
    expect(creates()).toBe(both.some(({ code }) => code === 0) ? 2 : 0);
    expect((await team.run(two, "up", ...PROD, "--yes")).code).toBe(0);
    expect([creates(), Object.keys(one.live("prod")).sort()]).toEqual([2, ["hourly", "nightly"]]);
    const last = await team.run(one, "up", ...PROD, "--yes");
    expect([last.code, last.writes]).toEqual([0, []]);
  });

  test("a first run while another one is at work says who works on the stack, and writes nothing", async () => {
    const team = backend();
    const one = await team.repo(SEARCH, "nightly");
    const two = await team.repo(SEARCH, "nightly");
    const held = one.emulator.hold({ operation: "create" });
    const first = one.start("up", ...PROD, "--yes");
    await held.reached;
    const { code, stderr, writes } = await team.run(two, "up", ...PROD, "--yes");
    expect([code, writes]).toEqual([1, []]);
    expect(stderr).toMatch(
      /the stack is locked: a run of \S+ \(pid \d+\), since \d{4}-\S+, works on it\. .*\[STACK_LOCKED\]/,
    );
    await held.release();
    expect(await first.ended).toBe(0);
    team.expectNoSecrets(first.output);
  });

  test("a killed run leaves its lock; the next run says that it is dead and how to remove the lock, and then goes on", async () => {
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

    const { code, writes, stderr } = await team.run(repo, "up", ...PROD, "--yes");
    expect([code, writes]).toEqual([1, []]);
    const command = `pulumi cancel organization/${team.project}/prod --yes`;
    expect(stderr).toContain(`@${hostname()} (pid `);
    expect(stderr).toContain(`, that no longer lives. Run \`${command}\``);
    expect(stderr).toContain("[STACK_LOCKED]");
    await team.pulumi(repo, ...command.split(" ").slice(1));

    // What the killed run created is found by its name.
    const next = await team.run(repo, "up", ...PROD, "--yes");
    expect([next.code, next.writes]).toEqual([0, []]);
    expect(Object.keys(repo.live("prod")).sort()).toEqual(["hourly", "nightly"]);
    expect(await team.run(repo, "preview", ...PROD)).toMatchObject({ code: 0 });
  });
});

onEachBackend(
  "the first use of a database",
  (backend) => {
    test("runs that open an empty one at once all open it", async () => {
      const team = backend();
      const repos = [await team.repo(SEARCH, "nightly"), await team.repo(SEARCH, "nightly")];
      // The engine creates the table that the URL names.
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
