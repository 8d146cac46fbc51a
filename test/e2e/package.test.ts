import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Repo } from "./repo";

const ROOT = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-package-"));

const run = (command: string, args: string[], cwd = folder): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** An empty project that installed the tarball, as a user's. The SDK is linked: it is the user's own dependency. */
beforeAll(() => {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], ROOT);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "user", version: "1.0.0", private: true }),
  );
  run("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--omit=peer",
    "--legacy-peer-deps",
    "--prefer-offline",
    `./${tarball}`,
  ]);
  mkdirSync(join(folder, "node_modules", "@pulumi"), { recursive: true });
  for (const name of ["@pulumi/pulumi", "@types/node", "undici-types"]) {
    mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "junction");
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("holds what it needs and nothing of the workshop", () => {
  const files = readdirSync(join(folder, "node_modules", "pulumi-mixpeek"), { recursive: true }).map(String);
  for (const file of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/runtime.js",
    "dist/cli/main.js",
    "schema.json",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "tools/pulumi-cli/go.mod",
  ]) {
    expect(files).toContain(file);
  }
  expect(files.filter((file) => /(^|\/)(test|provider|examples)\/|build-stamp|\.test\./.test(file))).toEqual(
    [],
  );
});

test("import * as mixpeek works, with types", () => {
  const program = `import * as mixpeek from "pulumi-mixpeek";
export const schedule: mixpeek.Schedule = mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" });
export const args: mixpeek.TriggerArgs = { actionType: "cluster", actionConfig: { clusterId: "clust_1" }, schedule };
// @ts-expect-error a cluster has no batchId
export const wrong: mixpeek.TriggerArgs = { actionType: "cluster", actionConfig: { batchId: "btch_1" }, schedule };
console.log(typeof mixpeek.Trigger, JSON.stringify(schedule));
`;
  writeFileSync(join(folder, "index.ts"), program);
  const options = [
    "--strict",
    "--module",
    "commonjs",
    "--moduleResolution",
    "node10",
    "--target",
    "es2022",
    "--skipLibCheck",
    "index.ts",
  ];
  run(process.execPath, [join(ROOT, "node_modules", "typescript", "bin", "tsc"), ...options]);
  expect(run(process.execPath, ["index.js"])).toBe(
    'function {"triggerType":"cron","scheduleConfig":{"cronExpression":"0 2 * * *","timezone":"Europe/Paris"}}\n',
  );
});

test.each([
  ["node10", "commonjs"],
  ["nodenext", "nodenext"],
])("the emulator of the docs runs in a user's tests, with types by %s", (moduleResolution, module) => {
  const [, program] = /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, "docs/emulator.md"), "utf8"))!;
  const lines = program!.replace("emulator.url;", "console.log(emulator.url);").split("\n");
  const [imports, ...body] = lines;
  const source = [
    imports!,
    "async function main(): Promise<void> {",
    ...body,
    "// @ts-expect-error an emulator has no such method",
    "emulator.nothing;",
    "}",
    "void main();",
  ];
  writeFileSync(join(folder, "emulated.ts"), source.join("\n"));
  const options = ["--strict", "--target", "es2022", "--skipLibCheck", "--types", "node"];
  const how = ["--module", module, "--moduleResolution", moduleResolution];
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [tsc, ...options, ...how, "emulated.ts"]);
  expect(run(process.execPath, ["emulated.js"])).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
});

test("the shim's path resolves from the project, and so does the schema", () => {
  const source =
    "console.log(Object.keys(require('pulumi-mixpeek/runtime')).join(), require('pulumi-mixpeek/schema.json').$schema)";
  expect(run(process.execPath, ["-e", source])).toMatch(
    /^configure,check,diff,create,update,read,delete http/,
  );
});

test("npx mixpeek-triggers --help", () => {
  expect(run("npx", ["--no-install", "mixpeek-triggers", "--help"])).toContain(
    "Usage: mixpeek-triggers <command> [options]",
  );
});

test("a repository of YAML alone goes from dev to prod by the installed command", async () => {
  const repo = await Repo.open({
    main: join(folder, "node_modules", "pulumi-mixpeek", "dist", "cli", "main.js"),
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
