import { hostname } from "node:os";
import { describe, expect, test } from "@jest/globals";
import type { Project } from "../../../provider/cli/project/project";
import { lockHoldersIn } from "../../../provider/cli/stack/lock-holder";
import { StackLocked } from "../../../provider/cli/stack/stack-locked-error";

const LOCKED =
  "error: could not create stack: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.";
const line = (url: string, who: string): string => `\n  ${url}: created by ${who} at 2026-11-28T10:00:00Z`;

describe("the lock holder in the engine's output", () => {
  test.each<[backend: string, url: string, who: string, user: string, host: string]>([
    ["S3", "s3://b/.pulumi/locks/organization/p/prod/1.json?region=x", "ann@b-7 (pid 12)", "ann", "b-7"],
    ["Azure", "azblob://c/.pulumi/locks/organization/p/prod/1.json", "ann@b-7 (pid 12)", "ann", "b-7"],
    [
      "PostgreSQL",
      "postgres://****:****@db:5432/s/.pulumi/locks/organization/p/prod/1.json?sslmode=disable",
      "ann@b-7 (pid 12)",
      "ann",
      "b-7",
    ],
    [
      "files",
      "file:///s/.pulumi/locks/organization/p/prod/1.json",
      "ACME\\ann b@b-7 (pid 12)",
      "ACME\\ann b",
      "b-7",
    ],
  ])("%s", (_backend, url, who, user, host) => {
    expect(lockHoldersIn(`${LOCKED}${line(url, who)}\n`)).toEqual([
      { lock: url, user, host, pid: 12, since: "2026-11-28T10:00:00Z", isAlive: undefined },
    ]);
  });

  test("several holders, each once however often the engine prints it", () => {
    const text = `${LOCKED}${line("s3://b/1.json", "ann@one (pid 1)")}${line("s3://b/2.json", "ben@two (pid 2)")}`;
    expect(lockHoldersIn(`${text}\n${text}`)?.map(({ user }) => user)).toEqual(["ann", "ben"]);
  });

  test("a process on this machine is running or has ended", () => {
    const text = `${LOCKED}${line("s3://b/1.json", `ann@${hostname()} (pid ${process.pid})`)}${line("s3://b/2.json", `ben@${hostname()} (pid ${2 ** 22 + 1})`)}`;
    expect(lockHoldersIn(text)?.map(({ isAlive }) => isAlive)).toEqual([true, false]);
  });

  test.each([
    ["the hosted backend names no holder", "error: [409] Conflict: Another update is currently in progress."],
    [
      "a lock was released while the engine read it",
      'error: blob (key ".pulumi/locks/organization/p/prod/1.json") (code=NotFound): not there',
    ],
    [
      "the same on PostgreSQL",
      "error: could not create stack: could not list bucket: blob (code=NotFound): sql: no rows in result set",
    ],
  ])("%s", (_what, text) => {
    expect(lockHoldersIn(text)).toEqual([]);
  });

  test.each([
    "error: update failed",
    'error: blob (key ".pulumi/stacks/p/prod.json") (code=NotFound): not there',
    'error: there was a problem deleting the lock at s3://b/1.json, manual clean up may be required: blob (key ".pulumi/locks/organization/p/prod/1.json") (code=NotFound): not there',
  ])("%s is not a lock", (text) => {
    expect(lockHoldersIn(text)).toBeUndefined();
  });
});

describe("the message about a locked stack", () => {
  const project = (selectedBy: string, url = "s3://b"): Project =>
    ({ name: "search", stack: "prod", selectedBy, backend: { url } }) as Project;

  test("names every holder, and the options that the stack needs", () => {
    const text = `${LOCKED}${line("s3://b/1.json", "ann@one (pid 1)")}${line("s3://b/2.json", "ben@two (pid 2)")}`;
    const { message } = new StackLocked(project("--stack prod --project search"), lockHoldersIn(text)!);
    expect(message).toBe(
      "the stack is locked by a run of ann@one (pid 1, since 2026-11-28T10:00:00Z) and a run of ben@two (pid 2, since 2026-11-28T10:00:00Z). Wait until that run has ended, then run again, or add --lock-timeout 10m to wait; if it has already ended, run `mixpeek-triggers unlock --stack prod --project search` first [STACK_LOCKED].",
    );
  });

  test("works for an unknown holder", () => {
    expect(new StackLocked(project("--env prod"), []).message).toBe(
      "the stack is locked by another run. Wait until that run has ended, then run again, or add --lock-timeout 10m to wait; if it has already ended, run `mixpeek-triggers unlock --env prod` first [STACK_LOCKED].",
    );
  });

  test("names the engine's own command on the hosted backend", () => {
    const { message } = new StackLocked(project("--env prod", "https://api.pulumi.com"), []);
    expect(message).toContain("run `pulumi cancel search/prod` first [STACK_LOCKED].");
  });
});
