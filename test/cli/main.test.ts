import { type ChildProcess, execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";

const MAIN = resolve(__dirname, "../../dist/cli/main.js");

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe("mixpeek-triggers", () => {
  test("--help lists every command; a command's --help lists its options", async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of [
      "init",
      "validate",
      "preview",
      "up",
      "refresh",
      "destroy",
      "emulator",
      "engine",
      "demo",
    ])
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(help.stdout).toMatch(/^ {2}preview .*\(alias: plan\)$/m);
    expect((await run("emulator", "--help")).stdout).toMatch(/--port N +port to listen on.*\(default 4010\)/);
    expect((await run("--version")).stdout).toMatch(
      /^\d+\.\d+\.\d+\nNode \d+\.\d+\.\d+, IANA 20\d\d[a-z]\n$/,
    );
  });

  test("a group of commands lists its commands", async () => {
    const usage = expect.stringMatching(
      /^Usage: mixpeek-triggers state <command> \[options\]\n\n {2}state move +move the state/,
    );
    expect(await run("state")).toEqual({ code: 1, stdout: usage, stderr: "" });
    expect(await run("state", "--help")).toEqual({ code: 0, stdout: usage, stderr: "" });
    expect((await run("--help")).stdout).toMatch(/^ {2}state move +move the state/m);
    expect((await run("state", "move", "--help")).stdout).toMatch(/^ {2}--to URL /m);
  });

  test.each([
    [[], 1, ""],
    [["emulatr"], 1, "mixpeek-triggers: unknown command emulatr. Did you mean emulator? [USAGE].\n"],
    [
      ["frobnicate"],
      1,
      "mixpeek-triggers: unknown command frobnicate. See mixpeek-triggers --help [USAGE].\n",
    ],
    [
      ["emulator", "--prot", "1"],
      1,
      "mixpeek-triggers emulator: unknown option --prot. Did you mean --port? [USAGE].\n",
    ],
    [
      ["emulator", "--plan", "gold"],
      1,
      "mixpeek-triggers emulator: --plan gold is not one of free, pro, none [USAGE].\n",
    ],
    [
      ["emulator", "--port", "99999"],
      1,
      "mixpeek-triggers emulator: --port 99999 is not a whole number from 0 to 65535 [USAGE].\n",
    ],
  ])("%j exits with %i and says why", async (args, code, stderr) => {
    expect(await run(...args)).toMatchObject({ code, stderr });
  });
});

describe("mixpeek-triggers emulator", () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill("SIGKILL");
  });

  test("serves, explains its use, never prints a key, and ends cleanly on Ctrl-C", async () => {
    child = spawn(process.execPath, [MAIN, "emulator", "--port", "0", "--key", "sk_canary_1"], {
      stdio: "pipe",
    });
    let output = "";
    const url = await new Promise<string>((found) => {
      child!.stdout!.on("data", (text: Buffer) => {
        output += text;
        const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
        if (match && output.includes("Ctrl-C stops it.")) found(match[0]);
      });
    });
    const answer = await fetch(`${url}/v1/triggers/list`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_canary_1",
        "x-namespace": "dev",
        "content-type": "application/json",
      },
      body: "{}",
    });
    expect(await answer.json()).toEqual({ results: [], total: 0, offset: 0, limit: 50 });
    const ended = new Promise<number | null>((done) => child!.once("exit", done));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(output).toContain("200 POST /v1/triggers/list dev");
    expect(output).not.toContain("sk_canary_1");
  });
});
