import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { KEY } from "../key";
import { Repo, search } from "../repo";
import { GithubActions } from "./github-actions";
import { type JobRun, runJob } from "./workflow";

const ROOT = resolve(__dirname, "../../..");

let repo: Repo;
let actions: GithubActions;
let runner: string;
beforeEach(async () => {
  repo = await Repo.open();
  actions = await GithubActions.open(repo);
  runner = actions.runner;
});
afterEach(async () => {
  await actions.close();
  await repo.close();
});

/** A `gh` that records its calls, and lists one open issue if a test provides one. */
function fakeGh(): {
  calls: () => { args: string[]; body: string; token: string }[];
  open: (issue: string) => void;
} {
  const log = join(runner, "gh.log");
  const issue = join(runner, "open-issue");
  const main = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const at = args.indexOf("--body-file");
const body = at < 0 ? "" : readFileSync(args[at + 1], "utf8");
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, body, token: process.env.GH_TOKEN }) + "\\n");
if (args[1] === "list") process.stdout.write(readFileSync(${JSON.stringify(issue)}, "utf8"));
`;
  writeFileSync(join(runner, "bin", "gh"), main);
  chmodSync(join(runner, "bin", "gh"), 0o755);
  writeFileSync(issue, "");
  writeFileSync(log, "");
  let read = 0;
  return {
    calls: () => {
      const lines = readFileSync(log, "utf8").trimEnd().split("\n").filter(Boolean);
      const fresh = lines.slice(read);
      read = lines.length;
      return fresh.map((line) => JSON.parse(line));
    },
    open: (number) => writeFileSync(issue, number),
  };
}

describe("the drift workflow that init writes", () => {
  const workflow = readFileSync(join(ROOT, "templates/github/workflows/drift.yml"), "utf8");
  const drift = (expressions: Record<string, string> = {}): Promise<JobRun> =>
    runJob(workflow, "drift", actions.around(expressions));

  test("opens an issue with the drift, updates it, closes it, and fails if it cannot determine the drift", async () => {
    search(repo);
    repo.env = {
      PULUMI_BACKEND_URL: `file://${join(runner, "state")}`,
      PULUMI_HOME: join(runner, "home"),
      PULUMI_CONFIG_PASSPHRASE: actions.secrets["PULUMI_CONFIG_PASSPHRASE"],
    };
    repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
    await repo.run("up", "--env", "environments/prod.yaml", "--yes");
    const gh = fakeGh();
    const verbs = (calls: { args: string[] }[]): string[] =>
      calls.map(({ args }) => args.slice(0, 2).join(" "));

    // An edit that is merged but not applied yet is not drift: the state shows that.
    repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 3600");
    expect(await drift()).toMatchObject({ ok: true, ran: true });
    expect(verbs(gh.calls())).toEqual(["issue list"]);

    repo.emulator.edit("prod", "nightly-clusters", { description: "by hand, see <b>#1</b>" });
    repo.emulator.edit("prod", "search-canary", {
      status: "failed",
      last_execution_error: "out of `memory`",
    });
    expect(await drift()).toMatchObject({ ok: true });
    const [listed, created, ...more] = gh.calls();
    expect([verbs([listed!]), more]).toEqual([["issue list"], []]);
    expect(created).toMatchObject({
      args: ["issue", "create", "--title", "Triggers of prod drifted", "--body-file", "drift.md"],
      token: "ghs_token",
    });
    expect(created!.body).toMatch(
      /^### environments\/prod\.yaml: 1 trigger drifted\.\n\n\| trigger \| changed \| difference \|\n\| --- \| --- \| --- \|\n\| nightly-clusters \| 20\S+Z by Console user \| description is "by hand, see `<b>#1<\/b>"` live, "Cluster all products each night" desired \(live drifted\) \|\n\n1 edit not applied yet: search-canary\.\n\n1 unhealthy trigger:\n\n- search-canary failed: the service has stopped running it; last error: "out of \\`memory\\`"\n\nAll live triggers are declared\.\n$/,
    );

    gh.open("17\n");
    expect(await drift()).toMatchObject({ ok: true });
    expect(gh.calls().map(({ args }) => args)[1]).toEqual(["issue", "edit", "17", "--body-file", "drift.md"]);

    // GitHub treats an unset secret as empty.
    const broken: [secret: string, value: string, said: RegExp][] = [
      ["MIXPEEK_API_KEY", "sk_revoked", /\[UNAUTHORIZED\]/],
      ["MIXPEEK_API_KEY", "", /no API key/],
      ["PULUMI_BACKEND_URL", "", /set this secret/],
    ];
    for (const [secret, value, said] of broken) {
      const failed = await drift({ [`secrets.${secret}`]: value });
      expect(failed).toMatchObject({ ok: false, output: expect.stringMatching(said) });
      expect(failed.output).not.toContain(KEY);
      expect(gh.calls()).toEqual([]);
    }

    repo.emulator.edit("prod", "nightly-clusters", { description: "Cluster all products each night" });
    expect(await drift()).toMatchObject({ ok: true });
    expect(gh.calls().map(({ args }) => args.slice(0, 3).join(" "))[1]).toBe("issue close 17");
    expect(
      repo.emulator.requests().every(({ method, path }) => method !== "PATCH" && !path.endsWith("resume")),
    ).toBe(true);
  });
});

