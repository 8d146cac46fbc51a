import "./deferred-sdk";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, relative, resolve, sep } from "node:path";
import type { LocalWorkspace, PulumiCommand, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../project/project";
import { inOwnGroup, useOwnConnections } from "./engine-process";
import { engineFailure, whenWhole } from "./engine-run";
import { stateFiles, writeWhole } from "./state-file";

/** This package's folder, in a checkout or in node_modules. */
export const PACKAGE = resolve(__dirname, "..", "..", "..");

/** Preloaded into the provider process that the engine starts. */
const DEFERRED_SDK = join(PACKAGE, "dist", "cli", "stack", "deferred-sdk.js");

export interface WorkspaceOptions {
  /** An empty folder for the state, plugins and project. */
  folder: string;
  project: string;
  stack: string;
  program: PulumiFn;
  /** The folder that contains the Pulumi CLI and the launcher of dynamic providers. */
  engineBin: string;
  /** The version of the CLI in `engineBin`, if known. */
  engineVersion?: string;
  /** Absent: a passphrase encrypts the secrets. */
  secretsProvider?: string;
  /** Added to the environment of the engine. */
  env?: Record<string, string>;
}

/** A stack on its own file backend. */
export async function createWorkspace(options: WorkspaceOptions): Promise<Stack> {
  const state = join(options.folder, "state");
  mkdirSync(state, { recursive: true });
  const stack = await open({
    ...options,
    opening: "open or create",
    workDir: join(options.folder, "project"),
    env: {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_HOME: join(options.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "",
      ...options.env,
    },
  });
  return stack!;
}

/**
 * The stack of a repository's project, on the user's own backend. Its settings (Pulumi.<stack>.yaml) are in the
 * repository, as usual in Pulumi. `opening`: with "open", returns undefined if the stack does not exist; with "create",
 * throws the SDK's StackAlreadyExistsError if it does.
 */
export async function openStack(
  project: Project,
  options: Pick<OpenOptions, "program" | "engineBin" | "engineVersion" | "secretsProvider" | "opening">,
): Promise<Stack | undefined> {
  const workDir = join(project.folder, "work");
  const settings = relative(workDir, project.cwd).split(sep).join("/");
  const { name, stack, env } = project;
  const attempt = () => whenWhole(() => open({ ...options, workDir, project: name, stack, settings, env }));
  try {
    const opened = await attempt().catch((error: Error) => {
      if (!TABLE_RACE.test(error.message)) throw error;
      return attempt();
    });
    return opened && reporting(project, opened);
  } catch (error) {
    const { name } = error as Error;
    if (name === "StackNotFoundError") return undefined;
    if (name === "StackAlreadyExistsError") throw error;
    throw engineFailure(project, error as Error);
  }
}

/**
 * The stack, with reads that fail as {@link engineFailure} says: a wrong passphrase shows only when a secret is read.
 */
function reporting(project: Project, stack: Stack): Stack {
  const failing = (error: Error): never => {
    throw engineFailure(project, error);
  };
  const [exportStack, getAllConfig] = [stack.exportStack.bind(stack), stack.getAllConfig.bind(stack)];
  return Object.assign(stack, {
    exportStack: () => whenWhole(exportStack).catch(failing),
    getAllConfig: () => whenWhole(getAllConfig).catch(failing),
  });
}

/**
 * The engine creates its table when it first opens a PostgreSQL database. If two do so at once, one fails with this
 * error.
 */
const TABLE_RACE = /pg_type_typname_nsp_index/;

interface WorkOptions {
  workDir: string;
  project: string;
  program: PulumiFn;
  engineBin: string;
  /** The version of the CLI in `engineBin`, if known. */
  engineVersion?: string;
  env: Record<string, string>;
  /** The folder of Pulumi.<stack>.yaml, relative to the work folder; absent: the work folder. */
  settings?: string;
  secretsProvider?: string;
}

/** Whether a stack is only opened, only created, or opened and created if it does not exist. */
export type Opening = "open" | "create" | "open or create";

interface OpenOptions extends WorkOptions {
  stack: string;
  opening: Opening;
}

/**
 * A workspace for temporary stacks in an empty folder, which neither reads nor writes the repository's
 * Pulumi.<stack>.yaml.
 */
export const scratchWorkspace = (
  { name, env }: Project,
  { workDir, engineBin }: { workDir: string; engineBin: string },
): Promise<LocalWorkspace> =>
  workspaceIn({ workDir, engineBin, project: name, program: async () => undefined, env });

/**
 * The provider process runs in the project's folder and requires this package and the SDK by name, so both are linked
 * into that folder.
 */
async function workspaceIn(options: WorkOptions): Promise<LocalWorkspace> {
  const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation");
  const { runtime } = await import("@pulumi/pulumi");
  useOwnConnections(runtime);
  const { workDir } = options;
  linkPackages(workDir);
  writeProject(workDir, {
    name: options.project,
    runtime: "nodejs",
    // Without `main`, the provider would run in this process's folder.
    main: workDir,
    ...(options.settings === undefined ? {} : { stackConfigDir: options.settings }),
    // Otherwise the engine looks on PATH, and warns if it finds another launcher than the one next to the CLI's real
    // file.
    plugins: { providers: [{ name: "pulumi-nodejs", path: options.engineBin }] },
  });
  return LocalWorkspace.create({
    workDir,
    program: options.program,
    ...(options.secretsProvider === undefined ? {} : { secretsProvider: options.secretsProvider }),
    pulumiCommand: inOwnGroup(
      await commandOf(options, PulumiCommand),
      await import("@pulumi/pulumi/automation/errors"),
    ),
    envVars: {
      PATH: `${options.engineBin}${delimiter}${process.env["PATH"] ?? ""}`,
      NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --require ${JSON.stringify(DEFERRED_SDK)}`.trim(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...options.env,
    },
  });
}

/** Returns undefined if the stack is only to be opened and does not exist. */
async function open(options: OpenOptions): Promise<Stack | undefined> {
  const { opening } = options;
  const files = stateFiles(options.env["PULUMI_BACKEND_URL"] ?? "", options.project, options.stack);
  const isThere = files.some(existsSync);
  const isNew = files.length > 0 && !isThere;
  if (isNew && opening === "open") return undefined;
  const { Stack } = await import("@pulumi/pulumi/automation");
  const workspace = await workspaceIn(options);
  // Each command of the CLI names its stack, so the stack need not be selected. Selecting it would start a process only
  // to check that it exists, which the state file already shows.
  if (isThere) workspace.selectStack = async () => {};
  const select = () => Stack.select(options.stack, workspace);
  const create = () => Stack.create(options.stack, workspace);
  if (opening === "create") return withoutSummary(await create());
  if (opening === "open" || isThere) return withoutSummary(await select());
  const stack = await (isNew ? create() : Stack.createOrSelect(options.stack, workspace)).catch(
    (error: Error) => {
      if (error.name !== "StackAlreadyExistsError") throw error;
      // Another first run created it between the look and the creation.
      return select();
    },
  );
  return withoutSummary(stack);
}

/**
 * The SDK's handle of the CLI. The SDK would run `pulumi version` to create it, a seventh of a small run's CPU time.
 * The version is already known if this package found the engine.
 */
async function commandOf(
  { engineBin, engineVersion }: Pick<OpenOptions, "engineBin" | "engineVersion">,
  Command: typeof PulumiCommand,
): Promise<PulumiCommand> {
  const root = dirname(engineBin);
  // Another SDK may run the CLI in another way.
  if (engineVersion === undefined || !("run" in Command.prototype))
    return Command.get({ root, skipVersionCheck: true });
  const { parse } = createRequire(sdkManifest())("semver");
  const command = Object.create(Command.prototype) as PulumiCommand;
  return Object.assign(command, { command: join(root, "bin", "pulumi"), version: parse(engineVersion) });
}

/**
 * After each operation the SDK runs the CLI three more times, for the stack's outputs, its unencrypted outputs and its
 * history. Nothing here reads them, and together they take as long as a small operation.
 */
function withoutSummary(stack: Stack): Stack {
  return Object.assign(stack, { outputs: async () => ({}), info: async () => undefined });
}

/**
 * Writes the engine's project file atomically. The SDK would write it in place: a run that waits for a lock opens the
 * stack repeatedly, and another command in the same folder, such as `unlock`, could read an incomplete file. JSON is
 * valid YAML.
 */
function writeProject(workDir: string, settings: object): void {
  const path = join(workDir, "Pulumi.yaml");
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeWhole(path, text);
}

function linkPackages(project: string): void {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  link(PACKAGE, join(modules, "pulumi-mixpeek"));
  link(dirname(sdkManifest()), join(modules, "@pulumi", "pulumi"));
}

const sdkManifest = (): string =>
  require.resolve("@pulumi/pulumi/package.json", { paths: [PACKAGE, process.cwd()] });

/**
 * A junction on Windows, which may not allow symbolic links. A link that points elsewhere belongs to another
 * installation.
 */
function link(target: string, path: string): void {
  if (readLink(path) === target) return;
  rmSync(path, { recursive: true, force: true });
  try {
    symlinkSync(target, path, "junction");
  } catch (error) {
    // Another run in this folder may have created it in the meantime.
    if (readLink(path) !== target) throw error;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
