import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { manualClock, startEmulator } from "../../../provider/emulator";
import { ensureEngine } from "../../../provider/engine";
import { KEY } from "../key";
import { LanguageHost } from "../language-host";
import { Repo } from "../repo";

const ROOT = resolve(__dirname, "../../..");
const top = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-package-"));

const npm = join(top, "npm");

const run = (command: string, args: string[], cwd = npm): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const version = (name: string): string =>
  JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
/** What a user's project depends on in addition to the package, in this checkout's versions. */
const OWN = ["@pulumi/pulumi", "@types/node", "typescript"].map((name) => `${name}@${version(name)}`);

const PNPM = ["exec", "--yes", "--prefer-offline", "--package=pnpm@12.21.0", "--", "pnpm"];
const MANAGERS = {
  npm: {
    install: ["install", "--no-audit", "--no-fund", "--prefer-offline"],
    command: ["exec", "--no", "--", "mixpeek-triggers"],
  },
  // pnpm runs no install script of a dependency without permission, and fails if it skipped one.
  pnpm: {
    install: [...PNPM, "add", "--prefer-offline", "--allow-build=protobufjs"],
    command: [...PNPM, "exec", "mixpeek-triggers"],
  },
};

/** Empty projects with the tarball installed, as a user would. */
beforeAll(() => {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", top], ROOT);
  const tarball = readdirSync(top).find((name) => name.endsWith(".tgz"))!;
  for (const [manager, { install }] of Object.entries(MANAGERS)) {
    const folder = join(top, manager);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
    run("npm", [...install, join(top, tarball), ...OWN], folder);
  }
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

test("contains what it needs, and no development files", () => {
  const files = readdirSync(join(npm, "node_modules", "pulumi-mixpeek"), { recursive: true }).map(String);
  for (const file of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/runtime.js",
    "dist/cli/main.js",
    "schema.json",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    // Messages and the comments of public types refer to these.
    "docs/definitions.md",
    "docs/emulator.md",
    "docs/errors.md",
  ]) {
    expect(files).toContain(file);
  }
  expect(
    files.filter((file) => /(^|\/)(test|tools|provider|examples)\/|build-stamp|\.test\./.test(file)),
  ).toEqual([]);
});

const PROGRAM = `import * as mixpeek from "pulumi-mixpeek";
const trigger = new mixpeek.Trigger("nightly-clusters", {
  actionType: "cluster",
  actionConfig: { clusterId: mixpeek.ref.cluster("product-clusters") },
  schedule: mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" }),
  status: "active",
});
export const status = trigger.status;
`;
const TSCONFIG = { strict: true, target: "es2022", module: "nodenext", skipLibCheck: true };

/** One `pulumi up` of the project in a folder, with an emulator and a separate state. */
async function up(folder: string): Promise<{ triggers: unknown[]; outputs: unknown }> {
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: TSCONFIG }));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: user\nruntime: nodejs\n");
  const state = mkdtempSync(join(top, "state-"));
  const { pulumi, bin } = await ensureEngine();
  const emulator = await startEmulator({ clock: manualClock(), keys: [KEY] });
  const env = {
    ...process.env,
    PATH: [bin, process.env["PATH"]].join(delimiter),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: join(state, "home"),
    PULUMI_CONFIG_PASSPHRASE: "e2e",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    MIXPEEK_API_KEY: KEY,
    MIXPEEK_BASE_URL: emulator.url,
    MIXPEEK_NAMESPACE: "dev",
  };
  const host = await LanguageHost.start(env);
  const engine = (...args: string[]): Promise<string> =>
    new Promise((done, fail) => {
      execFile(pulumi, args, { cwd: folder, env }, (error, stdout, stderr) =>
        error ? fail(new Error(`pulumi ${args[0]}:\n${stdout}${stderr}`)) : done(stdout),
      ).stdin?.end();
    });
  try {
    await engine("stack", "init", "test");
    await engine("up", "--yes", "--skip-preview", "--stack", "test", ...host.flags);
    return {
      triggers: emulator.triggers("dev").map(({ name }) => name),
      outputs: JSON.parse(await engine("stack", "output", "--json", "--stack", "test")),
    };
  } finally {
    host.close();
    await emulator.close();
  }
}

