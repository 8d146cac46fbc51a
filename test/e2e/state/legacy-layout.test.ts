import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

/** With these, the engine creates and uses stores without a folder per project, the layout before Pulumi 3.61. */
const LEGACY = {
  PULUMI_DIY_BACKEND_LEGACY_LAYOUT: "true",
  PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT: "true",
  PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "true",
};
const DEV = ["--env", "dev"];

let repo: Repo;
beforeAll(async () => {
  repo = await Repo.open();
  search(repo);
  repo.env = LEGACY;
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  expect(existsSync(join(repo.folder, ".mixpeek/state/.pulumi/stacks/dev.json"))).toBe(true);
});
afterAll(() => repo.close());

test("preview, drift and up read a state without a folder per project, and find nothing to do", async () => {
  for (const command of ["preview", "drift"]) {
    const { code, stdout, writes } = await repo.run(command, ...DEV);
    expect([command, code, writes, stdout]).toEqual([command, 0, [], expect.not.stringContaining("adopt")]);
  }
  const { code, stdout, writes } = await repo.run("up", ...DEV, "--yes");
  expect([code, writes]).toEqual([0, []]);
  expect(stdout).toContain("2 unchanged");
});

test("an edit is applied to the same trigger", async () => {
  repo.edit("triggers/search.yaml", "Cluster all products each night", "Cluster all products");
  const { code, writes } = await repo.run("up", ...DEV, "--yes");
  expect([code, writes]).toEqual([0, [expect.stringMatching(/^PATCH /)]]);
});

test("refresh and unlock find the stack", async () => {
  expect(await repo.run("refresh", ...DEV, "--yes")).toMatchObject({ code: 0, writes: [] });
  const { code, stdout } = await repo.run("unlock", ...DEV, "--yes");
  expect([code, stdout]).toEqual([0, expect.stringContaining('stack "dev" is not locked.\n')]);
});

test("unlock names the lock of a running process as a file, which can be deleted", async () => {
  const lock = join(repo.folder, ".mixpeek/state/.pulumi/locks/dev/held.json");
  mkdirSync(dirname(lock), { recursive: true });
  const timestamp = "2026-11-01T12:00:00Z";
  writeFileSync(lock, JSON.stringify({ pid: process.pid, username: "ann", hostname: hostname(), timestamp }));
  const { code, stderr } = await repo.run("unlock", ...DEV, "--yes");
  const [, file] = /delete (\S+) \[LOCK_IN_USE\]\.\n$/.exec(stderr) ?? [];
  expect([code, file]).toEqual([1, lock]);
  rmSync(lock);
});

test("destroy deletes its triggers", async () => {
  expect(await repo.run("destroy", ...DEV, "--yes")).toMatchObject({ code: 0 });
  expect(repo.live("dev")).toEqual({});
});
