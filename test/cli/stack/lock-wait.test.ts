import { hostname } from "node:os";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Project } from "../../../provider/cli/project/project";
import type { LockHolder } from "../../../provider/cli/stack/lock-holder";
import { LockWait } from "../../../provider/cli/stack/lock-wait";
import { StackLocked } from "../../../provider/cli/stack/stack-locked-error";

const PROJECT = {
  name: "search",
  stack: "prod",
  selectedBy: "--env environments/prod.yaml",
  backend: { url: "s3://state", from: "PULUMI_BACKEND_URL" },
} as Project;

const holder = (own: Partial<LockHolder> = {}): LockHolder => ({
  lock: "s3://state/.pulumi/locks/organization/search/prod/1.json",
  user: "ann",
  host: "build-7",
  pid: 4711,
  since: "2026-11-28T10:00:00Z",
  isAlive: undefined,
  ...own,
});
const ANN = "a run of ann@build-7 (pid 4711, since 2026-11-28T10:00:00Z)";

let now: number;
let pauses: number[];
let notes: string[];
let random: number;
beforeEach(() => {
  now = 5_000;
  pauses = [];
  notes = [];
  random = 0;
});

/** In: the timeout, and a function called during each pause with its number. */
function waitOf(timeout: number, asleep: (count: number) => void = () => {}, signal?: AbortSignal): LockWait {
  return new LockWait({
    timeout,
    signal: signal ?? new AbortController().signal,
    note: (line) => notes.push(line),
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        pauses.push(milliseconds);
        now += milliseconds;
        asleep(pauses.length);
      },
      random: () => random,
    },
  });
}

const refusal = (...holders: LockHolder[]) => new StackLocked(PROJECT, holders);

test("pauses grow up to 15 s, and the lock is checked after each until it is released", async () => {
  let looks = 0;
  const wait = waitOf(600_000);
  const released = await wait.untilReleased(refusal(holder()), async () => (++looks < 9 ? [holder()] : []));
  expect([released, looks]).toEqual([true, 9]);
  expect(pauses).toEqual([1000, 1500, 2250, 3375, 5062.5, 7593.75, 11390.625, 15000, 15000]);
  expect(notes).toEqual([
    `waiting for the lock of stack "prod" (up to 10 min), held by ${ANN}`,
    `waiting for the lock of stack "prod" (32 s of 10 min), held by ${ANN}`,
    'waited 1 min 2 s for the lock of stack "prod"; listing and planning again',
  ]);
});

test("a new holder is reported at once", async () => {
  const others = [holder(), holder({ user: "ben", pid: 12 }), holder({ user: "ben", pid: 12 })];
  const wait = waitOf(60_000);
  expect(await wait.untilReleased(refusal(others.shift()!), async () => others.splice(0, 1))).toBe(true);
  expect(notes).toEqual([
    `waiting for the lock of stack "prod" (up to 1 min), held by ${ANN}`,
    'waiting for the lock of stack "prod" (1 s of 1 min), held by a run of ben@build-7 (pid 12, since 2026-11-28T10:00:00Z)',
    'waited 5 s for the lock of stack "prod"; listing and planning again',
  ]);
});

test("the timeout covers all attempts, and shortens the last pause", async () => {
  const wait = waitOf(4_000);
  expect(await wait.untilReleased(refusal(holder()), async () => [])).toBe(true);
  expect(await wait.untilReleased(refusal(holder()), async () => [])).toBe(true);
  const third = wait.untilReleased(refusal(holder()), async () => [holder()]);
  await expect(third).rejects.toMatchObject({
    code: "STACK_LOCKED",
    message: `the stack is locked by ${ANN}. This run waited 4 s for the lock. Wait until that run has ended, then run again; if it has already ended, run \`mixpeek-triggers unlock --env environments/prod.yaml\` first [STACK_LOCKED].`,
  });
  expect(pauses).toEqual([1000, 1500, 1500]);
});

test("runs that wait for one lock have different pauses", async () => {
  random = 0.5;
  const wait = waitOf(60_000);
  await wait.untilReleased(refusal(holder()), async () => []);
  expect(pauses).toEqual([850]);
});

describe("there is no wait", () => {
  test("without --lock-timeout", async () => {
    const refused = waitOf(0).untilReleased(refusal(holder()), async () => []);
    await expect(refused).rejects.toThrow(
      `the stack is locked by ${ANN}. Wait until that run has ended, then run again, or add --lock-timeout 10m to wait; if it has already ended, run \`mixpeek-triggers unlock --env environments/prod.yaml\` first [STACK_LOCKED].`,
    );
    expect([pauses, notes]).toEqual([[], []]);
  });

  test("for a process on this machine that has ended: it can never release the lock", async () => {
    const dead = holder({ host: hostname(), isAlive: false });
    const refused = waitOf(60_000).untilReleased(refusal(dead), async () => [dead]);
    await expect(refused).rejects.toThrow(
      `the stack is locked by a run of ann@${hostname()} (pid 4711, since 2026-11-28T10:00:00Z), which has ended. Run \`mixpeek-triggers unlock --env environments/prod.yaml\`, then run again [STACK_LOCKED].`,
    );
    expect([pauses, notes]).toEqual([[], []]);
  });

  test("for a process that ended, if only an attempt shows the lock: its stack does not exist", async () => {
    const dead = holder({ host: hostname(), isAlive: false });
    const wait = waitOf(60_000);
    expect(await wait.untilReleased(refusal(dead), async () => [])).toBe(true);
    await expect(wait.untilReleased(refusal(dead), async () => [])).rejects.toThrow(
      /which has ended\. This run waited 1 s for the lock\. Run `mixpeek-triggers unlock --env environments\/prod\.yaml`/,
    );
    expect(pauses).toEqual([1000]);
  });

  test("without --lock-timeout, for a process that has ended and released its lock in the meantime", async () => {
    const done = holder({ host: hostname(), isAlive: false });
    const refused = waitOf(0).untilReleased(refusal(done), async () => []);
    await expect(refused).rejects.toThrow(/\. Wait until that run has ended, then run again,/);
  });

  test("once the process ends during the wait", async () => {
    const dead = holder({ host: hostname(), isAlive: false });
    const wait = waitOf(60_000).untilReleased(refusal(holder({ isAlive: true })), async () => [dead]);
    await expect(wait).rejects.toThrow(
      /which has ended\. This run waited 1 s for the lock\. Run `mixpeek-triggers unlock --env environments\/prod\.yaml`/,
    );
  });
});

test("a process that ended and released its lock in the meantime is not mistaken for one that left it", async () => {
  const done = holder({ host: hostname(), isAlive: false });
  const next = holder({ lock: "s3://state/.pulumi/locks/organization/search/prod/2.json", user: "ben" });
  for (const looks of [
    [[], []],
    [[next], []],
    [[{ ...next, isAlive: false }], [], []],
  ] as LockHolder[][][])
    expect(await waitOf(60_000).untilReleased(refusal(done), async () => looks.shift()!)).toBe(true);
  expect(pauses).toEqual([1000, 1000, 1000]);
});

test("a run that is stopped during the wait does not check again", async () => {
  const abort = new AbortController();
  let looks = 0;
  const wait = waitOf(60_000, (count) => count === 2 && abort.abort(), abort.signal);
  const look = async () => {
    looks += 1;
    return [holder()];
  };
  expect(await wait.untilReleased(refusal(holder()), look)).toBe(false);
  expect(looks).toBe(1);
});
