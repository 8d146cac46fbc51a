import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stackNameOf } from "../../core/environments/environment-path";
import { isObject } from "../../core/json/is-object";
import { readSource } from "../../core/yaml/yaml-source";
import { leaves, readText, rootOf } from "../../files/read";
import { UsageError } from "../command";
import { hideSecretsOf } from "../output/redacted-output";
import { emptyPassphraseNote, passphraseEnv, passphraseSource, unreadablePassphrase } from "./passphrase";

type Env = Readonly<Record<string, string | undefined>>;

/** The project of a run: the stack, and where its state is stored. */
export interface Project {
  name: string;
  stack: string;
  /** The options that select the stack on a command line, such as `--env environments/prod.yaml`. */
  selectedBy: string;
  /** The folder that the command runs in. */
  cwd: string;
  /** This package's own folder in the repository: it holds links and, if no other backend is set, the state. */
  folder: string;
  backend: { url: string; from: "PULUMI_BACKEND_URL" | "Pulumi.yaml" | "pulumi login" | "local" };
  /** The repository's id from Pulumi.yaml, `mixpeek: { repository: … }`. */
  repository?: string;
  /** Added to the engine's environment. */
  env: Record<string, string>;
  /** Notes to print once. */
  notes: string[];
}

/** The options that name a stack. */
interface StackOptions {
  /** The path of its environment file. */
  environment?: string | undefined;
  stack?: string | undefined;
  project?: string | undefined;
}

/** A name that consists of dots would be another path on a file backend. */
const STACK = /^(?!\.+$)[a-zA-Z0-9_.-]{1,100}$/;
const PROJECT = STACK;

export const isProjectName = (name: string): boolean => PROJECT.test(name);

/** The name that is closest to `text` and valid in Pulumi. */
export function projectNameFrom(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9_.-]+/g, "-").replaceAll(/^-+|-+$/g, "");
  const name = plain.slice(0, 100);
  return isProjectName(name) ? name : "mixpeek-triggers";
}

/**
 * The project of a folder. The stack is named after the file `environment`; if that file no longer exists, `stack` is
 * its name. The project's name comes from Pulumi.yaml. The folder's name is used only if the state is in the folder
 * itself, or if the run opens no state (`stateless`). Throws {@link UsageError} and PROJECT_NAME_MISSING.
 */
export function projectOf(
  cwd: string,
  env: Env,
  given: StackOptions & { stateless?: boolean | undefined },
): Project {
  const settings = pulumiYaml(cwd);
  const stack = given.stack ?? (given.environment === undefined ? undefined : stackNameOf(given.environment));
  if (stack === undefined || (given.environment === "" && given.stack === undefined))
    throw new UsageError("no environment is given. Name its file: --env environments/prod.yaml.");
  if (!STACK.test(stack))
    throw new UsageError(
      `stack "${stack}" is not a valid stack name. Use letters, digits, -, _ and . in ${given.stack === undefined ? "the file's name" : "--stack"}.`,
    );
  const folder = join(cwd, ".mixpeek");
  const backend = backendOf(cwd, env, settings.backend, folder);
  hideSecretsOf(backend.url);
  const named = given.project ?? settings.name;
  if (named === undefined && backend.from !== "local" && !given.stateless)
    throw nameMissing(cwd, backend.from);
  const name = named ?? basename(cwd);
  if (!PROJECT.test(name))
    throw new UsageError(
      `project "${name}" is not a valid project name. Set name in Pulumi.yaml, or add --project.`,
    );
  const notes: string[] = [];
  const added: Record<string, string> = { PULUMI_BACKEND_URL: backend.url };
  if (backend.from === "local") {
    if (!existsSync(join(folder, "state"))) {
      notes.push(
        `the state is stored in .mixpeek/state, because neither PULUMI_BACKEND_URL nor \`pulumi login\` names another backend`,
      );
    }
    if (env["CI"])
      notes.push(
        "the state in .mixpeek/ is lost when this CI job ends: without it, triggers that are removed from the definitions stay live. Set PULUMI_BACKEND_URL",
      );
  }
  const isLocal = backend.from === "local";
  Object.assign(added, passphraseEnv(cwd, env, isLocal));
  if ({ ...env, ...added }["PULUMI_CONFIG_PASSPHRASE"] === "" && !isHosted({ backend })) {
    const settings = settingsOf(cwd, `Pulumi.${stack}.yaml`);
    const note = emptyPassphraseNote(stack, settings, isLocal ? shellWord(backend.url) : undefined);
    if (note !== undefined) notes.push(note);
  }
  return {
    name,
    stack,
    selectedBy: selection(given),
    cwd,
    folder,
    backend,
    ...(settings.repository === undefined ? {} : { repository: settings.repository }),
    env: added,
    notes,
  };
}

