// Tests the emulator with the vendor's own Python client, pinned in requirements.txt. The last line has the counts.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const COMMAND = join(HERE, "../../dist/cli/main.js");
const isWindows = process.platform === "win32";

/** A Python that can run the client; undefined if there is none. */
function findPython() {
  const code = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  return ["python3", "python"].find((name) => spawnSync(name, ["-c", code]).status === 0);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${status}`);
}

/** Installs the client in a virtual environment; returns that environment's Python. */
function installClient(python, folder) {
  const venv = join(folder, "venv");
  run(python, ["-m", "venv", venv]);
  const own = join(venv, isWindows ? "Scripts/python.exe" : "bin/python");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  run(own, [...pip, "--only-binary", ":all:", "--require-hashes", "-r", join(HERE, "requirements.txt")]);
  return own;
}

/** Starts an emulator on a free port. Resolves with its process and URL once it listens. */
function startEmulator(...options) {
  const args = [COMMAND, "emulator", "--port", "0", "--quiet", ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the emulator ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /(http:\/\/\S+)$/.exec(line)?.[1];
      if (url) resolve({ child, url });
    });
  });
}

const python = findPython();
if (!python) {
  console.log("skipped: the vendor's client (it needs Python 3.10 or newer with venv and pip)");
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), "mixpeek-vendor-"));
const started = [];
let status = 1;
try {
  const own = installClient(python, folder);
  for (const plan of ["none", "free"]) started.push(await startEmulator("--plan", plan));
  const urls = started.map(({ url }) => url);
  const driven = spawnSync(own, ["-B", join(HERE, "drive.py"), ...urls], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  status = driven.status ?? 1;
  if (driven.error) throw driven.error;
} catch (error) {
  console.log(`FAILED  ${error.message}`);
  console.log("0 passed, 1 failed");
} finally {
  for (const { child } of started) child.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = status;
