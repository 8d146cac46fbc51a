import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { KEY } from "../e2e/key";
import { blocksBelow } from "../e2e/markdown";
import { GithubActions, git, install, plainEnvironment } from "../e2e/pipelines/github-actions";
import type { JobRun } from "../e2e/pipelines/workflow";
import { Repo } from "../e2e/repo";
import { onEachBackend } from "./backend";

const [CREATE, SECRETS, PUSH, CHANGE, MERGE, ...MORE] = blocksBelow(
  "docs/teams.md",
  "## Set up two pipelines on one PostgreSQL database",
) as [string, string, string, string, string];
const PASSPHRASE = "e2e-passphrase";

/** A person who follows docs/teams.md, with an empty repository on GitHub. */
class Newcomer {
  readonly actions: GithubActions;
  readonly #home: string;

  private constructor(
    readonly repo: Repo,
    actions: GithubActions,
    private readonly url: string,
  ) {
    this.actions = actions;
    this.#home = join(repo.folder, "..");
    rmSync(repo.folder, { recursive: true });
    git(this.#home, "init", "--quiet", "--bare", "github.git");
    const bin = join(this.#home, "bin");
    mkdirSync(bin);
    // Replaces what needs the network: packages and GitHub.
    const record = 'printf "%s\\n" "$*" >> "$NEWCOMER/gh.log"';
    const secret = 'if [ "$1 $2" = "secret set" ]; then cat > "$NEWCOMER/secret-$3"; fi';
    for (const [name, body] of [
      ["npm", ":"],
      ["gh", `${record}\n${secret}`],
    ] as const) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    }
  }

  static async open(repository: string, url: string): Promise<Newcomer> {
    const repo = await Repo.open();
    const actions = await GithubActions.open(
      repo,
      { PULUMI_BACKEND_URL: "", MIXPEEK_API_KEY: "" },
      repository,
    );
    return new Newcomer(repo, actions, url);
  }

  /** Runs a block as it is written, with test values for the three that every team has to fill in. */
  type(block: string): void {
    const { repo, actions } = this;
    const own: Record<string, string> = {
      MIXPEEK_API_KEY: KEY,
      PULUMI_BACKEND_URL: this.url,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    };
    const text = block
      .replaceAll(/^export (\w+)=.*$/gm, (_, name) => `export ${name}='${own[name]}'`)
      .replaceAll("acme/search-triggers", actions.repository)
      .replaceAll("--name search-triggers", `--name ${actions.repository.split("/")[1]}`)
      // The next command is in the package that npm installed.
      .replaceAll(/^npm install .*$/gm, "$& && ln -s ../modules node_modules");
    if (block === CREATE) install(this.#home);
    if (block === CREATE) execFileSync("mv", ["node_modules", "modules"], { cwd: this.#home });
    execFileSync("bash", ["-e", "-c", text], {
      cwd: block === CREATE ? this.#home : repo.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...plainEnvironment(),
        NEWCOMER: this.#home,
        PATH: `${join(this.#home, "bin")}${delimiter}${process.env["PATH"]}`,
        GIT_AUTHOR_NAME: "Dev",
        GIT_AUTHOR_EMAIL: "dev@example.com",
        GIT_COMMITTER_NAME: "Dev",
        GIT_COMMITTER_EMAIL: "dev@example.com",
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `url.${join(this.#home, "github.git")}.insteadOf`,
        GIT_CONFIG_VALUE_0: `git@github.com:${actions.repository}.git`,
      },
    });
    for (const name of Object.keys(own))
      try {
        actions.secrets[name] = readFileSync(join(this.#home, `secret-${name}`), "utf8").trimEnd();
      } catch {
        // Not set yet.
      }
  }

  /** The head of a branch on GitHub. */
  head(branch: string): string {
    return git(join(this.#home, "github.git"), "rev-parse", branch);
  }

  asked(): string {
    return readFileSync(join(this.#home, "gh.log"), "utf8");
  }

  async close(): Promise<void> {
    await this.actions.close();
    await this.repo.close();
  }
}

const results = (runs: Record<string, JobRun>): Record<string, boolean | null> =>
  Object.fromEntries(Object.entries(runs).map(([name, { ok, ran }]) => [name, ran ? ok : null]));

let open: Newcomer[] = [];
afterEach(async () => {
  for (const each of open) await each.close();
  open = [];
});

onEachBackend(
  "docs/teams.md",
  (backend) => {
    test("leads, followed literally, from nothing to two pipelines at once", async () => {
      const team = backend();
      expect(MORE).toEqual([]);
      const search = await Newcomer.open("acme/search-triggers", `${team.url}&table=teams`);
      const ads = await Newcomer.open("acme/ads-triggers", `${team.url}&table=teams`);
      open = [search, ads];
      for (const each of open) {
        for (const block of [CREATE, SECRETS, PUSH]) each.type(block);
        expect(each.asked()).toMatch(
          /secret set PULUMI_BACKEND_URL --repo \S+ --env prod\n[\s\S]*workflow run triggers\.yml\n$/,
        );
      }
      const APPLIED = { validate: true, comment: null, plan: true, staging: true, prod: true };
      const first = await Promise.all(
        open.map((each) => each.actions.run({ name: "workflow_dispatch", sha: each.head("main") })),
      );
      for (const runs of first) expect(results(runs)).toEqual({ ...APPLIED, preview: true });
      for (const { repo } of open)
        expect([Object.keys(repo.live("staging")).length, Object.keys(repo.live("prod")).length]).toEqual([
          5, 4,
        ]);

      git(search.repo.folder, "switch", "--quiet", "main");
      search.repo.edit("environments/staging.yaml", "canary_seconds: 3600", "canary_seconds: 1800");
      search.type(CHANGE);
      expect(search.asked()).toContain("pr create --fill\n");
      const planned = await search.actions.run({ name: "pull_request", sha: search.head("canary") });
      expect(results(planned)).toMatchObject({ preview: true, comment: true, staging: null });
      expect(search.actions.host.comments[0]!["body"]).toContain("3600 live, 1800 desired");
      search.type(MERGE);
      expect(search.asked()).toContain("pr merge --squash\n");
      const merged = await search.actions.run({ name: "push", sha: search.actions.squash("canary") });
      expect(results(merged)).toEqual({ ...APPLIED, preview: null });
      expect(search.repo.live("staging")["search-canary"]!.schedule_config["interval_seconds"]).toBe(1800);
      expect(ads.repo.live("staging")["search-canary"]!.schedule_config["interval_seconds"]).toBe(3600);
      const artifacts = search.actions.host.texts();
      expect(artifacts.filter(([path]) => path.endsWith("plan.json"))).toHaveLength(6);
      for (const [, text] of artifacts)
        for (const secret of [KEY, PASSPHRASE, ...team.secrets]) expect(text).not.toContain(secret);
      for (const runs of [...first, planned, merged])
        for (const { output } of Object.values(runs)) {
          team.expectNoSecrets(output);
          for (const secret of [KEY, PASSPHRASE]) expect(output).not.toContain(secret);
        }
    });
  },
  "postgres",
);
