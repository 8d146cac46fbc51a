import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { afterEach, expect, test } from "@jest/globals";

const MAIN = resolve(__dirname, "../../dist/cli/main.js");

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

/** Runs the demo in a group of its own, as a terminal does; `until` is called with all that was printed so far. */
function demo(
  until: (output: string) => void = () => undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    const started = spawn(process.execPath, [MAIN, "demo"], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    let output = "";
    const take = (text: Buffer): void => {
      output += text;
      until(output);
    };
    started.stdout.on("data", take);
    started.stderr.on("data", take);
    started.once("close", (code) => done({ code, output }));
  });
}

const folders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("pulumi-mixpeek-demo-"));

test("tells the whole story, plain where nobody watches, and leaves nothing behind", async () => {
  const before = folders();
  const { code, output } = await demo();
  expect({ code, output }).toMatchObject({ code: 0 });
  for (const line of [
    "6 changed, 0 unchanged; 7 requests: 1 list, 6 POST /v1/triggers",
    "0 changed, 6 unchanged; 1 request: 1 list",
    'i nightly-clusters: schedule_config.cron_expression is "0 9 * * *" live, "0 2 * * *" desired (live drifted)',
    "i search-canary: paused live and left paused, since no status is declared",
    "1 changed, 5 unchanged; 2 requests: 1 list, 1 PATCH /v1/triggers/{id}",
    "2 requests: 1 list, 1 POST /v1/triggers/{id}/pause",
    "2 requests: 1 list, 1 POST /v1/triggers/{id}/resume",
    "! cannot create trigger",
    "so the old one still runs: trg_",
    "± nightly-clusters     replaced",
    "6 changed, 0 unchanged; 6 requests: 6 DELETE /v1/triggers/{id}",
  ]) {
    expect(output).toContain(line);
  }
  expect(output).not.toContain("\u001b");
  expect(folders()).toEqual(before);
});

test("Ctrl-C stops it, with code 130 and nothing left behind", async () => {
  const before = folders();
  let interrupted = false;
  const { code, output } = await demo((printed) => {
    if (interrupted || !printed.includes("2. Nothing changed")) return;
    interrupted = true;
    // To the whole group, as the terminal sends it.
    process.kill(-child!.pid!, "SIGINT");
  });
  expect({ code, output }).toMatchObject({ code: 130 });
  expect(output).toContain("Stopped; the emulator and its folder are gone.");
  expect(output).not.toContain("3. A hand on the live schedule");
  expect(folders()).toEqual(before);
  // Nobody of the group is left to be told anything.
  expect(() => process.kill(-child!.pid!, 0)).toThrow("ESRCH");
});