const TYPED = `import * as mixpeek from "pulumi-mixpeek";
export const schedule: mixpeek.Schedule = mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" });
export const args: mixpeek.TriggerArgs = { actionType: "cluster", actionConfig: { clusterId: "clust_1" }, schedule };
// @ts-expect-error a cluster has no batchId
export const wrong: mixpeek.TriggerArgs = { actionType: "cluster", actionConfig: { batchId: "btch_1" }, schedule };
console.log(typeof mixpeek.Trigger, JSON.stringify(schedule));
`;

/** The example of docs/emulator.md, as a program that prints the emulator's address. */
function emulated(): string {
  const [, program] = /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, "docs/emulator.md"), "utf8"))!;
  const [imports, ...body] = program!.replace("emulator.url;", "console.log(emulator.url);").split("\n");
  return [
    imports!,
    "async function main(): Promise<void> {",
    ...body,
    "// @ts-expect-error an emulator has no such method",
    "emulator.nothing;",
    "}",
    "void main();",
  ].join("\n");
}

test.each([
  ["node10", "commonjs"],
  ["nodenext", "nodenext"],
])("import * as mixpeek and the emulator in the docs work, with types, by %s", (moduleResolution, module) => {
  writeFileSync(join(npm, "index.ts"), TYPED);
  writeFileSync(join(npm, "emulated.ts"), emulated());
  const options = ["--strict", "--target", "es2022", "--skipLibCheck", "--types", "node"];
  const how = ["--module", module, "--moduleResolution", moduleResolution];
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [tsc, ...options, ...how, "index.ts", "emulated.ts"]);
  expect(run(process.execPath, ["index.js"])).toBe(
    'function {"triggerType":"cron","scheduleConfig":{"cronExpression":"0 2 * * *","timezone":"Europe/Paris"}}\n',
  );
  expect(run(process.execPath, ["emulated.js"])).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
});

test("the shim's path resolves from the project, and so does the schema", () => {
  const source =
    "console.log(Object.keys(require('pulumi-mixpeek/runtime')).join(), require('pulumi-mixpeek/schema.json').$schema)";
  expect(run(process.execPath, ["-e", source])).toMatch(
    /^configure,check,diff,create,update,read,delete http/,
  );
});

describe.each(Object.entries(MANAGERS))("installed by %s", (manager, { command }) => {
  const folder = join(top, manager);

  test("mixpeek-triggers --help", () => {
    expect(run("npm", [...command, "--help"], folder)).toContain(
      "Usage: mixpeek-triggers <command> [options]",
    );
  });

  // With "module", Node 20 loads TypeScript only through a ts-node of the user's own: docs/install.md.
  test.each([
    ["commonjs", "program.ts"],
    ["module", "program.js"],
  ])("pulumi up applies a program of the type %s, %s", async (type, main) => {
    const user = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...user, type, main }));
    writeFileSync(join(folder, main), PROGRAM);
    expect(await up(folder)).toEqual({ triggers: ["nightly-clusters"], outputs: { status: "active" } });
  });
});

test("a repository of only YAML goes from dev to prod with the installed command", async () => {
  const repo = await Repo.open({
    main: join(npm, "node_modules", "pulumi-mixpeek", "dist", "cli", "main.js"),
  });
  try {
    const up = (name: string) => repo.run("up", "--env", `environments/${name}.yaml`, "--yes");
    expect((await repo.run("init", "--name", "search-triggers")).code).toBe(0);
    expect(await repo.run("validate", "--all-envs")).toMatchObject({ code: 0, requests: [] });
    expect(await repo.run("preview", "--env", "environments/dev.yaml")).toMatchObject({
      code: 2,
      writes: [],
    });
    const first = await up("dev");
    expect([first.code, first.writes]).toEqual([0, Array(5).fill("POST /v1/triggers")]);
    expect(await up("dev")).toMatchObject({ code: 0, writes: [] });
    const promoted = await up("prod");
    expect([promoted.code, promoted.writes]).toEqual([0, Array(4).fill("POST /v1/triggers")]);
    expect(repo.live("prod")["nightly-clusters"]!.action_config).toMatchObject({
      cluster_id: "clust_prod_product_clusters",
    });
    const destroyed = await repo.run("destroy", "--env", "environments/dev.yaml", "--yes");
    expect([destroyed.code, destroyed.writes.length]).toEqual([0, 5]);
    expect(Object.keys(repo.live("prod"))).toHaveLength(4);
  } finally {
    await repo.close();
  }
});
