// The benchmark's folders, and the machine it runs on: a time is meaningless without its machine.
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, platform, totalmem } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The benchmark's own folder, ignored by git: builds and run folders. */
export const SCRATCH = join(ROOT, ".tmp", "bench");

export function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function findEngine() {
  const { ensureEngine } = createRequire(import.meta.url)("../dist/engine/index.js");
  return ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
}

export function machineFacts(engine) {
  const terraform = onPath("terraform");
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.versions.node,
    pulumi: engine.version,
    terraform: terraform ? terraformVersion(terraform) : null,
    revision: git("rev-parse", "--short", "HEAD"),
  };
}

/** Reads only stdout: a warning about a missing settings file goes to stderr. */
function terraformVersion(terraform) {
  const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
  const stdio = ["ignore", "pipe", "ignore"];
  return JSON.parse(execFileSync(terraform, ["version", "-json"], { env, stdio })).terraform_version;
}

function git(...args) {
  try {
    return execFileSync("git", args, { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    // An exported tree has no git history.
    return null;
  }
}
