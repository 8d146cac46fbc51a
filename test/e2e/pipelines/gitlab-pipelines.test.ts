import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { KEY } from "../key";
import { Repo } from "../repo";
import { git } from "./github-actions";
import { GitlabPipelines } from "./gitlab-pipeline";

let repo: Repo;
let gitlab: GitlabPipelines;
let first: string;
beforeEach(async () => {
  repo = await Repo.open();
  gitlab = await GitlabPipelines.open(repo);
  await repo.run("init", "--name", "search-triggers", "--ci", "gitlab");
  rmSync(join(repo.folder, ".git"), { recursive: true });
  git(repo.folder, "init", "--quiet");
  git(repo.folder, "remote", "add", "origin", "https://gitlab.example.com/acme/search-triggers.git");
  first = commit("first");
});
afterEach(async () => {
  await gitlab.close();
  await repo.close();
});

function commit(message: string, branch?: string): string {
  if (branch) git(repo.folder, "checkout", "--quiet", "-B", branch);
  git(repo.folder, "add", "--all");
  git(repo.folder, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(repo.folder, "rev-parse", "HEAD");
}

function edit(seconds: number): void {
  const file = "environments/staging.yaml";
  repo.write(file, repo.read(file).replace(/canary_seconds: \d+/, `canary_seconds: ${seconds}`));
}

const staging = (): unknown => repo.live("staging")["search-canary"]?.schedule_config["interval_seconds"];
const writes = (): number =>
  repo.emulator.requests().filter(({ method, path }) => method !== "GET" && !path.endsWith("/list")).length;
const results = (runs: Awaited<ReturnType<GitlabPipelines["run"]>>): string =>
  Object.entries(runs)
    .map(([name, { ok, manual }]) => `${name}${manual ? " (manual)" : ""}${ok ? "" : " failed"}`)
    .join(", ");

test("a merge request has one note, and the merge applies its plans; without a plan, or with a stale one, nothing is applied", async () => {
  const direct = await gitlab.run({ source: "push", sha: first });
  expect([results(direct), writes()]).toEqual(["install, validate, staging failed", 0]);
  expect(direct["staging"]!.output).toMatch(
    /^No plan to apply: commit \w+ is not the merge of a merge request\./m,
  );

  const manual = await gitlab.run({ source: "web", sha: first });
  expect(results(manual)).toBe("install, validate, preview, staging (manual), prod");
  expect([Object.keys(repo.live("staging")).length, Object.keys(repo.live("prod")).length]).toEqual([5, 4]);
  expect(gitlab.host.writes()).toEqual([]);

  edit(1800);
  const planned = await gitlab.run({ source: "merge_request_event", sha: commit("slower", "slower") });
  expect(results(planned)).toBe("install, validate, preview, comment");
  expect(new Set(gitlab.host.requests.map(({ token }) => token))).toEqual(new Set(["Bearer glpat-write"]));
  expect(gitlab.host.writes()).toEqual(["POST /projects/31/merge_requests/12/notes"]);
  edit(900);
  const head = commit("slower still", "slower");
  gitlab.host.comments.unshift({ id: 90, body: "<!-- mixpeek-triggers preview -->", author: { id: 1 } });
  expect(results(await gitlab.run({ source: "merge_request_event", sha: head }))).toBe(
    "install, validate, preview, comment",
  );
  expect(gitlab.host.writes()).toEqual(["PUT /projects/31/merge_requests/12/notes/1"]);
  const body = String(gitlab.host.comments.at(-1)!["body"]);
  expect(body).toMatch(new RegExp(`3600 live, 900 desired[\\s\\S]*Planned for ${head}\\.$`));
  for (const name of ["dev", "prod", "staging"]) expect(body).toContain(`### environments/${name}.yaml\n`);

  const merged = await gitlab.run({ source: "push", sha: gitlab.squash("slower") });
  expect([results(merged), staging()]).toEqual(["install, validate, staging, prod", 900]);
  for (const { output } of Object.values(merged))
    for (const secret of [KEY, "e2e-passphrase", "glpat-read"]) expect(output).not.toContain(secret);

  edit(450);
  await gitlab.run({ source: "merge_request_event", sha: commit("faster", "faster") });
  repo.emulator.edit("staging", "nightly-clusters", { description: "edited in the console" });
  const before = writes();
  const stale = await gitlab.run({ source: "push", sha: gitlab.squash("faster") });
  expect([results(stale), writes(), staging()]).toEqual(["install, validate, staging failed", before, 900]);
  expect(stale["staging"]!.output).toMatch(
    /\[PLAN_STALE\][\s\S]*edited in the console[\s\S]*2 to update[\s\S]*The plan is stale: nothing was applied to staging\./,
  );

  const drift = await gitlab.run({ source: "schedule", sha: git(repo.folder, "rev-parse", "HEAD") });
  expect(results(drift)).toBe("install, validate, drift");
  repo.emulator.edit("prod", "nightly-clusters", { description: "edited in the console" });
  const drifted = await gitlab.run({ source: "schedule", sha: git(repo.folder, "rev-parse", "HEAD") });
  expect(results(drifted)).toBe("install, validate, drift failed");
});

test("a merge request from a fork is validated without any variable; a failed preview is noted", async () => {
  gitlab.npx.remove();
  const fork = await gitlab.run({ source: "merge_request_event", sha: first, fork: true });
  expect([results(fork), gitlab.host.requests, repo.emulator.requests()]).toEqual([
    "install, validate",
    [],
    [],
  ]);

  gitlab.variables["preview"]!["MIXPEEK_API_KEY"] = "sk_revoked";
  const failed = await gitlab.run({ source: "merge_request_event", sha: first });
  expect(results(failed)).toBe("install, validate, preview failed, comment");
  expect(gitlab.host.comments[0]!["body"]).toContain("### environments/prod.yaml: the preview failed\n");
  delete gitlab.variables["comment"]!["GITLAB_TOKEN"];
  const silent = await gitlab.run({ source: "merge_request_event", sha: first });
  expect(silent["comment"]).toMatchObject({
    ok: true,
    output: expect.stringContaining("No note: set GITLAB_TOKEN"),
  });
});
