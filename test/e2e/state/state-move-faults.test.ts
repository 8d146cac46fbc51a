import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { ensureEngine } from "../../../provider/engine";
import { PulumiWrapper, type Then } from "../pulumi-wrapper";
import type { Ran } from "../repo";
import {
  DEV,
  expectRefused,
  expectUnchanged,
  localUrl,
  move,
  onShared,
  repo,
  shared,
  stateFile,
  there,
  up,
  where,
} from "./state-move";

describe("a CLI that", () => {
  let cli: PulumiWrapper;
  beforeEach(async () => {
    cli = await PulumiWrapper.in(join(repo.folder, "..", "cli"));
  });

  /** Moves the state with a CLI that is interrupted at one of its calls, counted from 1 among those of that name. */
  async function stoppedAt(
    name: string,
    nth: number,
    then: Then,
    run: () => Promise<Ran> = there,
  ): Promise<Ran> {
    const at = CALLS.flatMap((call, index) => (call === name ? [index + 1] : []))[nth - 1];
    const ran = await where(cli.env(at, then), run);
    expect(cli.calls()[at! - 1]).toBe(name);
    return ran;
  }

  /** The calls of a move to a file backend without such a stack. */
  const CALLS = [
    "stack export",
    "stack init",
    "stack import",
    "stack export",
    "up",
    "stack export",
    "stack import",
  ];

  test.each([
    ["stack init", 1, "source"],
    ["stack import", 1, "source"],
    ["up", 1, "none"],
    ["stack import", 2, "target"],
  ] as const)(
    "is killed after %s %i leaves at most one usable stack, and the same command continues",
    async (name, nth, usable) => {
      expect((await stoppedAt(name, nth, "kill-after")).stdout).not.toContain("moved stack");
      // An empty stack is usable, too, but contains nothing.
      const isUsed = ({ stdout }: Ran): boolean => stdout.includes("2 unchanged.");
      const preview = () => repo.run("preview", ...DEV);
      expect([isUsed(await preview()), isUsed(await onShared(preview))]).toEqual([
        usable === "source",
        usable === "target",
      ]);
      expect(await there()).toMatchObject({ code: 0, stderr: "" });
      await onShared(expectUnchanged);
      await expectRefused("STACK_MOVED", preview());
    },
  );

  test("is killed on the way back, after it removed the backup, can continue", async () => {
    expect((await there()).code).toBe(0);
    const back = () => move("--to", localUrl());
    await onShared(() => where(cli.env(3, "kill-after"), back));
    expect(cli.calls().at(-1)).toBe("stack rm");
    await onShared(expectUnchanged);
    expect((await onShared(back)).code).toBe(0);
    await expectUnchanged();
  });

  test.each<[what: string, name: string, nth: number, code: string]>([
    ["cannot import", "stack import", 1, "ENGINE"],
    ["cannot mark the source", "up", 1, "ENGINE"],
  ])("%s: the copy is removed and the source is as it was", async (_, name, nth, code) => {
    const before = readFileSync(stateFile(), "utf8");
    const text = await expectRefused(code, stoppedAt(name, nth, "fail"));
    expect(text).toContain("the disk is full");
    expect(existsSync(stateFile(shared))).toBe(false);
    expect(readFileSync(stateFile(), "utf8")).toBe(before);
    await expectUnchanged();
  });

  test("cannot write the target after the source is marked: neither can be used until the command is repeated", async () => {
    const text = await expectRefused("MOVE_UNFINISHED", stoppedAt("stack import", 2, "fail"));
    expect(text).toContain("Repeat the command to complete the move");
    await expectRefused("STACK_MOVED", repo.run("up", ...DEV, "--yes"));
    await expectRefused("STACK_MOVED", onShared(up));
    const again = await there();
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('stack "dev" is moved; the interrupted move is complete.'),
    ]);
    await onShared(expectUnchanged);
    expect((await there()).code).toBe(0);
  });

  test("is running when Ctrl-C comes: the move is undone", async () => {
    const shell = "kill -INT $PPID";
    const { code, stderr } = await stoppedAt("stack import", 1, { shell });
    expect([code, stderr]).toEqual([130, "interrupted; nothing was changed.\n"]);
    expect(existsSync(stateFile(shared))).toBe(false);
    await expectUnchanged();
  });

  test("creates a stack that another run has just created: that one stays, and the source is as it was", async () => {
    const shell = `'${(await ensureEngine()).pulumi}' "$@"`;
    const text = await expectRefused("STACK_EXISTS", stoppedAt("stack init", 1, { shell }));
    expect(text).toContain("another run created a stack of that name");
    expect(existsSync(stateFile(shared))).toBe(true);
    await expectUnchanged();
  });

  test("finds the stack changed by another run while it was copied: the move is undone", async () => {
    const shell = `sed -i 's/"interval_seconds":600/"interval_seconds":601/; s/"interval_seconds": 600/"interval_seconds": 601/' '${stateFile()}'`;
    const text = await expectRefused("STACK_CHANGED", stoppedAt("stack import", 1, { shell }));
    expect(text).toContain("another run changed it while it was copied. Run the command again");
    expect(existsSync(stateFile(shared))).toBe(false);
    expect((await there()).code).toBe(0);
  });
});
