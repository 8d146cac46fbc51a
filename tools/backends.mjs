// Starts PostgreSQL, Azure Blob Storage and S3 servers on 127.0.0.1, for Pulumi states: `npm run backends`.
// With `-- COMMAND ARGS…`: runs the command with the backends as JSON in MIXPEEK_BACKENDS, then stops the servers.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, "tools", "backends");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

const say = (line) => process.stderr.write(`backends: ${line}\n`);

/** The servers' packages have their own lock file and are installed only here. */
function installServers() {
  const stamp = join(FOLDER, "node_modules", ".pulumi-mixpeek-stamp");
  const lock = fs.readFileSync(join(FOLDER, "package-lock.json"));
  const wanted = `${process.platform} ${process.arch} ${createHash("sha256").update(lock).digest("hex")}\n`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  say("installing the servers (250 MB in tools/backends/node_modules, about a minute, once)");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  // On Windows, npm is a .cmd file, which only a shell can start.
  const options = { cwd: FOLDER, stdio: ["ignore", 2, 2], shell: process.platform === "win32" };
  const { status, error } = spawnSync("npm", args, options);
  if (status !== 0)
    throw new Error(
      `cannot install the servers: npm ci ended with ${error?.code ?? status}, see above. Check the network and the npm registry, then run again.`,
    );
  fs.writeFileSync(stamp, wanted);
}

function print({ label, skipped, url, env }) {
  console.log(`\n# ${label}`);
  if (skipped) return console.log(`#   skipped: ${skipped}`);
  const variables = { ...env, PULUMI_BACKEND_URL: url };
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}='${value}'`);
}

/** Out: the command's exit code. */
function runCommand([command, ...args], backends, stopped) {
  const plain = backends.map(({ stop: _, ...backend }) => backend);
  const env = { ...process.env, MIXPEEK_BACKENDS: JSON.stringify(plain) };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: "inherit" });
  stopped.then((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

async function main(args) {
  const at = args.indexOf("--");
  const command = at === -1 ? [] : args.slice(at + 1);
  const given = at === -1 ? args : args.slice(0, at);
  const stopped = new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve(signal));
  });
  installServers();
  const { NAMES, startBackends } = await import("./backends/index.mjs");
  const unknown = given.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new Error(`no backend is called ${unknown}. Name any of ${NAMES.join(", ")}.`);
  const { backends, stop } = await startBackends(given.length > 0 ? given : NAMES, say);
  try {
    if (command.length > 0) return await runCommand(command, backends, stopped);
    for (const backend of backends) print(backend);
    if (backends.every(({ skipped }) => skipped)) return 1;
    console.log("\n# These servers run, and keep what they hold, until Ctrl-C.");
    await stopped;
    return 0;
  } finally {
    await stop();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error.message);
    process.exitCode = 1;
  },
);