describe("the workflow that init writes", () => {
  const staging = (): unknown => repo.live("staging")["search-canary"]?.schedule_config["interval_seconds"];
  const results = (runs: Record<string, JobRun>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(runs).map(([name, { ok, ran }]) => [name, ran ? (ok ? "ok" : "failed") : "skipped"]),
    );
  const edit = (seconds: number): void => {
    const file = "environments/staging.yaml";
    repo.write(file, repo.read(file).replace(/canary_seconds: \d+/, `canary_seconds: ${seconds}`));
  };
  const writes = (): number =>
    repo.emulator.requests().filter(({ method, path }) => method !== "GET" && !path.endsWith("/list")).length;

  const PLANNED = {
    validate: "ok",
    preview: "ok",
    comment: "ok",
    plan: "skipped",
    staging: "skipped",
    prod: "skipped",
  };
  const APPLIED = {
    validate: "ok",
    preview: "skipped",
    comment: "skipped",
    plan: "ok",
    staging: "ok",
    prod: "ok",
  };

  test("shows a pull request's changes in one comment, and applies the plans of what is merged, or of a manual run", async () => {
    await repo.run("init", "--name", "search-triggers");
    repo.write("environments/eu/prod.yaml", repo.read("environments/prod.yaml"));
    // There is no pull request yet, so there is no plan.
    const first = actions.init();
    const direct = await actions.run({ name: "push", sha: first });
    expect(results(direct)).toEqual({ ...APPLIED, plan: "failed", staging: "skipped", prod: "skipped" });
    expect(direct["plan"]!.output).toMatch(/^::error title=No plan to apply::/m);
    expect(writes()).toBe(0);

    const manual = await actions.run({ name: "workflow_dispatch", sha: first });
    expect(results(manual)).toEqual({ ...APPLIED, preview: "ok" });
    expect([Object.keys(repo.live("staging")).length, Object.keys(repo.live("prod")).length]).toEqual([5, 4]);
    expect([staging(), actions.host.writes()]).toEqual([3600, []]);

    edit(1800);
    const pushed = await actions.run({ name: "pull_request", sha: actions.commit("slower", "slower") });
    expect(results(pushed)).toEqual(PLANNED);
    const token = actions.host.requests.map((request) => request.token);
    expect([new Set(token), actions.host.writes()]).toEqual([
      new Set(["Bearer ghs_token"]),
      ["POST /repos/acme/search-triggers/issues/12/comments"],
    ]);
    for (const name of ["dev", "eu/prod", "prod", "staging"])
      expect(actions.host.comments[0]!["body"]).toContain(`### environments/${name}.yaml\n`);
    expect(actions.host.comments[0]!["body"]).toContain("3600 live, 1800 desired");
    edit(900);
    const head = actions.commit("slower still", "slower");
    // Comments from others stay, even if they look like this workflow's.
    const looksAlike = { id: 90, body: "<!-- mixpeek-triggers preview -->", user: { type: "User" } };
    actions.host.comments.unshift(looksAlike);
    for (let id = 200; id < 300; id++)
      actions.host.comments.unshift({ id, body: "LGTM", user: { type: "User" } });
    expect(results(await actions.run({ name: "pull_request", sha: head }))).toEqual(PLANNED);
    expect(actions.host.writes()).toEqual(["PATCH /repos/acme/search-triggers/issues/comments/1"]);
    expect(looksAlike.body).toBe("<!-- mixpeek-triggers preview -->");
    const body = String(actions.host.comments.at(-1)!["body"]);
    expect(body).toMatch(
      new RegExp(`^<!-- mixpeek-triggers preview -->\\n[\\s\\S]*900 desired[\\s\\S]*Planned for ${head}\\.$`),
    );
    expect(staging()).toBe(3600);

    const merged = await actions.run({ name: "push", sha: actions.squash("slower") });
    expect([results(merged), staging()]).toEqual([APPLIED, 900]);
    expect(merged["staging"]!.output).toContain("1 updated");
    for (const { output } of Object.values(merged))
      for (const secret of [KEY, "e2e-passphrase"]) expect(output).not.toContain(secret);
  });

  test("applies nothing of a stale plan, and shows what would be done now; a plan whose changes are live is not an error", async () => {
    await repo.run("init", "--name", "search-triggers");
    expect(results(await actions.run({ name: "workflow_dispatch", sha: actions.init() }))["prod"]).toBe("ok");
    edit(1800);
    const sha = actions.commit("slower", "slower");
    expect(results(await actions.run({ name: "pull_request", sha }))).toEqual(PLANNED);
    repo.emulator.edit("staging", "nightly-clusters", { description: "by hand" });
    const merge = actions.squash("slower");
    const before = writes();
    const stale = await actions.run({ name: "push", sha: merge });
    expect(results(stale)).toEqual({ ...APPLIED, staging: "failed", prod: "skipped" });
    expect(stale["staging"]!.output).toMatch(
      /\[PLAN_STALE\][\s\S]*::error title=The plan is stale::Nothing was applied to environments\/staging\.yaml\. .*Run workflow on main\./,
    );
    expect(actions.summary()).toMatch(/### environments\/staging\.yaml\n[\s\S]*by hand[\s\S]*2 to update/);
    expect([writes(), staging()]).toEqual([before, 3600]);

    expect(results(await actions.run({ name: "workflow_dispatch", sha: merge }))["prod"]).toBe("ok");
    expect(staging()).toBe(1800);
    // The same merge again: its plan is stale, but nothing is left to do.
    const again = await actions.run({ name: "push", sha: merge });
    expect([results(again), again["staging"]!.output]).toEqual([
      APPLIED,
      expect.stringContaining("[PLAN_STALE]"),
    ]);
  });

  test("validates a pull request from a fork without any secret; one with an error gets no plan", async () => {
    await repo.run("init", "--name", "search-triggers");
    for (const name of Object.keys(actions.secrets)) delete actions.secrets[name];
    const sha = actions.init();
    expect(results(await actions.run({ name: "pull_request", sha, fork: true }))).toEqual({
      ...PLANNED,
      preview: "skipped",
      comment: "skipped",
    });
    appendFileSync(join(repo.folder, "triggers/catalog.yaml"), "  broken: {}\n");
    const broken = await actions.run({
      name: "pull_request",
      sha: actions.commit("broken", "broken"),
      fork: true,
    });
    expect(results(broken)).toMatchObject({ validate: "failed", preview: "skipped", plan: "skipped" });
    expect(broken["validate"]!.output).toMatch(/^::error file=triggers\/catalog\.yaml,line=\d+/m);
    expect([actions.host.requests, repo.emulator.requests()]).toEqual([[], []]);
  });

  test("reports a failed preview in the comment, and fails", async () => {
    actions.npx.remove();
    await repo.run("init", "--name", "search-triggers");
    actions.secrets["MIXPEEK_API_KEY"] = "sk_revoked";
    const failed = await actions.run({ name: "pull_request", sha: actions.init() });
    expect(results(failed)).toEqual({ ...PLANNED, preview: "failed" });
    expect(actions.host.comments[0]!["body"]).toContain("### environments/prod.yaml: the preview failed\n");
  });
});

test.each([
  [
    "a key",
    "steps: [{ run: 'true', continue-on-error: true }]",
    "continue-on-error, which this runner does not support",
  ],
  ["an action", "steps: [{ uses: actions/cache@v4 }]", "uses actions/cache@v4, which cannot run here"],
  [
    "an expression",
    "steps: [{ run: 'echo ${{ inputs.name }}' }]",
    "asks for inputs.name, which has no value",
  ],
])("a workflow with %s that the runner does not support is an error", async (_, steps, said) => {
  await expect(runJob(`jobs: { a: { ${steps} } }`, "a", actions.around({}))).rejects.toThrow(said);
});
