// Prepares a checkout: dependencies, dist/ and, with --engine, a Pulumi engine. Prints nothing if everything is there.
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
const MODULES_STAMP = join(MODULES, ".pulumi-mixpeek-stamp");
const DIST_STAMP = join(DIST, ".build-stamp");
const RUNNING = join(ROOT, ".tmp", "setup.lock");
/** Much longer than an installation and a build take. */
const STALE_MS = 30 * 60_000;

class SetupError extends Error {}

/** Prints to stderr: stdout belongs to commands such as `npm pack --json`. */
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

/** Packages may contain binaries, so another Node version or platform needs a new installation. */
const machine = () => `node ${process.versions.node.split(".")[0]} ${process.platform} ${process.arch}`;
const wantedModules = () => `${machine()}\n${hash([LOCK])}`;
const wantedDist = () => hash([...filesIn(join(ROOT, "provider")), join(ROOT, "tsconfig.json"), LOCK]);

const isReady = () =>
  readOrEmpty(MODULES_STAMP) === wantedModules() && readOrEmpty(DIST_STAMP) === wantedDist();

function installDependencies() {
  const had = readOrEmpty(MODULES_STAMP);
  if (had === wantedModules()) return;
  const isForAnother = had !== "" && !had.startsWith(`${machine()}\n`);
  if (isForAnother || !isInstalled()) {
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
  fs.writeFileSync(MODULES_STAMP, wantedModules());
}

/** Whether the user's own `npm ci` or `npm install` has installed what the lock file lists. */
function isInstalled() {
  const hidden = readOrEmpty(join(MODULES, ".package-lock.json"));
  if (hidden === "") return false;
  const installed = JSON.parse(hidden).packages;
  return Object.entries(JSON.parse(fs.readFileSync(LOCK, "utf8")).packages).every(
    ([path, { version, optional }]) => {
      if (path === "") return true;
      // npm does not install packages for other platforms.
      if (!installed[path]) return optional === true;
      return installed[path].version === version && fs.existsSync(join(ROOT, path));
    },
  );
}

/** The npm that runs this script, if one does. Another package manager does not have `ci`. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && basename(running).startsWith("npm-cli")) {
    return { command: process.execPath, args: [running], shell: false };
  }
  // On Windows, npm is a .cmd file, which only a shell can start.
  return { command: "npm", args: [], shell: process.platform === "win32" };
}

function build() {
  const wanted = wantedDist();
  if (readOrEmpty(DIST_STAMP) === wanted) return;
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

/** Swaps the folders by renaming: a process that uses dist/ sees the old or the new one, never a mixture. */
function swap(fresh, old) {
  if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
  fs.renameSync(fresh, DIST);
}

/** Runs `work` while no other set-up of this checkout runs: two would interfere in node_modules. */
async function alone(work) {
  fs.mkdirSync(dirname(RUNNING), { recursive: true });
  for (let told = false; !take(); ) {
    const holder = readOrEmpty(RUNNING);
    if (isStale(holder)) {
      removeStale(holder);
      continue;
    }
    if (!told) tell(`another set-up is at work here (pid ${holder}), waiting`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    work();
  } finally {
    fs.rmSync(RUNNING, { force: true });
  }
}

function take() {
  const mine = `${RUNNING}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    // A link appears together with its content, unlike a file that is opened and then written.
    fs.linkSync(mine, RUNNING);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function isStale(holder) {
  // It was released in the meantime, or it contains this process's id from an earlier process.
  if (holder === "" || Number(holder) === process.pid) return holder !== "";
  const since = fs.statSync(RUNNING, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > STALE_MS) return true;
  try {
    process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function removeStale(holder) {
  const aside = `${RUNNING}.stale-${process.pid}`;
  try {
    fs.renameSync(RUNNING, aside);
    // Another process may have taken it between the check and the move.
    if (readOrEmpty(aside) !== holder) fs.linkSync(aside, RUNNING);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
  fs.rmSync(aside, { force: true });
}

async function getEngine() {
  const require = createRequire(import.meta.url);
  const { ensureEngine } = require("../dist/engine/index.js");
  await ensureEngine({ onProgress: tell, build: require("./pulumi-cli/build.cjs").build });
}

/** A hash of names and contents, with POSIX line endings and separators. */
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
  // This script's stdout stays clean, and no child may wait for input.
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
  if (!isReady()) {
    await alone(() => {
      installDependencies();
      build();
    });
  }
  if (args.includes("--engine") && !args.includes("--build-only")) await getEngine();
}

main(process.argv.slice(2)).catch((error) => {
  // Errors with a code explain themselves. Others are internal errors and need the stack trace.
  tell(error instanceof SetupError || error.name === "EngineError" ? error.message : error.stack);
  process.exitCode = 1;
});
