import { type ChildProcess, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import ts from "typescript";

const ROOT = join(__dirname, "..", "..");
const ENGINE = join(ROOT, "provider", "engine");

/** Builds when the socket tells it to. The socket closes when it has ended. */
const GO = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2);
if (args[0] === "env") return console.log("go1.26.0");
const out = args[args.indexOf("-o") + 1];
fs.writeFileSync(path.join(process.env.GOTMPDIR, "half-done"), "");
require("node:net").connect(process.env.GO_SOCKET)
  .once("close", () => process.exit(1))
  .once("data", () => {
    fs.mkdirSync(path.dirname(out), { recursive: true });
    fs.writeFileSync(out, "#!/bin/sh\\necho v3.259.0\\n", { mode: 0o755 });
    process.exit();
  });
`;

const MAIN = `const [engine, cli] = process.argv.slice(1).map((path) => require(path));
engine.ensureEngine({ onProgress: console.log, build: cli.build }).then(({ source }) => console.log(source));`;

let folder: string;
let cache: string;
let server: Server;
const builds: Socket[] = [];
const runs: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "two-runs-"));
  cache = join(folder, "cache");
  copyCheckout();
  mkdirSync(join(folder, "go"));
  writeFileSync(join(folder, "go", "go"), GO, { mode: 0o755 });
  server = createServer((socket) => {
    builds.push(socket.on("error", () => {}));
    server.emit("build", socket);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
});

afterEach(async () => {
  for (const run of runs.splice(0)) run.kill("SIGKILL");
  for (const socket of builds.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** dist/engine and tools/pulumi-cli, with an empty module. There is no curl on PATH to download with. */
function copyCheckout(): void {
  mkdirSync(join(folder, "dist", "engine"), { recursive: true });
  for (const name of readdirSync(ENGINE)) {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(readFileSync(join(ENGINE, name), "utf8"), { compilerOptions });
    writeFileSync(join(folder, "dist", "engine", name.replace(/\.ts$/, ".js")), outputText);
  }
  const cli = join("tools", "pulumi-cli");
  mkdirSync(join(folder, cli), { recursive: true });
  copyFileSync(join(ROOT, cli, "build.cjs"), join(folder, cli, "build.cjs"));
  for (const name of ["go.mod", "go.sum", "tools.go"]) writeFileSync(join(folder, cli, name), "");
}

const nextBuild = () => new Promise<Socket>((resolve) => server.once("build", resolve));

function start() {
  const env = { PATH: join(folder, "go"), MIXPEEK_TRIGGERS_CACHE: cache, GO_SOCKET: join(folder, "socket") };
  const run = spawn(
    process.execPath,
    ["-e", MAIN, join(folder, "dist", "engine"), join(folder, "tools", "pulumi-cli", "build.cjs")],
    { env },
  );
  runs.push(run);
  let said = "";
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    run.emit("said");
  });
  const ended = new Promise<{ said: string; code: number | null; signal: string | null }>((resolve) =>
    run.once("close", (code, signal) => resolve({ said, code, signal })),
  );
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => said.includes(text) && resolve();
      run.on("said", look);
      look();
    });
  return { run, ended, says };
}

it("lets two processes share one build", async () => {
  const building = nextBuild();
  const first = start();
  const build = await building;
  const second = start();
  await second.says(`another run is installing the engine (pid ${first.run.pid}), waiting\n`);
  build.write("build");
  expect((await first.ended).said).toMatch(/\ngo build\n$/);
  expect((await second.ended).said).toMatch(/waiting\ncache\n$/);
  expect(builds).toHaveLength(1);
  expect(readdirSync(cache)).toEqual([`pulumi-3.259.0-${process.platform}-${process.arch}`]);
});

it.each(["SIGINT", "SIGTERM"] as const)("ends the build and leaves nothing on %s", async (signal) => {
  const building = nextBuild();
  const { run, ended } = start();
  const build = await building;
  const goEnded = new Promise((resolve) => build.resume().once("close", resolve));
  run.kill(signal);
  expect(await ended).toMatchObject({ code: null, signal });
  await goEnded;
  expect(readdirSync(cache)).toEqual([]);
});

it("takes over after a killed run, and removes what it left", async () => {
  const building = nextBuild();
  const killed = start();
  const orphan = await building;
  killed.run.kill("SIGKILL");
  await killed.ended;
  const orphanEnded = new Promise((resolve) => orphan.once("close", resolve));
  orphan.destroy();
  await orphanEnded;
  expect(
    readdirSync(cache)
      .map((name) => name.replace(/^.*\./, ""))
      .sort(),
  ).toEqual(["lock", "tmp"]);

  const again = nextBuild();
  const next = start();
  (await again).write("build");
  expect((await next.ended).said).toMatch(/\ngo build\n$/);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(existsSync(join(cache, `pulumi-3.259.0-${process.platform}-${process.arch}`, "bin", "pulumi"))).toBe(
    true,
  );
});
