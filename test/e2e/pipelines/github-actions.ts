import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { parse } from "yaml";
import { KEY } from "../key";
import type { Repo } from "../repo";
import { CodeHost } from "./code-host";
import { type Around, type JobRun, runJob } from "./workflow";

const ROOT = resolve(__dirname, "../../..");
const PULL = 12;
const TOKEN = "ghs_token";

/** Links what `npm ci` would install, so that `npx` finds the command. */
export function install(folder: string): void {
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return;
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(ROOT, join(modules, "pulumi-mixpeek"));
  symlinkSync(join(ROOT, "dist", "cli", "main.js"), join(modules, ".bin", "mixpeek-triggers"));
}

const NPX = `#!/bin/sh
command="$1"
shift
exec "node_modules/.bin/$command" "$@"
`;

/** An `npx` that runs installed commands without npm, which takes longer to start than most commands take to run. */
export class DirectNpx {
  private readonly file: string;

  constructor(bin: string) {
    mkdirSync(bin, { recursive: true });
    this.file = join(bin, "npx");
    writeFileSync(this.file, NPX, { mode: 0o755 });
  }

  /** From now on, npm's own `npx` runs. */
  remove(): void {
    rmSync(this.file);
  }
}

/** Runs git in a repository, as a fixed author. Out: what it printed. */
export function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** The environment of this process, without the variables for the tests themselves. */
export const plainEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => value !== undefined && !/^(MIXPEEK|PULUMI|GH|GITHUB|GITLAB|CI)(_|$)/.test(name),
    ) as [string, string][],
  );

export interface Event {
  name: "pull_request" | "push" | "workflow_dispatch";
  sha: string;
  /** The pull request comes from a fork. */
  fork?: boolean;
}

/** A git repository on GitHub with its workflows: an API server, artifacts, and one job after the other. */
export class GithubActions {
  #run = 100;
  readonly #api: string;
  readonly runner: string;
  readonly npx: DirectNpx;
  /** The secrets of all environments. */
  readonly secrets: Record<string, string>;

