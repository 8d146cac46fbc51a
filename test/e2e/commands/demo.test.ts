import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Fault } from "../../../provider/emulator";

const MAIN = resolve(__dirname, "../../../dist/cli/main.js");

let child: ChildProcess | undefined;
/** For the temporary files of this demo only: others may run at the same time. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(temporary, { recursive: true, force: true });
});

/** Runs the demo in its own process group, as a terminal does. `until` is called with the whole output so far. */
function demo(
  until: (output: string) => void = () => undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    const started = spawn(process.execPath, [MAIN, "demo"], {
      detached: true,
      env: { ...process.env, TMPDIR: temporary },
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
  readdirSync(temporary).filter((name) => name.startsWith("pulumi-mixpeek-demo-"));

test("shows every step, without colours if there is no terminal, and leaves nothing behind", async () => {
  const before = folders();
  const { code, output } = await demo();
  expect({ code, output }).toMatchObject({ code: 0 });
  for (const line of [
    "5 definitions, environments/dev.yaml: 5 triggers, environments/staging.yaml: 5 triggers, environments/prod.yaml: 4 triggers, no problems found.",
    "5 created.\n   11 requests: 5 lookups, 1 list, 5 POST /v1/triggers",
    "5 unchanged.\n   6 requests: 5 lookups, 1 list",
    "dev  nightly-clusters runs clust_dev_product_clusters",
    "prod nightly-clusters runs clust_prod_product_clusters",
    'schedule_config.cron_expression is "0 9 * * *" live, "0 3 * * *" desired (live drifted)',
    "paused live and left paused, since no status is declared",
    "~ nightly-clusters  changed 20",
    "exit 2;",
    "= crawl-documents      adopted",
    "3 created, 1 adopted.",
    "1 updated, 3 unchanged.",
    "1 PATCH /v1/triggers/{id}",
    "triggers/catalog.yaml:22:24 CRON_INVALID nightly-clusters: schedule_config.cron_expression",
    "triggers/catalog.yaml:30:7 KEY_UNKNOWN enrich-new-products: action_config.incremantal: is not a key of action_config. Did you mean incremental?",
    "2 errors.\n   exit 1; 0 requests",
    'there is no cluster "product-cluster" in namespace "prod". Did you mean ${cluster:product-clusters}?',
    "cannot create trigger",
    "The old trigger keeps running: trg_",
    "± nightly-clusters  replaced",
    "5 deleted.\n   5 requests: 5 DELETE /v1/triggers/{id}",
    "9. When triggers run",
    "Timeline of prod\n",
    "Runs per hour: ·· 0",
    "Paused (1, ",
    "\n   1 request: 1 list\n",
  ]) {
    expect(output).toContain(line);
  }
  // The page stays, so that the user can look at it.
  const [, page] = /\n {3}wrote (\S+timeline\.html)\n/.exec(output) ?? [];
  expect(readFileSync(page!, "utf8")).toContain("<title>Timeline of prod</title>");
  expect(output).not.toContain("\u001b");
  expect(folders()).toEqual(before);
});

test("Ctrl-C stops it with code 130, and it leaves nothing behind", async () => {
  const before = folders();
  let interrupted = false;
  let url: string | undefined;
  const { code, output } = await demo((printed) => {
    if (!url) {
      url = /emulator of .* at (http:\S+)/.exec(printed)?.[1];
      // The second list belongs to chapter 3. It is held there, however late the signal comes.
      if (url) void hold(url, { kind: "hold", operation: "list", after: 1 });
    }
    if (interrupted || !printed.includes("3. Nothing changed")) return;
    interrupted = true;
    // To the whole process group, as a terminal sends it.
    process.kill(-child!.pid!, "SIGINT");
  });
  expect({ code, output }).toMatchObject({ code: 130 });
  expect(output).toContain("Stopped; the emulator and its folder are removed.");
  expect(output).not.toContain("4. Promotion");
  expect(folders()).toEqual(before);
  // No process of the group is left. The last one may end a moment after the demo.
  while (isRunning(-child!.pid!)) await delay(20);
});

const hold = (url: string, fault: Fault): Promise<Response> =>
  fetch(`${url}/_emulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fault),
  });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
