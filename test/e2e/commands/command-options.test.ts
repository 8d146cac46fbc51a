import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const PROD = ["--env", "environments/prod.yaml"];

let repo: Repo;
beforeEach(() => open("dev"));
async function open(...stacks: string[]): Promise<void> {
  repo = await Repo.open({ stacks });
  search(repo);
}
afterEach(() => repo.close());

const VERSION_FIRST = /^\{\n {2}"version": 1,\n/;

test("--json prints one object, and --target limits the run to one trigger", async () => {
  const preview = await repo.run("preview", ...DEV, "--json");
  expect(preview.stdout).toMatch(VERSION_FIRST);
  expect(JSON.parse(preview.stdout)).toMatchObject({
    command: "preview",
    ok: true,
    applied: false,
    summary: { create: 2 },
  });
  const one = await repo.run("up", ...DEV, "--yes", "--json", "--target", "search-canary");
  expect(JSON.parse(one.stdout)).toEqual({
    version: 1,
    command: "up",
    ok: true,
    applied: true,
    project: "search-triggers",
    stack: "dev",
    environment: "environments/dev.yaml",
    backend: `file://${repo.folder}/.mixpeek/state`,
    api: repo.emulator.url,
    summary: {
      create: 1,
      update: 0,
      replace: 0,
      delete: 0,
      forget: 0,
      adopt: 0,
      adopt_update: 0,
      conflict: 0,
      unchanged: 0,
      requests: 1,
    },
    stateless: false,
    triggers: [
      {
        name: "search-canary",
        namespace: "dev",
        op: "create",
        trigger_id: null,
        changes: [],
        recorded: [],
        suppressed: [],
        details: [],
        requests: 1,
      },
    ],
    messages: [],
    errors: [],
    issues: [],
  });
  expect(Object.keys(repo.live("dev"))).toEqual(["search-canary"]);
  const broken = await repo.run("preview", "--env", "environments/none.yaml", "--json");
  expect(JSON.parse(broken.stdout)).toMatchObject({
    ok: false,
    issues: [{ code: "FILE_NOT_FOUND", line: 1 }],
  });
});

test("refresh reports manual changes, and writes nothing", async () => {
  await repo.run("up", ...PROD, "--yes");
  repo.emulator.edit("prod", "search-canary", {
    status: "paused",
    schedule_config: { interval_seconds: 60 },
  });
  const { code, stdout, requests } = await repo.run("refresh", ...PROD, "--yes");
  expect([code, requests]).toEqual([0, ["LIST"]]);
  expect(stdout).toContain("schedule_config.interval_seconds is 60 live, 300 in the state (live drifted)");
  const { stdout: after } = await repo.run("preview", ...PROD);
  expect(after).toContain("schedule_config.interval_seconds is 60 live, 300 desired (live drifted)");
  expect(after).toContain("paused live and left paused");
});

test("Pulumi.yaml sets project and backend; a relative backend is relative to the repository, and secrets need a passphrase there", async () => {
  await repo.close();
  await open();
  mkdirSync(join(repo.folder, "../kept"));
  repo.write(
    "Pulumi.yaml",
    "name: named\nruntime: nodejs\nbackend: { url: file://../kept }\nmixpeek: { repository: team/search }\n",
  );
  repo.env = { PULUMI_CONFIG_PASSPHRASE: undefined };
  const refused = await repo.run("up", ...DEV, "--yes");
  expect(refused).toMatchObject({ code: 1, writes: [] });
  expect(refused.stderr).toMatch(/PULUMI_CONFIG_PASSPHRASE.*\[PASSPHRASE_MISSING\]/);
  repo.env = {};
  const { stdout, code } = await repo.run("up", ...DEV, "--yes");
  expect([code, stdout.split("\n")[0]]).toEqual([
    0,
    `mixpeek-triggers up: stack named/dev, state in file://${join(repo.folder, "../kept")}, API ${repo.emulator.url}`,
  ]);
  expect(existsSync(join(repo.folder, "../kept/.pulumi/stacks/named/dev.json"))).toBe(true);
  // As for every Pulumi user, the stack's settings are in the repository.
  expect(repo.read("Pulumi.dev.yaml")).toMatch(/^encryptionsalt: /);
  repo.env = { PULUMI_CONFIG_PASSPHRASE: "another" };
  // A run with nothing to do decrypts no secrets.
  repo.edit("triggers/search.yaml", "Cluster all products each night", "Cluster all products");
  const wrong = await repo.run("up", ...DEV, "--yes");
  expect(wrong).toMatchObject({ code: 1, writes: [] });
  expect(wrong.stderr).toMatch(/incorrect passphrase.* \[PASSPHRASE_WRONG\]\.$/m);
  expect(wrong.stderr).not.toMatch(/\n\s+at /);
});
