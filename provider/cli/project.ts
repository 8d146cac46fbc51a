import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join, parse, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readSource } from "../core/source";
import { isObject } from "../core/validate";
import { UsageError } from "./command";

type Env = Readonly<Record<string, string | undefined>>;

/** What a run is about: whose state, and where that is kept. */
export interface Project {
  name: string;
  stack: string;
  /** The folder that the command runs in. */
  cwd: string;
  /** Ours to write: links, and the state where no other backend is set. */
  folder: string;
  backend: { url: string; from: "PULUMI_BACKEND_URL" | "Pulumi.yaml" | "pulumi login" | "local" };
  /** Added to the engine's environment. */
  env: Record<string, string>;
  /** Worth telling once. */
  notes: string[];
}

/** One of dots alone would lead elsewhere in a backend of files. */
const STACK = /^(?!\.+$)[a-zA-Z0-9_.-]{1,100}$/;
const PROJECT = STACK;

/**
 * The project of a folder. In: `environment`, whose file name is the stack's; `stack` where there is no such file any
 * more. The project's name comes from Pulumi.yaml, else from the folder. Throws {@link UsageError}.
 */
export function projectOf(
  cwd: string,
  env: Env,
  given: { environment?: string; stack?: string; project?: string },
): Project {
  const settings = pulumiYaml(cwd);
  const stack = given.stack ?? (given.environment === undefined ? undefined : parse(given.environment).name);
  if (stack === undefined || (given.environment === "" && given.stack === undefined))
    throw new UsageError("no environment is given. Name its file: --env environments/prod.yaml.");
  if (!STACK.test(stack))
    throw new UsageError(
      `stack "${stack}" is no stack name. Use letters, digits, -, _ and . in the file's name, or give --stack.`,
    );
  const name = given.project ?? settings.name ?? basename(cwd);
  if (!PROJECT.test(name))
    throw new UsageError(
      `project "${name}" is no project name. Write a Pulumi.yaml with name: …, or give --project.`,
    );
  const folder = join(cwd, ".mixpeek");
  const backend = backendOf(cwd, env, settings.backend, folder);
  const notes: string[] = [];
  const added: Record<string, string> = { PULUMI_BACKEND_URL: backend.url };
  if (backend.from === "local") {
    if (!existsSync(join(folder, "state"))) {
      notes.push(
        `the state is kept in .mixpeek/state, since neither PULUMI_BACKEND_URL nor \`pulumi login\` names another place`,
      );
    }
    if (env["CI"])
      notes.push(
        "a state in .mixpeek ends with this runner: without it, triggers that leave the definitions stay live. Set PULUMI_BACKEND_URL",
      );
    if (env["PULUMI_CONFIG_PASSPHRASE"] === undefined && env["PULUMI_CONFIG_PASSPHRASE_FILE"] === undefined) {
      added["PULUMI_CONFIG_PASSPHRASE"] = "";
      notes.push(
        "no passphrase is set, so that anybody who has the state can read the secrets in it. Set PULUMI_CONFIG_PASSPHRASE",
      );
    }
  }
  return { name, stack, cwd, folder, backend, env: added, notes };
}

/** A backend that is a service: it keeps secrets and a journal by itself. Else it is a file or object store. */
export const isHosted = ({ backend }: Pick<Project, "backend">): boolean => /^https?:/.test(backend.url);

/** What the engine would ask a person for, told before it runs. Throws an error with the code PASSPHRASE_MISSING. */
export function needPassphrase(project: Project, env: Env, secretsProvider: string | undefined): void {
  const given = { ...env, ...project.env };
  if (secretsProvider !== undefined || isHosted(project)) return;
  if (given["PULUMI_CONFIG_PASSPHRASE"] !== undefined || given["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined)
    return;
  if (settingsOf(project.cwd, `Pulumi.${project.stack}.yaml`)["secretsprovider"] !== undefined) return;
  const message = `cannot open stack "${project.stack}" on ${project.backend.url}: nothing says how its secrets are encrypted. Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE), or give a new stack --secrets-provider [PASSPHRASE_MISSING].`;
  throw Object.assign(new Error(message), { code: "PASSPHRASE_MISSING" });
}

/** Whether the stack has config of its own, or takes some from an ESC environment: asking the engine takes a process. */
export function hasConfig(project: Project): boolean {
  const settings = settingsOf(project.cwd, `Pulumi.${project.stack}.yaml`);
  return settings["config"] !== undefined || settings["environment"] !== undefined;
}

/** Makes the folder that is ours, which no repository should hold. */
export function prepare(project: Project): void {
  mkdirSync(join(project.folder, "work"), { recursive: true });
  if (project.backend.from === "local") mkdirSync(join(project.folder, "state"), { recursive: true });
  const ignore = join(project.folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}

function backendOf(
  cwd: string,
  env: Env,
  configured: string | undefined,
  folder: string,
): Project["backend"] {
  const set = env["PULUMI_BACKEND_URL"];
  if (set) return { url: absolute(cwd, set), from: "PULUMI_BACKEND_URL" };
  if (configured) return { url: absolute(cwd, configured), from: "Pulumi.yaml" };
  const login = loggedInto(env);
  if (login) return { url: login, from: "pulumi login" };
  return { url: pathToFileURL(join(folder, "state")).href, from: "local" };
}

/** The engine runs in a folder of ours: a relative path would mean another place there. */
function absolute(cwd: string, url: string): string {
  if (!url.startsWith("file://")) return url;
  const path = url.slice("file://".length);
  return path.startsWith("~") || isAbsolute(path) ? url : `file://${resolve(cwd, path)}`;
}

/** Where `pulumi login` logged into last. */
function loggedInto(env: Env): string | undefined {
  const home = env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  try {
    const credentials: unknown = JSON.parse(readFileSync(join(home, "credentials.json"), "utf8"));
    const current = isObject(credentials) ? credentials["current"] : undefined;
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch {
    // Not logged in.
    return undefined;
  }
}

function pulumiYaml(cwd: string): { name?: string; backend?: string } {
  const { name, backend } = settingsOf(cwd, "Pulumi.yaml");
  const url = isObject(backend) ? backend["url"] : undefined;
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof url === "string" ? { backend: url } : {}),
  };
}

/** What one of Pulumi's own files holds; nothing where there is none. */
function settingsOf(cwd: string, file: string): Record<string, unknown> {
  const path = join(cwd, file);
  if (!existsSync(path)) return {};
  const { source, issues } = readSource(file, textOf(file, path), { isOurs: false });
  const [issue] = issues;
  if (issue) throw new UsageError(`${file} cannot be read: ${issue.message}. ${issue.hint}`);
  return isObject(source?.value) ? source.value : {};
}

function textOf(file: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be read (${code}). Make it a file that may be read.`);
  }
}
