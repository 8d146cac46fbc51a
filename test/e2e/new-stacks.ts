import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileTree, readTree } from "./file-tree";
import { pulumi } from "./pulumi-cli";

declare const requireOnce: NodeJS.Require;

const made: Map<string, unknown> = requireOnce("./once/new-stacks.cjs");

/** What is made once a worker: a new stack takes the engine half a second of CPU time. */
export async function madeOnce<T>(key: string, make: () => Promise<T>): Promise<T> {
  if (!made.has(key)) made.set(key, await make());
  return made.get(key) as T;
}

/** Encrypts the secrets of stacks that exist before a test runs; see key-service.ts. */
export const SECRETS_PROVIDER = "hashivault://tests";

/** The project of a repository whose remote has this name. */
const PROJECT = "search-triggers";

/** The files of a stack that is new, on the state of a repository: nothing was applied to it. */
export const newStack = (name: string): Promise<FileTree> =>
  madeOnce(`repository ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-stack-"));
    try {
      const state = join(folder, ".mixpeek", "state");
      mkdirSync(state, { recursive: true });
      writeFileSync(join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
      const env = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_HOME: join(folder, "home") };
      await pulumi({ cwd: folder, env }, "stack", "init", name, "--secrets-provider", SECRETS_PROVIDER);
      const isOfStack = (path: string): boolean =>
        path.startsWith(".mixpeek") || path === `Pulumi.${name}.yaml`;
      return new Map([...readTree(folder)].filter(([path]) => isOfStack(path)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
