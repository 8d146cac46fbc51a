import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

const ROOT = join(__dirname, "..", "..");

/** Copies each source, and fails on one without a value. The real compiler takes seconds. */
const TSC = `
const fs = require("node:fs"), path = require("node:path");
const out = process.argv[process.argv.indexOf("--outDir") + 1];
for (const name of fs.readdirSync("provider", { recursive: true }).filter((name) => name.endsWith(".ts"))) {
  const text = fs.readFileSync(path.join("provider", name), "utf8");
  if (text.includes("= ;")) process.exitCode = 2;
  const file = path.join(out, name.replace(/ts$/, "js"));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
`;

/** Counts its calls and installs the compiler. If there is a gate file, it waits until that is removed. */
const NPM = `
const fs = require("node:fs");
fs.appendFileSync("npm.log", process.argv.slice(2).join(" ") + "\\n");
const timer = setInterval(() => {
  if (fs.existsSync("gate")) return;
  clearInterval(timer);
  fs.rmSync("node_modules", { recursive: true, force: true });
  fs.mkdirSync("node_modules/typescript/bin", { recursive: true });
  fs.copyFileSync("tsc.js", "node_modules/typescript/bin/tsc");
}, 5);
`;

const OTHER_PLATFORM = { "node_modules/for-another-platform": { version: "1.0.0", optional: true } };
const lock = (version: string, more: object = OTHER_PLATFORM): string =>
  JSON.stringify({ packages: { "": {}, "node_modules/typescript": { version }, ...more } });

const PROJECT: Record<string, string> = {
  "package.json": "{}",
  "package-lock.json": lock("5.0.0"),
  "tsconfig.json": "{}",
  "provider/cli/main.ts": "exports.main = 1;\n",
  "provider/engine/index.ts":
    "exports.ensureEngine = async ({ onProgress, build }) => onProgress(`an engine is ${build()}`);\n",
  "tools/pulumi-cli/build.cjs": "exports.build = () => 'there';\n",
  "npm-cli.js": NPM,
  "tsc.js": TSC,
};

