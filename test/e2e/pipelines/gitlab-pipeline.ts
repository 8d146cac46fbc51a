import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { KEY } from "../key";
import type { Repo } from "../repo";
import { CodeHost } from "./code-host";
import { DirectNpx, git, install, plainEnvironment } from "./github-actions";
import type { JobRun } from "./workflow";

const PROJECT = 31;
const REQUEST = 12;
const API = `/projects/${PROJECT}`;
const NOTES = `${API}/merge_requests/${REQUEST}/notes`;
const BOT = 7;

type Job = Record<string, unknown> & {
  extends?: string;
  stage?: string;
  rules?: { if: string; when?: string }[];
  environment?: string | { name: string };
  script: string[];
  before_script?: string[];
  variables?: Record<string, string>;
  allow_failure?: { exit_codes: number[] };
  artifacts?: { when?: string; paths?: string[] };
  dependencies?: string[];
};

/** The supported keys. Any other key would run differently from GitLab, so it is rejected. */
const KNOWN = [
  ...["extends", "stage", "rules", "environment", "script", "before_script", "variables", "allow_failure"],
  ...["artifacts", "dependencies", "timeout", "cache", "resource_group"],
];
/** Top-level names that are not jobs. */
const GLOBAL = ["stages", "workflow", "default"];

export interface Pipeline {
  source: "merge_request_event" | "push" | "web" | "schedule";
  sha: string;
  fork?: boolean;
}

/** A git repository on GitLab with its pipeline: an API server, artifacts, and one job after the other. */
export class GitlabPipelines {
  #pipeline = 500;
  readonly runner: string;
  readonly npx: DirectNpx;
  /** Variables by environment: each job sees those of its own environment. */
  readonly variables: Record<string, Record<string, string>>;