function selection({ environment, stack, project }: StackOptions): string {
  const options = Object.entries({ env: environment, stack, project });
  return options
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${shellWord(value)}`]))
    .join(" ");
}

/** Quotes a text as one word of a command line. */
export const shellWord = (text: string): string =>
  /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** On a shared backend, another team's project may have the folder's name. */
function nameMissing(cwd: string, from: Project["backend"]["from"]): Error {
  const code = "PROJECT_NAME_MISSING";
  const name = projectNameFrom(basename(cwd));
  const why = `${from} names a backend that other projects may use, and a folder name does not identify this project`;
  const lines = `name: ${name}\nruntime: nodejs`;
  const message = `cannot open the stack: the project has no name. ${why}. Add these two lines to Pulumi.yaml, or add --project ${name} [${code}]:\n${lines}`;
  return Object.assign(new Error(message), { code });
}

/** A backend that is a service and manages secrets and a journal itself, not a file or object store. */
export const isHosted = ({ backend }: Pick<Project, "backend">): boolean => /^https?:/.test(backend.url);

/**
 * Reports a missing passphrase before the engine runs, as the engine would ask a person for it. `creates`: the command
 * may create the stack. Throws an error with the code PASSPHRASE_MISSING.
 */
export function requirePassphrase(
  project: Project,
  env: Env,
  { secretsProvider, creates }: { secretsProvider?: string | undefined; creates: boolean },
): void {
  const given = { ...env, ...project.env };
  if (secretsProvider !== undefined || isHosted(project)) return;
  const unreadable = unreadablePassphrase(given);
  if (passphraseSource(given) !== undefined && unreadable === undefined) return;
  const provider = stackFile(project)["secretsprovider"];
  if (provider !== undefined && (provider !== "passphrase" || unreadable === undefined)) return;
  const why =
    unreadable ??
    `no passphrase or key management service for its secrets is set. Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE)${creates ? ", or add --secrets-provider for a new stack" : ""}`;
  const message = `cannot open stack "${project.stack}" in ${project.backend.url}: ${why} [PASSPHRASE_MISSING].`;
  throw Object.assign(new Error(message), { code: "PASSPHRASE_MISSING" });
}

/** The contents of Pulumi.<stack>.yaml; empty if there is none. */
export const stackFile = ({ cwd, stack }: Project): Record<string, unknown> =>
  settingsOf(cwd, `Pulumi.${stack}.yaml`);

/** Whether the stack has its own config or takes some from an ESC environment: the engine records it in the state. */
export function hasConfig(project: Project): boolean {
  const { config, environment } = stackFile(project);
  return config !== undefined || environment !== undefined;
}

/**
 * Creates this package's folder, readable only by this user and ignored by git. Throws an error with the code
 * LINK_REFUSED if it is a link, which could make the run overwrite other files.
 */
export function prepare(project: Project): void {
  const { folder, backend } = project;
  const inner = backend.from === "local" ? ["work", "state"] : ["work"];
  const ignore = join(folder, ".gitignore");
  for (const path of [folder, ...inner.map((name) => join(folder, name)), ignore]) refuseLink(project, path);
  for (const name of inner) mkdirSync(join(folder, name), { recursive: true, mode: OWNER_ONLY });
  // Older releases created the folder with access for other users.
  if (process.platform !== "win32") chmodSync(folder, OWNER_ONLY);
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n", { flag: "wx" });
}

const OWNER_ONLY = 0o700;

function refuseLink({ cwd }: Project, path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const code = "LINK_REFUSED";
  const message = `cannot use ${relative(cwd, path)}: it is a symbolic link, and writing to it would change files elsewhere. Delete the link; a folder is created instead [${code}].`;
  throw Object.assign(new Error(message), { code });
}

function backendOf(
  cwd: string,
  env: Env,
  configured: string | undefined,
  folder: string,
): Project["backend"] {
  const set = env["PULUMI_BACKEND_URL"];
  if (set) return { url: absoluteUrl(cwd, set), from: "PULUMI_BACKEND_URL" };
  if (configured) return { url: outsideOf(cwd, absoluteUrl(cwd, configured)), from: "Pulumi.yaml" };
  const login = loggedInto(env);
  if (login) return { url: login, from: "pulumi login" };
  return { url: pathToFileURL(join(folder, "state")).href, from: "local" };
}

/** `backend.url` in a folder's Pulumi.yaml. Throws {@link UsageError} if the file cannot be read. */
export const configuredBackend = (cwd: string): string | undefined => pulumiYaml(cwd).backend;

/**
 * The backend URL, unless a file of the repository sets it to a folder inside the repository. Such a state could come
 * with a pull request, and refresh and destroy act on what a state holds. Throws an error with the code
 * BACKEND_IN_REPOSITORY.
 */
function outsideOf(cwd: string, url: string): string {
  if (!url.startsWith("file:///")) return url;
  const path = fileURLToPath(url);
  if (leaves(rootOf(cwd).repository, path) || path === join(cwd, ".mixpeek", "state")) return url;
  const code = "BACKEND_IN_REPOSITORY";
  const message = `cannot use ${url}: backend.url in Pulumi.yaml points into the repository, where anyone who may change a file may change the state. Remove backend to use .mixpeek/state, or set PULUMI_BACKEND_URL to that address if you trust it [${code}].`;
  throw Object.assign(new Error(message), { code });
}

/** The engine runs in another folder, where a relative path would have another meaning. */
export function absoluteUrl(cwd: string, url: string): string {
  if (!url.startsWith("file://")) return url;
  const path = url.slice("file://".length);
  return path.startsWith("~") || isAbsolute(path) ? url : `file://${resolve(cwd, path)}`;
}

