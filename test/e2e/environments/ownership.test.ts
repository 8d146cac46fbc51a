import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { pulumi } from "../pulumi-cli";
import { Repo } from "../repo";

const PROD = ["--env", "environments/prod.yaml"];

const repos: Repo[] = [];
let repo: Repo;
beforeEach(async () => {
  repo = await open();
});
afterEach(async () => {
  for (const each of repos.splice(0)) await each.close();
});

/** A repository with one trigger. `first`: a repository whose emulator and shared backend it uses. */
async function open(first?: Repo): Promise<Repo> {
  const opened = await Repo.open();
  repos.push(opened);
  writeFiles(opened);
  if (first) opened.env = { MIXPEEK_BASE_URL: first.emulator.url };
  return opened;
}

function writeFiles(to: Repo): void {
  declare(to, "nightly");
  to.write("environments/prod.yaml", "namespace: prod\n");
}

const applied = {
  "on its own backend": Repo.applied(writeFiles, ...PROD),
  "on a shared backend": Repo.applied(
    (made) => {
      writeFiles(made);
      repo = made;
      share(made);
    },
    ...PROD,
  ),
};
/** Replaces the repository that a test starts with. In the new one, the trigger is applied. */
async function openApplied(where: keyof typeof applied): Promise<void> {
  repo = await applied[where]();
  repos.push(repo);
}

function declare(to: Repo, ...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  to.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}

/** Makes all repositories use one backend, as in a team. */
function share(...all: Repo[]): string {
  const folder = join(repo.folder, "shared");
  mkdirSync(folder, { recursive: true });
  for (const each of all) {
    each.write("Pulumi.yaml", "name: search\nruntime: nodejs\n");
    each.env = { ...each.env, PULUMI_BACKEND_URL: `file://${folder}` };
  }
  return folder;
}

test("two repositories with one project name on one backend: the second one stops, and deletes nothing", async () => {
  const other = await open(repo);
  share(repo, other);
  other.write(".git/config", '[remote "origin"]\n\turl = https://token:secret@github.com/acme/ads.git\n');
  declare(repo, "nightly", "hourly");
  expect((await repo.run("up", ...PROD, "--yes")).writes).toHaveLength(2);

  for (const command of [["preview"], ["up", "--yes"], ["destroy", "--yes"], ["refresh", "--yes"]]) {
    const { code, stderr, writes } = await other.run(...command, ...PROD);
    expect([command, code, writes]).toEqual([command, 1, []]);
    expect(repo.emulator.requests().at(-1)!.method).not.toBe("DELETE");
    expect(stderr).toContain(
      `cannot ${command[0] === "up" ? "update" : command[0]} stack "prod" of project "search": it belongs to environments/prod.yaml of github.com/acme/search-triggers, namespace "prod", and this run is for environments/prod.yaml of github.com/acme/ads`,
    );
    expect(stderr).toContain("[STACK_OF_ANOTHER]");
    expect(stderr).not.toContain("secret");
  }
  expect(Object.keys(repo.live("prod")).sort()).toEqual(["hourly", "nightly"]);

  const taken = await other.run("preview", ...PROD, "--take-over");
  expect([taken.code, taken.stdout.includes("- hourly  delete\n")]).toEqual([2, true]);
  expect((await other.run("up", ...PROD, "--take-over", "--yes")).code).toBe(0);
  expect(Object.keys(repo.live("prod"))).toEqual(["nightly"]);
  expect((await other.run("preview", ...PROD)).code).toBe(0);
  expect((await repo.run("preview", ...PROD)).stderr).toContain("[STACK_OF_ANOTHER]");
});

test("clones by ssh and https are one repository; an id in Pulumi.yaml makes a mirror and a moved folder the same one, too", async () => {
  await openApplied("on a shared backend");
  share(repo);
  const remote = (url: string): void => repo.write(".git/config", `[remote "origin"]\n\turl = ${url}\n`);
  remote("https://gitlab-ci-token:abc@GitHub.com:443/acme/search-triggers/");
  expect(await repo.run("preview", ...PROD)).toMatchObject({ code: 0 });
  remote("ssh://git@mirror.example/acme/search-triggers.git");
  const mirror = await repo.run("preview", ...PROD);
  expect(mirror.stderr).toMatch(
    /If both are the same repository, add `mixpeek: \{ repository: github\.com\/acme\/search-triggers \}` to Pulumi\.yaml/,
  );
  repo.write(
    "Pulumi.yaml",
    "name: search\nruntime: nodejs\nmixpeek: { repository: github.com/acme/search-triggers }\n",
  );
  expect(await repo.run("preview", ...PROD)).toMatchObject({ code: 0 });
  rmSync(join(repo.folder, ".git"), { recursive: true });
  expect(await repo.run("preview", ...PROD)).toMatchObject({ code: 0 });
  repo.write("Pulumi.yaml", "name: search\nruntime: nodejs\n");
  const unknown = await repo.run("preview", ...PROD);
  expect([unknown.code, unknown.requests]).toEqual([1, []]);
  expect(unknown.stderr).toMatch(/\[REPOSITORY_UNKNOWN\]:\nmixpeek:\n {2}repository: my-team\/search\n/);
});