let folder: string;
const runs: ChildProcess[] = [];

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "setup-test-")));
  for (const [path, text] of Object.entries(PROJECT)) write(path, text);
  fs.copyFileSync(join(ROOT, "tools", "setup.mjs"), join(folder, "tools", "setup.mjs"));
});
afterEach(() => {
  for (const run of runs.splice(0)) run.kill("SIGKILL");
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function write(path: string, text: string): void {
  fs.mkdirSync(join(folder, dirname(path)), { recursive: true });
  fs.writeFileSync(join(folder, path), text);
}

const exists = (path: string): boolean => fs.existsSync(join(folder, path));
const env = () => ({ ...process.env, npm_execpath: join(folder, "npm-cli.js") });
const npmCalls = () =>
  exists("npm.log") ? fs.readFileSync(join(folder, "npm.log"), "utf8").split("\n").length - 1 : 0;

function setup(args: string[] = [], before: string[] = []) {
  const command = [...before, join("tools", "setup.mjs"), ...args];
  const { status, stderr, stdout } = spawnSync(process.execPath, command, {
    cwd: folder,
    env: env(),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const QUIET = { status: 0, stdout: "", stderr: "" };
const BUILT = { status: 0, stdout: "", stderr: "setup: building dist/ (about 10 s)\n" };

describe("in a fresh clone", () => {
  it("installs and builds, once", () => {
    expect(setup()).toMatchObject({ status: 0, stdout: "" });
    expect(fs.readFileSync(join(folder, "npm.log"), "utf8")).toBe(
      "ci --no-audit --no-fund --include=dev --no-dry-run\n",
    );
    expect(exists("dist/engine/index.js")).toBe(true);
    fs.accessSync(join(folder, "dist", "cli", "main.js"), fs.constants.X_OK);
    expect(setup()).toEqual(QUIET);
    expect(npmCalls()).toBe(1);
    expect(fs.readdirSync(join(folder, ".tmp"))).toEqual([]);
  });

  it("lets one of two runs work while the other waits", async () => {
    write("gate", "");
    const [first, second] = [start(), start()];
    await Promise.race([
      first.says("another set-up is at work here"),
      second.says("another set-up is at work here"),
    ]);
    fs.rmSync(join(folder, "gate"));
    const said = [await first.ended, await second.ended];
    expect(said.map(({ code }) => code)).toEqual([0, 0]);
    expect(said.filter((run) => run.said.includes("building dist/"))).toHaveLength(1);
    expect(npmCalls()).toBe(1);
  });

  it("continues after a killed run", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    write(".tmp/setup.lock", String(pid));
    expect(setup()).toMatchObject({ status: 0 });
    expect(fs.readdirSync(join(folder, ".tmp"))).toEqual([]);
  });

  it("reports what failed, and leaves no stamp, if npm fails", () => {
    write("npm-cli.js", "process.exit(3)");
    const { status, stderr } = setup();
    expect(status).toBe(1);
    expect(stderr).toContain("npm ci ended with 3");
    expect(exists("node_modules")).toBe(false);
  });
});

describe("if everything is there", () => {
  beforeEach(() => {
    setup();
  });

  it("gets the engine, in the same process, on request", () => {
    expect(setup(["--engine"])).toEqual({ ...QUIET, stderr: "setup: an engine is there\n" });
    expect(setup(["--build-only"])).toEqual(QUIET);
  });

  it("installs again if the lock file changes", () => {
    write("package-lock.json", lock("5.0.1"));
    expect(setup().status).toBe(0);
    expect(npmCalls()).toBe(2);
  });

  it("installs again for another Node or platform", () => {
    const stamp = join(folder, "node_modules", ".pulumi-mixpeek-stamp");
    const text = fs.readFileSync(stamp, "utf8").replace(/^node \d+/, "node 1");
    fs.writeFileSync(stamp, text);
    // Even if the packages are the right ones.
    write("node_modules/.package-lock.json", lock("5.0.0", {}));
    expect(setup().status).toBe(0);
    expect(npmCalls()).toBe(2);
  });

  it("uses what was installed manually", () => {
    write("package-lock.json", lock("5.0.1"));
    write("node_modules/.package-lock.json", lock("5.0.1", {}));
    expect(setup()).toEqual(BUILT);
    expect(npmCalls()).toBe(1);
    expect(setup()).toEqual(QUIET);
  });

  it("builds again without the output of a deleted source", () => {
    write("provider/new.ts", "exports.a = 1;\n");
    expect(setup()).toEqual(BUILT);
    expect(exists("dist/new.js")).toBe(true);
    fs.rmSync(join(folder, "provider", "new.ts"));
    expect(setup()).toEqual(BUILT);
    expect(exists("dist/new.js")).toBe(false);
  });

  it("keeps the old build if the new one fails", () => {
    write("provider/cli/main.ts", "exports.main = ;\n");
    const { status, stderr } = setup();
    expect(status).toBe(1);
    expect(stderr).toContain("[BUILD_FAILED]");
    expect(fs.readFileSync(join(folder, "dist", "cli", "main.js"), "utf8")).toContain("main = 1");
    expect(fs.readdirSync(join(folder, ".tmp"))).toEqual([]);
  });

  it.each([
    ["18.19.0", 1],
    ["20.18.0", 1],
    ["20.18.1", 0],
    ["26.0.0", 0],
  ])("checks Node %s before anything else", (version, status) => {
    const stamp = join(folder, "node_modules", ".pulumi-mixpeek-stamp");
    fs.writeFileSync(
      stamp,
      fs.readFileSync(stamp, "utf8").replace(/^node \d+/, `node ${version.split(".")[0]}`),
    );
    const text = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
    write("version.js", text);
    const result = setup([], ["--require", join(folder, "version.js")]);
    expect(result.status).toBe(status);
    expect(result.stderr.includes(`cannot set up with Node ${version}: 20.18.1 or newer is needed`)).toBe(
      status === 1,
    );
  });
});

it("rejects unknown arguments", () => {
  expect(setup(["--engin"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("--engin is unknown"),
  });
});

function start() {
  const run = spawn(process.execPath, [join("tools", "setup.mjs")], { cwd: folder, env: env() });
  runs.push(run);
  let said = "";
  run.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    run.emit("said");
  });
  const ended = new Promise<{ said: string; code: number | null }>((resolve) =>
    run.once("close", (code) => resolve({ said, code })),
  );
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      run.on("said", () => said.includes(text) && resolve());
    });
  return { ended, says };
}
