import { mkdirSync, readFileSync, realpathSync, type Stats, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { linkRefused, misleadingLink } from "../../files/links";
import { rootOf } from "../../files/read";
import { command, UsageError } from "../command";
import { EXIT } from "../exit-code";
import { unwritable } from "../output/unwritable";
import { configuredBackend, isProjectName, loggedInto, projectNameFrom } from "../project/project";
import { PACKAGE } from "../stack/workspace";

/** The files that `init` always writes. A template's name has no leading dot, because npm does not pack dot-files. */
const FILES: readonly string[] = [
  "triggers/catalog.yaml",
  "triggers/search.yaml",
  "environments/dev.yaml",
  "environments/staging.yaml",
  "environments/prod.yaml",
  "Pulumi.yaml",
  "package.json",
  ".gitignore",
  ".vscode/settings.json",
  ".vscode/extensions.json",
  "README.md",
];

const PIPELINES = {
  github: [".github/workflows/triggers.yml", ".github/workflows/drift.yml"],
  gitlab: [".gitlab-ci.yml"],
  none: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Ci = keyof typeof PIPELINES;
const CIS = Object.keys(PIPELINES) as Ci[];

/** What an existing file of the user must contain for the rest to work. */
const NEEDED: Readonly<Record<string, { text: string; advice: string }>> = {
  ".gitignore": { text: ".mixpeek", advice: "add node_modules/ and .mixpeek/ to it" },
  "package.json": { text: '"pulumi-mixpeek"', advice: "the npm install command below adds the packages" },
};

export const init = command(
  {
    dir: { value: "FOLDER", doc: "folder to write to; created if it does not exist", default: "." },
    name: { value: "PROJECT", doc: "name of the Pulumi project (default: the folder's)" },
    ci: { value: "CI", doc: `CI pipeline to write: ${CIS.join(", ")}`, default: "github", oneOf: CIS },
  },
  async ({ dir, name, ci }) => {
    const pipeline = PIPELINES[ci];
    const folder = folderOf(dir);
    const own = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as OwnPackage;
    const values = {
      __PROJECT__: projectName(name, folder),
      __VERSION__: own.version,
      __PULUMI__: own.peerDependencies["@pulumi/pulumi"],
    };
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    makeFolder(folder, dir);
    const lacking = new Set<string>();
    for (const file of [...FILES, ...pipeline]) {
      const kept = !write(folder, file, filled(file, values));
      const advice = kept ? adviceOn(folder, file) : undefined;
      if (advice) lacking.add(file);
      say(`${kept ? "kept" : "wrote"} ${file}${advice ? `: ${advice}` : ""}`);
    }
    for (const line of nextSteps(folder, values, lacking.has("package.json"), pipeline)) say(line);
    return EXIT.ok;
  },
);

interface OwnPackage {
  version: string;
  peerDependencies: { "@pulumi/pulumi": string };
}

function folderOf(dir: string): string {
  const found = lookAt(dir);
  if (dir !== "" && (!found || found.isDirectory())) return resolve(dir);
  throw new UsageError(
    `mixpeek-triggers init: --dir ${JSON.stringify(dir)} is ${found ? "a file" : "empty"}. Name a folder; it is created if it does not exist.`,
  );
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // If the folder is missing or cannot be read, creating it reports what is wrong.
    return undefined;
  }
}

function projectName(name: string | undefined, folder: string): string {
  if (name === undefined) return projectNameFrom(basename(folder));
  if (isProjectName(name)) return name;
  throw new UsageError(
    `mixpeek-triggers init: --name ${JSON.stringify(name)} is not a valid name of a Pulumi project. Use at most 100 letters, digits, -, _ and ., such as ${projectNameFrom(name)}.`,
  );
}

function filled(file: string, values: Readonly<Record<string, string>>): string {
  const template = readFileSync(join(PACKAGE, "templates", file.replace(/^\./, "")), "utf8");
  return Object.entries(values).reduce((text, [mark, value]) => text.replaceAll(mark, value), template);
}

/** Returns whether the file was written. An existing file is never changed. */
function write(folder: string, file: string, text: string): boolean {
  const path = join(folder, file);
  const link = misleadingLink(folder, file);
  // A symbolic link is an existing file and stays as it is.
  if (link !== undefined && link !== file) throw linkRefused("init", file, link);
  makeFolder(dirname(path), dirname(file));
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable("init", file, error, OTHERWISE);
  }
}

