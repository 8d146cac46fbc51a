import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { onEachBackend, PROD, SEARCH } from "./backend";

onEachBackend("the state of a stack", (backend) => {
  test("moves from .mixpeek/state and back: the triggers stay, and only one of the two can be used", async () => {
    const team = backend();
    const repo = await team.repo(SEARCH, "nightly", "hourly");
    const shared = repo.env;
    const local = { ...shared, PULUMI_BACKEND_URL: undefined };
    const move = (to: string, ...args: string[]) =>
      team.run(repo, "state", "move", ...PROD, "--yes", "--to", to, ...args);
    const preview = async () => {
      const { code, stdout, writes, stderr } = await team.run(repo, "preview", ...PROD);
      return { code, writes, stderr, unchanged: stdout.includes("2 unchanged.") };
    };
    const UNCHANGED = { code: 0, writes: [], stderr: "", unchanged: true };
    const MOVED = { code: 1, writes: [], stderr: expect.stringContaining("[STACK_MOVED]") };

    repo.env = local;
    expect((await team.run(repo, "up", ...PROD, "--yes")).writes).toHaveLength(2);
    const before = repo.live("prod");
    writeFileSync(join(repo.folder, "../passphrase"), "correct horse\n");
    const there = await move(team.url, "--to-passphrase-file", "../passphrase");
    expect([there.code, there.requests, there.stderr]).toEqual([0, [], ""]);
    expect(await preview()).toMatchObject(MOVED);
    // The engine and other processes see the recorded move.
    expect(repo.read(`.mixpeek/state/.pulumi/stacks/${team.project}/prod.json`)).toContain('"movedTo"');
    team.expectNoSecrets(repo.read(`.mixpeek/state/.pulumi/stacks/${team.project}/prod.json`));

    const unlocked = { PULUMI_CONFIG_PASSPHRASE: "correct horse" };
    repo.env = { ...shared, ...unlocked };
    expect(await preview()).toEqual(UNCHANGED);

    const back = await move("file://.mixpeek/state");
    expect([back.code, back.requests, back.stderr]).toEqual([0, [], ""]);
    expect(await preview()).toMatchObject(MOVED);
    repo.env = { ...local, ...unlocked };
    expect(await preview()).toEqual(UNCHANGED);
    expect(repo.live("prod")).toEqual(before);
  });
});
