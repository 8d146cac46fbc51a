import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { blockOf } from "./markdown";
import { Repo, search } from "./repo";
import { type Around, type JobRun, runJob } from "./workflow";
import { KEY } from "./world";

const ROOT = resolve(__dirname, "../..");

let repo: Repo;
let runner: string;
beforeEach(async () => {
  repo = await Repo.open();
  runner = join(repo.folder, "..", "runner");
  mkdirSync(join(runner, "bin"), { recursive: true });
});
afterEach(() => repo.close());

/** What `npm ci` would install: `npx` then finds the command as it does for anybody. */
function install(): void {
  const modules = join(repo.folder, "node_modules");
  if (existsSync(modules)) return;
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(ROOT, join(modules, "pulumi-mixpeek"));
  symlinkSync(join(ROOT, "dist", "cli", "main.js"), join(modules, ".bin", "mixpeek-triggers"));
}

const there = (): void => undefined;

/** The job's world: the emulator in place of the API, a file in place of a bucket, and no key but the secret's. */
function around(expressions: Record<string, string> = {}): Around {
  const own = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(MIXPEEK|PULUMI|GH|GITHUB)_/.test(name),
  ) as [string, string][];
  return {
    folder: repo.folder,
    runner,
    env: {
      ...Object.fromEntries(own),
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_STEP_SUMMARY: join(runner, "summary.md"),
      PATH: `${join(runner, "bin")}${delimiter}${process.env["PATH"]}`,
      PULUMI_HOME: join(runner, "home"),
      MIXPEEK_BASE_URL: repo.emulator.url,
    },
    expressions: {
      "secrets.MIXPEEK_API_KEY": KEY,
      "secrets.PULUMI_BACKEND_URL": `file://${join(runner, "state")}`,
      "secrets.PULUMI_CONFIG_PASSPHRASE": "e2e",
      "github.token": "ghs_token",
      ...expressions,
    },
    replaced: { "actions/checkout": there, "actions/setup-node": there, "npm ci --ignore-scripts": install },
  };
}

/** A `gh` that writes down what it is asked, and knows of one open issue where it is told to. */
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

describe("the drift workflow of docs/gitops.md", () => {
  const workflow = blockOf("docs/gitops.md", "yaml", "gh issue");
  const drift = (expressions?: Record<string, string>): Promise<JobRun> =>
    runJob(workflow, "drift", around(expressions));

  test("opens an issue with what drifted, keeps it up to date, closes it, and fails where it cannot tell", async () => {
    search(repo);
    repo.env = {
      PULUMI_BACKEND_URL: `file://${join(runner, "state")}`,
      PULUMI_HOME: join(runner, "home"),
    };
    mkdirSync(join(runner, "state"));
    repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
    await repo.run("up", "--env", "environments/prod.yaml", "--yes");
    const gh = fakeGh();
    const verbs = (calls: { args: string[] }[]): string[] =>
      calls.map(({ args }) => args.slice(0, 2).join(" "));

    // An edit that is merged and not applied yet is no drift: the state tells.
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
      /^### environments\/prod\.yaml: 1 trigger drifted\.\n\n\| trigger \| changed \| what \|\n\| --- \| --- \| --- \|\n\| nightly-clusters \| 20\S+Z by Console user \| description is "by hand, see `<b>#1<\/b>"` live, "Cluster all products each night" desired \(live drifted\) \|\n\n1 edit not applied yet: search-canary\.\n\n1 unhealthy trigger:\n\n- search-canary failed: the service has stopped running it; last error: "out of \\`memory\\`"\n\nNo live trigger is undeclared\.\n$/,
    );

    gh.open("17\n");
    expect(await drift()).toMatchObject({ ok: true });
    expect(gh.calls().map(({ args }) => args)[1]).toEqual(["issue", "edit", "17", "--body-file", "drift.md"]);

    // An unset secret is empty to GitHub.
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
  test("validates and previews a pull request, changes staging and then prod on a push, and stops at a mistake", async () => {
    await repo.run("init", "--name", "search-triggers");
    mkdirSync(join(runner, "state"));
    const workflow = repo.read(".github/workflows/triggers.yml");
    const pull =
      "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository";
    const push = "github.event_name == 'push'";
    const job = (name: string, event: "push" | "pull", environment = ""): Promise<JobRun> =>
      runJob(
        workflow,
        name,
        around({
          [pull]: String(event === "pull"),
          [push]: String(event === "push"),
          "matrix.environment": environment,
        }),
      );

    repo.write("environments/eu/prod.yaml", repo.read("environments/prod.yaml"));
    const validated = await job("validate", "pull");
    expect(validated).toMatchObject({ ok: true, ran: true });
    expect(JSON.parse(validated.outputs["environments"]!)).toEqual([
      "environments/dev.yaml",
      "environments/eu/prod.yaml",
      "environments/prod.yaml",
      "environments/staging.yaml",
    ]);
    expect(await job("staging", "pull")).toMatchObject({ ran: false });
    expect(await job("preview", "pull", "environments/prod.yaml")).toMatchObject({ ok: true, ran: true });
    expect(readFileSync(join(runner, "summary.md"), "utf8")).toMatch(
      /^### environments\/prod\.yaml\n~~~~~~\n[\s\S]*4 to create; 4 requests to apply\.\n~~~~~~\n$/,
    );
    expect(repo.live("prod")).toEqual({});

    expect(await job("preview", "push", "environments/prod.yaml")).toMatchObject({ ran: false });
    expect(await job("staging", "push")).toMatchObject({ ok: true, ran: true });
    expect(Object.keys(repo.live("staging"))).toHaveLength(5);
    expect(await job("prod", "push")).toMatchObject({ ok: true });
    expect(Object.keys(repo.live("prod"))).toHaveLength(4);

    appendFileSync(join(repo.folder, "triggers/catalog.yaml"), "  broken: {}\n");
    const refused = await job("validate", "pull");
    expect(refused).toMatchObject({ ok: false });
    expect(refused.output).toMatch(/^::error file=triggers\/catalog\.yaml,line=\d+/m);
    expect(await job("preview", "pull", "environments/prod.yaml")).toMatchObject({ ok: false });
  });
});

test.each([
  ["a key", "steps: [{ run: 'true', continue-on-error: true }]", "continue-on-error: nothing here runs that"],
  ["an action", "steps: [{ uses: actions/cache@v4 }]", "uses actions/cache@v4: nobody said"],
  ["an expression", "steps: [{ run: 'echo ${{ inputs.name }}' }]", "asks for inputs.name: nobody said"],
])("a workflow with %s that is run nowhere here is refused, not passed over", async (_, steps, said) => {
  await expect(runJob(`jobs: { a: { ${steps} } }`, "a", around())).rejects.toThrow(said);
});