const OTHERWISE = "choose another folder with --dir; files that are already written are kept";

function makeFolder(path: string, shown: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable("init", shown, error, OTHERWISE);
  }
}

function adviceOn(folder: string, file: string): string | undefined {
  const needed = NEEDED[file];
  if (!needed) return undefined;
  try {
    return readFileSync(join(folder, file), "utf8").includes(needed.text) ? undefined : needed.advice;
  } catch {
    // If the file cannot be read, the user has to check it.
    return needed.advice;
  }
}

function nextSteps(
  folder: string,
  values: { __VERSION__: string; __PULUMI__: string },
  lacksPackages: boolean,
  pipeline: readonly string[],
): string[] {
  const below = relative(process.cwd(), folder);
  const way = below.startsWith("..") ? folder : below;
  const packages = ` --save-dev "pulumi-mixpeek@^${values.__VERSION__}" "@pulumi/pulumi@${values.__PULUMI__}"`;
  const nested = rootOf(folder).repository !== realpathSync(folder);
  return [
    "",
    "Next:",
    ...(way === "" ? [] : [`  cd ${/^[\w./-]+$/.test(way) ? way : JSON.stringify(way)}`]),
    `  npm install${lacksPackages ? packages : ""}`,
    "  npx mixpeek-triggers validate --all-envs",
    "",
    ...trial(folder),
    ...(nested && pipeline.length > 0
      ? [
          "",
          `CI reads pipelines only in the top folder of the git repository: move ${pipeline.join(" and ")} there, and make the pipeline run in this folder.`,
        ]
      : []),
  ];
}

/** The steps of a trial, which must not change a state that is shared. */
function trial(folder: string): string[] {
  const isLoggedIn = loggedInto(process.env) !== undefined;
  const isSet = Boolean(process.env["PULUMI_BACKEND_URL"]);
  const isInFile = namesBackend(folder);
  return [
    "Try it without an account. In another terminal:",
    "  npx mixpeek-triggers emulator",
    isInFile
      ? "In this terminal, after you remove backend from Pulumi.yaml (otherwise the trial changes the state there):"
      : "In this terminal:",
    ...(isSet
      ? ["  unset PULUMI_BACKEND_URL   # stores the state in .mixpeek/state, not in that backend"]
      : []),
    "  export MIXPEEK_BASE_URL=http://127.0.0.1:4010 MIXPEEK_API_KEY=sk_emulator PULUMI_CONFIG_PASSPHRASE=try",
    ...(isLoggedIn
      ? [
          '  export PULUMI_HOME="$PWD/.mixpeek/home"   # stores the state in .mixpeek/state, not in the backend of `pulumi login`',
        ]
      : []),
    "  npx mixpeek-triggers preview --env environments/dev.yaml",
    "  npx mixpeek-triggers up --env environments/dev.yaml",
    "  npx mixpeek-triggers destroy --env environments/dev.yaml",
    "",
    `For the real API: ${isInFile ? "restore backend in Pulumi.yaml, " : ""}unset MIXPEEK_BASE_URL${isLoggedIn ? " PULUMI_HOME" : ""}, rm -rf .mixpeek Pulumi.dev.yaml, use your own resource names in triggers/,`,
    `and set your MIXPEEK_API_KEY${isSet ? ", PULUMI_CONFIG_PASSPHRASE and PULUMI_BACKEND_URL" : " and PULUMI_CONFIG_PASSPHRASE"}. README.md has the details.`,
  ];
}

/** Whether an existing Pulumi.yaml names a backend. */
function namesBackend(folder: string): boolean {
  try {
    return configuredBackend(folder) !== undefined;
  } catch {
    // The next command reports a file that cannot be read.
    return false;
  }
}