/** The backend of the last `pulumi login`. */
export function loggedInto(env: Env): string | undefined {
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

function pulumiYaml(cwd: string): { name?: string; backend?: string; repository?: string } {
  const { name, backend, mixpeek } = settingsOf(cwd, "Pulumi.yaml");
  const url = isObject(backend) ? backend["url"] : undefined;
  const repository = isObject(mixpeek) ? mixpeek["repository"] : undefined;
  return {
    ...(typeof repository === "string" && repository !== "" ? { repository } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof url === "string" ? { backend: url } : {}),
  };
}

/** The contents of one of Pulumi's own files; empty if there is none. */
function settingsOf(cwd: string, file: string): Record<string, unknown> {
  if (!lstatSync(join(cwd, file), { throwIfNoEntry: false })) return {};
  const read = readText(rootOf(cwd), join(cwd, file));
  if ("issue" in read)
    throw new UsageError(
      `${file} cannot be read: it ${read.issue.message}. Make it a file inside the repository, in UTF-8 and of at most 5 MB.`,
    );
  const { source, issues } = readSource(file, read.text, { isOurs: false });
  const [issue] = issues;
  if (issue) throw new UsageError(`${file} cannot be read: ${issue.message}. ${issue.hint}`);
  return isObject(source?.value) ? source.value : {};
}
