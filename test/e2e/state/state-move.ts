import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { stateFiles } from "../../../provider/cli/stack/state-file";
import { pulumi as runPulumi } from "../pulumi-cli";
import { type Ran, Repo } from "../repo";

export const DEV = ["--env", "environments/dev.yaml"];
export const SECRET = "planted-7f3a91c2";
export const OWNER = "mixpeek:index:StackOwner";

export let repo: Repo;
export let shared: string;

const env = { MIXPEEK_VAR_TEAM: SECRET };

/** Two triggers are applied, with these options of `up`. */
const applied = (...options: string[]) =>
  Repo.applied(
    (made) => {
      repo = made;
      repo.env = env;
      repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
      repo.write("environments/dev.yaml", "namespace: dev\n");
      declare("nightly", "hourly");
    },
    ...DEV,
    ...options,
  );
const inVault = applied();
const withPassphrase = applied("--secrets-provider", "passphrase");

async function open(make: () => Promise<Repo>): Promise<void> {
  repo = await make();
  repo.env = env;
  shared = join(repo.folder, "..", "shared");
  mkdirSync(shared);
}

/** Replaces the repository that a test starts with. In the new one, a passphrase encrypts the secrets. */
export async function openWithPassphrase(): Promise<void> {
  await repo.close();
  await open(withPassphrase);
}

beforeEach(() => open(inVault));
afterEach(() => repo.close());

/** Declares triggers, each with a secret. */
export function declare(...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { description: "for \${env:MIXPEEK_VAR_TEAM}", action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  repo.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}

export const sharedUrl = (): string => `file://${shared}`;
export const localUrl = (): string => `file://${repo.folder}/.mixpeek/state`;
export const up = (): Promise<Ran> => repo.run("up", ...DEV, "--yes");
export const move = (...args: string[]): Promise<Ran> => repo.run("state", "move", ...DEV, "--yes", ...args);
export const there = (): Promise<Ran> => move("--to", sharedUrl());

/** Runs a function with other environment variables, such as a backend. */
export async function where<T>(env: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = repo.env;
  repo.env = { ...before, ...env };
  try {
    return await run();
  } finally {
    repo.env = before;
  }
}
export const onShared = <T>(run: () => Promise<T>): Promise<T> =>
  where({ PULUMI_BACKEND_URL: sharedUrl() }, run);

export async function expectUnchanged(): Promise<void> {
  const { code, stdout, writes, stderr } = await repo.run("preview", ...DEV);
  expect({ code, writes, stderr }).toEqual({ code: 0, writes: [], stderr: "" });
  expect(stdout).toMatch(/^2 unchanged\.$/m);
}

export async function expectRefused(code: string, run: Promise<Ran>): Promise<string> {
  const ran = await run;
  expect([ran.code, ran.writes, ran.stderr]).toEqual([1, [], expect.stringContaining(`[${code}]`)]);
  return ran.stderr;
}

/** Runs the Pulumi CLI on .mixpeek/state. */
export function pulumi(env: Record<string, string>, ...args: string[]): Promise<string> {
  const home = join(repo.folder, "..", "home");
  const all = { PULUMI_BACKEND_URL: localUrl(), PULUMI_HOME: home, ...env };
  return runPulumi({ cwd: repo.folder, env: all }, ...args);
}

export const stateFile = (folder = join(repo.folder, ".mixpeek/state")): string =>
  stateFiles(`file://${folder}`, "search-triggers", "dev")[0]!;

/** Changes a stack's state as a person would with a text editor. */
export function editState(change: (latest: { resources: { type: string }[] }) => void): void {
  const state = JSON.parse(readFileSync(stateFile(), "utf8"));
  change(state.checkpoint.latest);
  writeFileSync(stateFile(), JSON.stringify(state));
}

export function textsBelow(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"));
}