  private constructor(
    readonly repo: Repo,
    readonly host: CodeHost,
    readonly repository: string,
    backend: Record<string, string>,
  ) {
    this.#api = `/repos/${repository}`;
    this.runner = join(repo.folder, "..", "runner");
    this.npx = new DirectNpx(join(this.runner, "bin"));
    mkdirSync(join(this.runner, "state"), { recursive: true });
    this.secrets = {
      MIXPEEK_API_KEY: KEY,
      PULUMI_BACKEND_URL: `file://${join(this.runner, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "e2e-passphrase",
      ...backend,
    };
  }

  /** In: secrets that differ from the defaults, such as PULUMI_BACKEND_URL. */
  static async open(
    repo: Repo,
    backend: Record<string, string> = {},
    repository = "acme/search-triggers",
  ): Promise<GithubActions> {
    const api = `/repos/${repository}/issues`;
    const at = { list: `${api}/${PULL}/comments`, one: `${api}/comments` };
    return new GithubActions(repo, await CodeHost.start(at, { user: { type: "Bot" } }), repository, backend);
  }

  /** Makes the folder a git repository whose first commit contains what is there. Out: the commit. */
  init(): string {
    rmSync(join(this.repo.folder, ".git"), { recursive: true, force: true });
    git(this.repo.folder, "init", "--quiet");
    git(this.repo.folder, "remote", "add", "origin", `https://github.com/${this.repository}.git`);
    return this.commit("first");
  }

  /** Commits everything on a branch. A new branch starts at main. Out: the commit. */
  commit(message: string, branch = "main"): string {
    const { folder } = this.repo;
    if (branch !== "main") git(folder, "checkout", "--quiet", "-B", branch);
    git(folder, "add", "--all");
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
    const sha = git(folder, "rev-parse", "HEAD");
    this.host.answers[`${this.#api}/commits/${sha}/pulls`] = [];
    return sha;
  }

  /** Merges a branch as GitHub's "Squash and merge": one new commit with the same files. Out: the commit. */
  squash(branch: string): string {
    const { folder } = this.repo;
    const head = git(folder, "rev-parse", branch);
    git(folder, "checkout", "--quiet", "--force", "main");
    git(folder, "merge", "--quiet", "--squash", branch);
    const merge = this.commit(`Merge ${branch}`);
    this.host.answers[`${this.#api}/commits/${merge}/pulls`] = [
      { number: PULL + 1, merge_commit_sha: head, merged_at: null, head: { sha: head } },
      {
        number: PULL,
        merge_commit_sha: merge,
        merged_at: "2026-11-28T00:00:00Z",
        head: { sha: head },
      },
    ];
    return merge;
  }

  /** A job's surroundings: the emulator instead of the API, and no key except those in secrets. */
  around(expressions: Record<string, string>, env: Record<string, string> = {}, sha?: string): Around {
    const { runner, repo } = this;
    return {
      folder: repo.folder,
      runner,
      env: {
        ...plainEnvironment(),
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: this.host.url,
        GITHUB_REPOSITORY: this.repository,
        GITHUB_STEP_SUMMARY: join(runner, "summary.md"),
        PATH: `${join(runner, "bin")}${delimiter}${process.env["PATH"]}`,
        PULUMI_HOME: join(runner, "home"),
        MIXPEEK_BASE_URL: repo.emulator.url,
        ...env,
      },
      expressions: {
        ...Object.fromEntries(
          Object.entries(this.secrets).map(([name, value]) => [`secrets.${name}`, value]),
        ),
        // A variable that is not set is empty.
        "vars.MIXPEEK_TRIGGERS_ENV": "",
        "github.token": TOKEN,
        "github.repository": this.repository,
        ...expressions,
      },
      replaced: {
        "actions/checkout": () => {
          if (sha === undefined) return;
          git(repo.folder, "checkout", "--quiet", "--force", sha);
          // A runner starts with an empty folder.
          git(repo.folder, "clean", "-dffxq");
        },
        "actions/setup-node": () => undefined,
        "npm ci --ignore-scripts": () => install(repo.folder),
        "actions/upload-artifact": ({ name, path }) => this.#upload(String(this.#run), name!, path!),
        "actions/download-artifact": (inputs) => this.#download(inputs),
      },
    };
  }

  /**
   * Runs all jobs of a workflow for an event, in order. Out: results by job; for a matrix, the last failure or the last
   * run.
   */
  async run({ name: event, sha, fork = false }: Event): Promise<Record<string, JobRun>> {
    const workflow = this.repo.read(".github/workflows/triggers.yml");
    this.#run += 1;
    const id = String(this.#run);
    rmSync(join(this.runner, "summary.md"), { force: true });
    this.host.answers[`${this.#api}/actions/runs/${id}`] = { workflow_id: 7 };
    if (event === "pull_request")
      this.host.answers[`${this.#api}/actions/workflows/7/runs`] = {
        workflow_runs: [
          { id: 1, run_number: 1, head_repository: { full_name: this.repository } },
          { id: this.#run, run_number: this.#run, head_repository: { full_name: this.repository } },
          { id: 2, run_number: this.#run + 1, head_repository: { full_name: "evil/search-triggers" } },
        ],
      };
    const contexts: Record<string, string> = {
      "github.event_name": event,
      "github.ref": event === "pull_request" ? `refs/pull/${PULL}/merge` : "refs/heads/main",
      "github.event.pull_request.number": event === "pull_request" ? String(PULL) : "",
      "github.event.pull_request.head.sha": sha,
      "github.event.pull_request.head.repo.full_name": fork ? "evil/search-triggers" : this.repository,
    };
    const env = { GITHUB_EVENT_NAME: event, GITHUB_RUN_ID: id, GITHUB_SHA: sha };
    const runs: Record<string, JobRun> = {};
    for (const [name, job] of Object.entries<{ if?: string; needs?: string[]; strategy?: object }>(
      parse(workflow).jobs,
    )) {
      const results = [job.needs ?? []].flat().map((each) => runs[each]!);
      const saysOtherwise = /cancelled\(\)|always\(\)/.test(job.if ?? "");
      if (!saysOtherwise && results.some(({ ok, ran }) => !ok || !ran)) {
        runs[name] = { ok: true, ran: false, output: "", outputs: {} };
        contexts[`needs.${name}.result`] = "skipped";
        continue;
      }
      const environments = job.strategy ? (JSON.parse(contexts["environments"]!) as string[]) : [""];
      let last: JobRun | undefined;
      for (const environment of environments) {
        const ran = await runJob(
          workflow,
          name,
          this.around({ ...contexts, "matrix.environment": environment }, env, sha),
        );
        last = last?.ok === false ? last : ran;
      }
      runs[name] = last!;
      contexts[`needs.${name}.result`] = last!.ran ? (last!.ok ? "success" : "failure") : "skipped";
      for (const [key, value] of Object.entries(last!.outputs))
        contexts[`needs.${name}.outputs.${key}`] = value;
      if (name === "validate") contexts["environments"] = last!.outputs["environments"] ?? "[]";
    }
    return runs;
  }

  summary(): string {
    const file = join(this.runner, "summary.md");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  #upload(run: string, name: string, path: string): void {
    const to = join(this.host.folder, run, name);
    rmSync(to, { recursive: true, force: true });
    cpSync(join(this.repo.folder, path), to, { recursive: true });
    const names = readdirSync(join(this.host.folder, run));
    this.host.answers[`${this.#api}/actions/runs/${run}/artifacts`] = {
      artifacts: names.map((each) => ({ name: each, expired: false })),
    };
  }

  #download({ name, pattern, path, ...from }: Readonly<Record<string, string>>): void {
    const run = join(this.host.folder, from["run-id"] ?? String(this.#run));
    const to = join(this.repo.folder, path!);
    rmSync(to, { recursive: true, force: true });
    if (pattern === undefined) cpSync(join(run, name!), to, { recursive: true });
    else if (existsSync(run)) cpSync(run, to, { recursive: true });
  }

  close(): Promise<void> {
    return this.host.close();
  }
}