test("an edited namespace stops the run before any change", async () => {
  declare(repo, "nightly", "hourly", "weekly");
  await repo.run("up", ...PROD, "--yes");
  repo.write("environments/prod.yaml", "namespace: staging\n");
  for (const command of [
    ["preview"],
    ["up", "--yes"],
    ["drift"],
    ["refresh", "--yes"],
    ["destroy", "--yes"],
  ]) {
    const { code, stderr, writes } = await repo.run(...command, ...PROD);
    expect([command, code, writes]).toEqual([command, 1, []]);
    expect(stderr).toMatch(
      /it belongs to .*, namespace "prod", and this run is for .*, namespace "staging"\. Restore namespace: prod.*\[STACK_OF_ANOTHER\]/,
    );
  }
  // Triggers that leave a namespace are deleted there, which counts towards the limit for mass deletes.
  const moved = await repo.run("preview", ...PROD, "--take-over");
  expect(moved.stdout).toContain('    leaves namespace "prod": its trigger there is deleted\n');
  expect(moved.stdout).toMatch(/`up` stops here: .*it deletes 3 of 3 triggers.*--allow-deletes 3/);
  expect(await repo.run("up", ...PROD, "--take-over", "--yes")).toMatchObject({ code: 1, writes: [] });
  const up = await repo.run("up", ...PROD, "--take-over", "--yes", "--allow-deletes", "3");
  expect([up.code, up.writes.length]).toEqual([0, 6]);
  expect([Object.keys(repo.live("prod")), Object.keys(repo.live("staging")).length]).toEqual([[], 3]);
});

test("a namespace given by its id is the same namespace", async () => {
  await openApplied("on its own backend");
  const id = repo.emulator.triggers("prod")[0]!.namespace_id;
  repo.write("environments/prod.yaml", `namespace: ${id}\n`);
  expect(await repo.run("refresh", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  repo.write("environments/prod.yaml", "namespace: prod\n");
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  repo.write("environments/prod.yaml", `namespace: ${id}\n`);
  expect((await repo.run("destroy", ...PROD, "--yes")).stdout).toMatch(/^1 deleted\.$/m);
});

test("a renamed environment keeps its triggers if its stack is renamed, too", async () => {
  await openApplied("on a shared backend");
  const folder = share(repo);
  const before = repo.live("prod");
  renameSync(join(repo.folder, "environments/prod.yaml"), join(repo.folder, "environments/live.yaml"));
  const shared = { cwd: repo.folder, env: { PULUMI_BACKEND_URL: `file://${folder}` } };
  await pulumi(shared, "stack", "rename", "live", "--stack", "prod");
  const renamed = await repo.run("up", "--env", "live", "--yes");
  expect(renamed).toMatchObject({ code: 0, writes: [] });
  expect(repo.live("prod")).toEqual(before);
  // While the file that owns the stack exists, another file is another environment.
  repo.write("environments/prod.yaml", "namespace: prod\n");
  await pulumi(shared, "stack", "rename", "prod", "--stack", "live");
  expect((await repo.run("up", ...PROD, "--yes")).stderr).toContain("[STACK_OF_ANOTHER]");
});

test("a first run that fails leaves a stack with an owner", async () => {
  const other = await open(repo);
  share(repo, other);
  other.write(".git/config", '[remote "origin"]\n\turl = https://github.com/acme/ads.git\n');
  repo.write(
    "triggers/all.yaml",
    repo.read("triggers/all.yaml").replace("${cluster:product-clusters}", "clust_gone"),
  );
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 1 });
  expect((await other.run("up", ...PROD, "--yes")).stderr).toContain("[STACK_OF_ANOTHER]");
});

test("a state of an older release gets its owner in the next run, and a program's stack is not touched", async () => {
  await openApplied("on a shared backend");
  const folder = share(repo);
  const file = join(folder, ".pulumi/stacks/search/prod.json");
  const edit = (change: (resources: Record<string, unknown>[]) => Record<string, unknown>[]): void => {
    const path = "shared/.pulumi/stacks/search/prod.json";
    const state = JSON.parse(repo.read(path));
    state.checkpoint.latest.resources = change(state.checkpoint.latest.resources);
    repo.write(path, JSON.stringify(state));
    rmSync(`${file}.attrs`, { force: true });
  };
  edit((resources) => resources.filter(({ type }) => type !== "mixpeek:index:StackOwner"));
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(repo.read("shared/.pulumi/stacks/search/prod.json")).toContain("github.com/acme/search-triggers");

  edit((resources) => [
    ...resources,
    {
      urn: "urn:pulumi:prod::search::acme:index:Bucket::logs",
      type: "acme:index:Bucket",
      custom: false,
      parent: "urn:pulumi:prod::search::pulumi:pulumi:Stack::search-prod",
    },
  ]);
  const refused = await repo.run("up", ...PROD, "--yes", "--take-over");
  expect(refused).toMatchObject({ code: 1, requests: expect.not.arrayContaining(["POST /v1/triggers"]) });
  expect(refused.stderr).toMatch(
    /it holds acme:index:Bucket logs, which a Pulumi program declares.*\[STACK_OF_A_PROGRAM\]/,
  );
  expect(await repo.run("drift", ...PROD)).toMatchObject({ code: 0 });
});

test("a state inside the repository moves with it", async () => {
  await openApplied("on its own backend");
  const copy = await open(repo);
  cpSync(join(repo.folder, ".mixpeek"), join(copy.folder, ".mixpeek"), { recursive: true });
  copy.write(".git/config", '[remote "origin"]\n\turl = https://github.com/acme/moved.git\n');
  expect(await copy.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(existsSync(join(copy.folder, ".mixpeek/state"))).toBe(true);
});
