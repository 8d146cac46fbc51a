import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect } from "@jest/globals";
import { pulumi } from "../e2e/pulumi-cli";
import { type Ran, Repo } from "../e2e/repo";

/** A running server of tools/backends, or why it does not run. */
interface Backend {
  name: string;
  label: string;
  skipped?: string;
  url: string;
  /** What the engine needs in addition to the URL. */
  env: Record<string, string>;
  /** Passwords and keys, which no output may contain. */
  secrets: string[];
  /** The folder of a server that stores objects as files. */
  objects?: string;
}

interface Deployment {
  resources: Record<string, unknown>[];
  /** Absent if there are none. */
  pending_operations?: unknown[];
}

/** Describes the same tests for each backend, or for one. If a backend is skipped, the tests' names give the reason. */
export function onEachBackend(
  title: string,
  tests: (backend: () => TeamBackend) => void,
  only?: string,
): void {
  for (const backend of backends().filter(({ name }) => only === undefined || name === only))
    describeBackend(title, backend, tests);
}

/** The same, plus a folder that two machines share. */
export function onEachBackendAndFolder(title: string, tests: (backend: () => TeamBackend) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-state-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const shared = { name: "folder", label: "a shared folder", url: `file://${folder}`, env: {}, secrets: [] };
  for (const backend of [shared, ...backends()]) describeBackend(title, backend, tests);
}

function describeBackend(title: string, backend: Backend, tests: (backend: () => TeamBackend) => void): void {
  const { label, skipped } = backend;
  const run = skipped === undefined ? describe : describe.skip;
  run(`${title} on ${label}${skipped === undefined ? "" : ` (skipped: ${skipped})`}`, () => {
    let current: TeamBackend | undefined;
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    tests(() => {
      current ??= new TeamBackend(backend);
      return current;
    });
  });
}

function backends(): Backend[] {
  const text = process.env["MIXPEEK_BACKENDS"];
  if (text === undefined)
    throw new Error("no servers are running. Run these tests with npm run test:backends");
  return JSON.parse(text) as Backend[];
}

/** One backend with the repositories of a test. They share a project that no other test uses. */
export class TeamBackend {
  readonly name: string;
  readonly url: string;
  readonly secrets: readonly string[];
  /** The name of the project that the repositories declare. */
  readonly project = `search-${randomBytes(4).toString("hex")}`;
  readonly #env: Record<string, string>;
  readonly #objects: string | undefined;
  readonly #repos: Repo[] = [];

  constructor({ name, url, env, secrets, objects }: Backend) {
    this.name = name;
    this.url = url;
    this.secrets = secrets;
    this.#env = { ...env, PULUMI_BACKEND_URL: url };
    this.#objects = objects;
  }

  /** A repository with triggers and environments/prod.yaml. All repositories use the first one's emulator. */
  async repo(remote: string, ...triggers: string[]): Promise<Repo> {
    const [first] = this.#repos;
    const repo = this.#opened(await Repo.open(first ? { beside: first } : {}), this.project);
    repo.write(".git/config", `[remote "origin"]\n\turl = ${remote}\n`);
    repo.write("environments/prod.yaml", "namespace: prod\n");
    declare(repo, ...triggers);
    return repo;
  }

  /** An empty repository with its own emulator and project. */
  async apart(): Promise<Repo> {
    return this.#opened(await Repo.open(), `${this.project}-${this.#repos.length}`);
  }

  #opened(repo: Repo, project: string): Repo {
    this.#repos.push(repo);
    repo.env = this.#env;
    repo.write("Pulumi.yaml", `name: ${project}\nruntime: nodejs\n`);
    this.#keepLocksFolder(project);
    return repo;
  }

  /**
   * S3 has no folders, but versitygw does: it removes the locks' folder with the last lock, and responds with 409 to a
   * run that writes its lock at that time. The engine does not read folders in it.
   */
  #keepLocksFolder(project: string): void {
    if (this.#objects === undefined) return;
    const kept = join(this.#objects, ".pulumi", "locks", "organization", project, "prod", "kept");
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, "empty"), "");
  }

  /** Runs the command. Fails if the output contains a password or key of the backend. */
  async run(repo: Repo, ...args: string[]): Promise<Ran> {
    const ran = await repo.run(...args);
    this.expectNoSecrets(ran.stdout + ran.stderr);
    return ran;
  }

  expectNoSecrets(output: string): void {
    for (const secret of this.secrets) expect(output).not.toContain(secret);
  }

  /** Runs the Pulumi CLI in a repository. Out: its stdout. */
  pulumi(repo: Repo, ...args: string[]): Promise<string> {
    return pulumi({ cwd: repo.folder, env: this.#env }, ...args);
  }

  /** A stack's state, as the engine exports it. */
  async deployment(repo: Repo, stack: string): Promise<Deployment> {
    const { deployment } = JSON.parse(await this.pulumi(repo, "stack", "export", "--stack", stack));
    return { ...deployment, resources: deployment.resources ?? [] };
  }

  /** The resources in a stack's state. */
  async resources(repo: Repo, stack = "prod"): Promise<Record<string, unknown>[]> {
    return (await this.deployment(repo, stack)).resources;
  }

  /** Changes a stack's state as a person would with a text editor. */
  async editState(
    repo: Repo,
    change: (resources: Record<string, unknown>[]) => Record<string, unknown>[],
  ): Promise<void> {
    const state = JSON.parse(await this.pulumi(repo, "stack", "export", "--stack", "prod"));
    state.deployment.resources = change(state.deployment.resources);
    repo.write("../state.json", JSON.stringify(state));
    await this.pulumi(repo, "stack", "import", "--stack", "prod", "--force", "--file", "../state.json");
  }

  async close(): Promise<void> {
    for (const repo of this.#repos.splice(0)) await repo.close();
  }
}

export const ADS = "https://github.com/acme/ads.git";
export const SEARCH = "git@github.com:acme/search-triggers.git";
export const PROD = ["--env", "environments/prod.yaml"];

/** Writes a repository's definitions: one per trigger, every ten minutes or at another interval. */
export function declare(repo: Repo, ...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  repo.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}
