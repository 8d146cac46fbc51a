// Makes a checkout ready: dependencies, dist/, and with --engine a Pulumi engine. Says nothing when all is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 18, 1];
const LOCK = join(ROOT, "package-lock.json");
const MODULES = join(ROOT, "node_modules");
const DIST = join(ROOT, "dist");

class SetupError extends Error {}

/** On stderr: `npm pack --json` and the like own stdout. */
const tell = (line) => process.stderr.write(`setup: ${line}\n`);

function checkNode() {
  const have = process.versions.node.split(".").map(Number);
  const at = OLDEST_NODE.findIndex((part, i) => part !== have[i]);
  if (at === -1 || have[at] > OLDEST_NODE[at]) return;
  throw new SetupError(
    `cannot set up with Node ${process.versions.node}: ${OLDEST_NODE.join(".")} or newer is needed. ` +
      "Install it (nodejs.org, or your version manager), then run again [NODE_TOO_OLD].",
  );
}

function installDependencies() {
  const stamp = join(MODULES, ".setup-stamp");
  const wanted = hash([LOCK]);
  if (readOrEmpty(stamp) === wanted) return;
  if (!isInstalled()) {
    tell("installing dependencies (about 30 s)");
    const npm = npmCommand();
    const args = [...npm.args, "ci", "--no-audit", "--no-fund", "--include=dev", "--no-dry-run"];
    const code = run(npm.command, args, { shell: npm.shell });
    if (code !== 0) {
      throw new SetupError(
        `cannot install dependencies: npm ci ended with ${code} (its words stand above). ` +
          "Check the network and the npm registry, then run again [INSTALL_FAILED].",
      );
    }
  }
  fs.writeFileSync(stamp, wanted);
}

/** Whether someone's own `npm ci` or `npm install` has put there what the lock names. */
function isInstalled() {
  const hidden = readOrEmpty(join(MODULES, ".package-lock.json"));
  if (hidden === "") return false;
  const installed = JSON.parse(hidden).packages;
  return Object.entries(JSON.parse(fs.readFileSync(LOCK, "utf8")).packages).every(
    ([path, { version, optional }]) => {
      if (path === "") return true;
      // npm leaves out what is for another platform.
      if (!installed[path]) return optional === true;
      return installed[path].version === version && fs.existsSync(join(ROOT, path));
    },
  );
}

/** The npm that runs us, when one does; another package manager does not know `ci`. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && basename(running).startsWith("npm-cli")) {
    return { command: process.execPath, args: [running], shell: false };
  }
  // On Windows npm is a .cmd, which only a shell starts.
  return { command: "npm", args: [], shell: process.platform === "win32" };
}

function build() {
  const stamp = join(DIST, ".build-stamp");
  const wanted = hash([...filesIn(join(ROOT, "provider")), join(ROOT, "tsconfig.json"), LOCK]);
  if (readOrEmpty(stamp) === wanted) return;
  tell("building dist/ (about 10 s)");
  const fresh = join(ROOT, ".tmp", `dist-${process.pid}`);
  const old = `${fresh}-old`;
  try {
    const tsc = join(MODULES, "typescript", "bin", "tsc");
    const code = run(process.execPath, [tsc, "-p", join(ROOT, "tsconfig.json"), "--outDir", fresh]);
    if (code !== 0) {
      throw new SetupError(
        "cannot build dist/: the types do not hold (see above). Correct them, then run again [BUILD_FAILED].",
      );
    }
    const main = join(fresh, "cli", "main.js");
    if (fs.existsSync(main)) fs.chmodSync(main, 0o755);
    fs.writeFileSync(join(fresh, ".build-stamp"), wanted);
    swap(fresh, old);
  } finally {
    for (const folder of [fresh, old]) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** By renames: whoever runs from dist/ meanwhile sees the old one or the new one, not half of each. */
function swap(fresh, old) {
  if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
  try {
    fs.renameSync(fresh, DIST);
  } catch (error) {
    // A run beside this one has put its own there in between: built from the same files.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
}

async function getEngine() {
  const { ensureEngine } = createRequire(import.meta.url)("../dist/engine/index.js");
  await ensureEngine({ onProgress: tell });
}

/** Over names and contents, with line ends and separators as on POSIX. */
function hash(files) {
  const digest = createHash("sha256");
  for (const file of files) {
    digest.update(`${relative(ROOT, file).split(sep).join("/")}\0`);
    digest.update(`${fs.readFileSync(file, "utf8").replaceAll("\r\n", "\n")}\0`);
  }
  return digest.digest("hex");
}

function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function run(command, args, options = {}) {
  // Our stdout stays clean, and nothing may wait for a key.
  const stdio = ["ignore", process.stderr, process.stderr];
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio, ...options });
  return error?.code ?? signal ?? status;
}

function readOrEmpty(path) {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const KNOWN = ["--engine", "--build-only"];

async function main(args) {
  const unknown = args.find((arg) => !KNOWN.includes(arg));
  if (unknown)
    throw new SetupError(`cannot set up: ${unknown} is unknown. Give ${KNOWN.join(" or ")} [USAGE].`);
  checkNode();
  installDependencies();
  build();
  if (args.includes("--engine") && !args.includes("--build-only")) await getEngine();
}

main(process.argv.slice(2)).catch((error) => {
  // Errors with a code explain themselves; others are faults of ours and need the trace.
  tell(error instanceof SetupError || error.name === "EngineError" ? error.message : error.stack);
  process.exitCode = 1;
});