  private constructor(
    readonly repo: Repo,
    readonly host: CodeHost,
  ) {
    this.runner = join(repo.folder, "..", "runner");
    mkdirSync(join(this.runner, "state"), { recursive: true });
    this.npx = new DirectNpx(join(this.runner, "bin"));
    const shared = {
      MIXPEEK_API_KEY: KEY,
      PULUMI_BACKEND_URL: `file://${join(this.runner, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "e2e-passphrase",
    };
    const reading = { ...shared, GITLAB_TOKEN: "glpat-read" };
    this.variables = {
      preview: shared,
      comment: { GITLAB_TOKEN: "glpat-write" },
      staging: reading,
      prod: reading,
    };
    host.answers["/user"] = { id: BOT };
  }

  static async open(repo: Repo): Promise<GitlabPipelines> {
    return new GitlabPipelines(
      repo,
      await CodeHost.start({ list: NOTES, one: NOTES }, { author: { id: BOT } }),
    );
  }

  /** Merges a branch with a squash. Out: the merge commit. */
  squash(branch: string): string {
    const { folder } = this.repo;
    const head = git(folder, "rev-parse", branch);
    git(folder, "checkout", "--quiet", "--force", "main");
    git(folder, "merge", "--quiet", "--squash", branch);
    git(folder, "commit", "--quiet", "--message", `Merge ${branch}`);
    const sha = git(folder, "rev-parse", "HEAD");
    this.host.answers[`${API}/repository/commits/${sha}/merge_requests`] = [
      { iid: REQUEST + 1, state: "closed", sha: head, merge_commit_sha: null, squash_commit_sha: null },
      { iid: REQUEST, state: "merged", sha: head, merge_commit_sha: null, squash_commit_sha: sha },
    ];
    return sha;
  }

  /** Runs all jobs of a pipeline, by stage, up to the first that fails. Out: the jobs that ran. */
  async run({ source, sha, fork = false }: Pipeline): Promise<Record<string, JobRun & { manual: boolean }>> {
    const { folder } = this.repo;
    git(folder, "checkout", "--quiet", "--force", sha);
    const whole = parse(this.repo.read(".gitlab-ci.yml"));
    this.#pipeline += 1;
    const id = this.#pipeline;
    if (source === "merge_request_event") {
      this.host.answers[`${API}/merge_requests/${REQUEST}/pipelines`] = [
        { id: 1, source, project_id: PROJECT },
        { id, source, project_id: PROJECT },
        { id: id + 1, source, project_id: 99 },
      ];
      this.host.answers[`${API}/pipelines/${id}/jobs`] = [
        { id: id * 10, name: "validate" },
        { id: id * 10 + 1, name: "preview" },
      ];
    }
    const predefined: Record<string, string> = {
      CI: "true",
      GITLAB_CI: "true",
      CI_API_V4_URL: this.host.url,
      CI_COMMIT_SHA: sha,
      CI_PIPELINE_SOURCE: source,
      CI_PROJECT_ID: fork ? "99" : String(PROJECT),
      CI_DEFAULT_BRANCH: "main",
      ...(source === "merge_request_event"
        ? {
            CI_MERGE_REQUEST_IID: String(REQUEST),
            CI_MERGE_REQUEST_PROJECT_ID: String(PROJECT),
            CI_MERGE_REQUEST_SOURCE_PROJECT_ID: fork ? "99" : String(PROJECT),
          }
        : { CI_COMMIT_BRANCH: "main" }),
    };
    const runs: Record<string, JobRun & { manual: boolean }> = {};
    if (!ruleOf(whole.workflow.rules, predefined)) return runs;
    const jobs = Object.keys(whole)
      .filter((name) => !GLOBAL.includes(name) && !name.startsWith("."))
      .map((name) => ({ name, job: mergedJob(whole, name) }))
      .sort((a, b) => whole.stages.indexOf(a.job.stage) - whole.stages.indexOf(b.job.stage));
    let failed = false;
    for (const { name, job } of jobs) {
      const rule = job.rules ? ruleOf(job.rules, predefined) : { when: "on_success" };
      if (!rule || (failed && rule.when !== "always")) continue;
      const { ok, output } = await this.#runJob(name, job, predefined, id);
      runs[name] = { ok, ran: true, output, outputs: {}, manual: rule.when === "manual" };
      failed ||= !ok;
    }
    return runs;
  }

  async #runJob(
    name: string,
    job: Job,
    predefined: Record<string, string>,
    pipeline: number,
  ): Promise<{ ok: boolean; output: string }> {
    const { folder } = this.repo;
    // A runner starts with an empty folder and receives the artifacts of earlier jobs.
    git(folder, "clean", "-dffxq");
    const kept = join(this.host.folder, String(pipeline));
    if (existsSync(kept)) cpSync(kept, folder, { recursive: true });
    if (!job.dependencies) install(folder);
    const { environment } = job;
    const scope = typeof environment === "object" ? environment.name : environment;
    const env = {
      ...plainEnvironment(),
      PATH: `${join(this.runner, "bin")}${delimiter}${process.env["PATH"]}`,
      PULUMI_HOME: join(this.runner, "home"),
      MIXPEEK_BASE_URL: this.repo.emulator.url,
      ...predefined,
      ...(scope === undefined ? {} : this.variables[scope]),
      ...job.variables,
    };
    // npm ci needs a registry.
    const script =
      name === "install"
        ? []
        : [...(job.before_script ?? []), ...job.script].map((line) => `${line.trimEnd()}\n`);
    const { code, output } = await bash(script.join(""), folder, env);
    if (code === 0 || job.artifacts?.when === "always")
      for (const path of job.artifacts?.paths ?? [])
        if (path !== "node_modules/" && existsSync(join(folder, path))) {
          cpSync(join(folder, path), join(kept, path), { recursive: true });
          for (const stack of ["staging", "prod"])
            if (existsSync(join(kept, path, `${stack}.json`)))
              this.host.answers[`${API}/jobs/${pipeline * 10 + 1}/artifacts/${path}${stack}.json`] =
                readFileSync(join(kept, path, `${stack}.json`), "utf8");
        }
    return { ok: code === 0 || (job.allow_failure?.exit_codes ?? []).includes(code), output };
  }

  close(): Promise<void> {
    rmSync(this.runner, { recursive: true, force: true });
    return this.host.close();
  }
}

/** A job merged with what it extends. Throws for what is not supported here. */
function mergedJob(whole: Record<string, Job>, name: string): Job {
  const job = whole[name]!;
  const unknown = Object.keys(job).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0)
    throw new Error(`job ${name} has ${unknown.join(", ")}, which this runner does not support`);
  return job.extends === undefined ? job : { ...mergedJob(whole, job.extends), ...job };
}

/** The first rule whose condition is true. Conditions compare variables with texts or variables, joined by `&&`. */
function ruleOf<Rule extends { if: string }>(
  rules: readonly Rule[],
  variables: Readonly<Record<string, string>>,
): Rule | undefined {
  return rules.find((rule) =>
    rule.if.split(" && ").every((comparison) => {
      const sides = /^(\$\w+) == (\$\w+|"[^"]*")$/.exec(comparison);
      if (!sides) throw new Error(`the rule ${rule.if} has ${comparison}: nothing here knows that`);
      const [left, right] = sides
        .slice(1)
        .map((side) => (side.startsWith("$") ? variables[side.slice(1)] : side.slice(1, -1)));
      return left === right;
    }),
  );
}

function bash(
  script: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = execFile("bash", ["-eo", "pipefail", "-c", script], { cwd, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
    child.stdin?.end();
  });
}
