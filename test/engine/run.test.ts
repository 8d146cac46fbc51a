import { describe, expect, it } from "@jest/globals";
import { Interrupts } from "../../provider/engine/interrupt";
import { run } from "../../provider/engine/run";

const env = process.env;
const node = (script: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
  run(process.execPath, ["-e", script], { env, ...options });

/** Starts a grandchild that would run for a minute, prints its id, and waits. */
const FAMILY = `
const { spawn } = require("node:child_process");
const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" });
console.log(child.pid);
setTimeout(() => {}, 60000);
`;

describe("a command", () => {
  it("returns its status and output", async () => {
    const lines: string[] = [];
    const script = "console.log('out'); console.error('err'); process.exitCode = 3";
    const result = await node(script, { onLine: (line) => lines.push(line) });
    expect(result).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
    expect(lines.sort()).toEqual(["err", "out"]);
  });

  it("that does not exist is a result, not an exception", async () => {
    const result = await run("no-such-command-anywhere", [], { env });
    expect(result).toMatchObject({ code: null, stderr: expect.stringContaining("ENOENT") });
  });

  it("cannot wait for input", async () => {
    expect(await node("process.stdin.resume().on('end', () => console.log('end'))")).toMatchObject({
      code: 0,
      stdout: "end\n",
    });
  });

  it("reports which signal from outside ended it", async () => {
    const result = await node("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 60000)");
    expect(result).toMatchObject({ code: null, stopped: "ended by SIGTERM" });
  });

  it("is ended at its timeout", async () => {
    const result = await node("setTimeout(() => {}, 60000)", { deadlineMs: 200 });
    expect(result).toMatchObject({ code: null, stopped: "timed out after 0.2 s" });
  });

  it.each(["stop", "interrupt"])("is ended with its children on %s", async (how) => {
    const stop = new AbortController();
    const interrupts = new Interrupts();
    let grandchild = 0;
    const result = await node(FAMILY, {
      stop: stop.signal,
      interrupts,
      onLine: (line) => {
        grandchild = Number(line);
        if (how === "stop") stop.abort("told to");
        else interrupts.undo();
      },
    });
    // The result alone shows that the grandchild ended: it holds the same pipes open.
    expect(result.stopped).toBe(how === "stop" ? "told to" : "interrupted");
    expect(grandchild).toBeGreaterThan(0);
  });
});

describe("interrupts", () => {
  it("run the undo steps newest first, all of them, once", () => {
    const undone: string[] = [];
    const interrupts = new Interrupts();
    interrupts.add(() => undone.push("lock"));
    interrupts.add(() => {
      undone.push("folder");
      throw new Error("busy");
    });
    const takeBack = interrupts.add(() => undone.push("done already"));
    interrupts.add(() => undone.push("child"));
    takeBack();
    interrupts.undo();
    interrupts.undo();
    expect(undone).toEqual(["child", "folder", "lock"]);
    expect(interrupts.interrupted).toBe(true);
  });
});
