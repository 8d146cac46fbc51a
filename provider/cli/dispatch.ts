import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, commandHelp, readOptions, UsageError } from "./command";
import { EXIT } from "./exit-code";

interface Entry {
  /** Shown in the list of commands and in the command's own help. */
  summary: string;
  /** Shown only in the command's own help. */
  detail?: string;
  load: () => Promise<Command>;
  /** Runs in a repository of definitions, where a file may contain an API key. */
  repository?: true;
  /** Another name for the command. */
  alias?: string;
  /** The command's name in earlier releases. It is still accepted. */
  formerly?: string;
}

/** All commands. Each is loaded only when it runs, so `--help` is fast. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  init: {
    summary: "create a repository with definitions, environments and a CI pipeline",
    detail: "overwrites nothing",
    load: async () => (await import("./commands/init")).init,
  },
  export: {
    summary: "write the live triggers of a namespace as definitions and an environment",
    load: async () => (await import("./commands/export")).exportCommand,
  },
  validate: {
    summary: "check definitions and environments, offline and without a key",
    load: async () => (await import("./commands/validate")).validate,
    repository: true,
  },
  drift: {
    summary: "show live triggers that were changed or deleted outside the definitions",
    detail: "exits with 2 if there are any",
    load: async () => (await import("./commands/drift")).drift,
    repository: true,
  },
  timeline: {
    summary: "show when triggers run: a heat map, the busiest minutes, next runs",
    detail: "as declared and as live",
    load: async () => (await import("./commands/timeline")).timeline,
    repository: true,
  },
  compare: {
    summary: "show environments side by side, as declared and as live",
    detail: "exits with 2 if live triggers differ or are missing",
    load: async () => (await import("./commands/compare")).compare,
    formerly: "diff",
    repository: true,
  },
  promote: {
    summary:
      "apply the definitions to the next environment, if each trigger of the previous one is live as declared, is healthy and has run",
    detail: "--force skips these checks",
    load: async () => (await import("./commands/promote")).promote,
    repository: true,
  },
  preview: {
    summary: "show the plan: what `up` would do and why, including deletes",
    detail: "exits with 2 if there is something to do",
    load: async () => (await import("./commands/preview")).preview,
    repository: true,
    alias: "plan",
  },
  up: {
    summary: "apply the plan: make the live triggers match the definitions",
    load: async () => (await import("./commands/up")).up,
    repository: true,
  },
  adopt: {
    summary: "import the live triggers that match the definitions into the state, without writing to the API",
    load: async () => (await import("./commands/adopt")).adopt,
    repository: true,
  },
  refresh: {
    summary: "read the live triggers into the state",
    detail: "changes no trigger",
    load: async () => (await import("./commands/stack/refresh")).refresh,
    repository: true,
  },
  destroy: {
    summary: "delete every trigger that an environment manages",
    load: async () => (await import("./commands/stack/destroy")).destroy,
    repository: true,
  },
  unlock: {
    summary: "show who holds the lock of a stack, and remove a lock that a killed run left",
    load: async () => (await import("./commands/stack/unlock")).unlock,
    repository: true,
  },
  "state move": {
    summary: "move the state of a stack to another backend",
    detail: "the old one is kept as a backup that no command uses",
    load: async () => (await import("./commands/stack/state-move")).stateMove,
    repository: true,
  },
  emulator: {
    summary: "run an emulator of the Mixpeek Triggers API on this machine",
    load: async () => (await import("./commands/emulator")).emulator,
  },
  engine: {
    summary: "find or install the Pulumi CLI and print its path",
    load: async () => (await import("./commands/engine")).engine,
  },
  demo: {
    summary: "run a demo: the Pulumi engine applies a GitOps repository to the emulator",
    load: async () => (await import("./commands/demo")).demo,
  },
};

const rowsOf = (names: readonly string[]): string[] =>
  names.map((name) => {
    const { summary, alias } = COMMANDS[name]!;
    return `  ${name.padEnd(12)} ${summary}${alias === undefined ? "" : ` (alias: ${alias})`}`;
  });

function help(): string {
  return [
    "mixpeek-triggers: Mixpeek Triggers as code",
    "",
    "Usage: mixpeek-triggers <command> [options]",
    "",
    ...rowsOf(Object.keys(COMMANDS)),
    "",
    "  --version    show the version of this package, of Node and of its time zone tables",
    "  --help       show this help; after a command: its options",
    "",
  ].join("\n");
}

function version(): string {
  const text = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The full names of the commands in a group such as `state`. */
const groupOf = (word: string): string[] =>
  Object.keys(COMMANDS).filter((name) => name.startsWith(`${word} `));

/** Joins the two words of a command such as `state move`. */
function joined(args: readonly string[]): readonly string[] {
  const [group, word, ...rest] = args;
  if (group === undefined || word === undefined || word.startsWith("-")) return args;
  return groupOf(group).length > 0 ? [`${group} ${word}`, ...rest] : args;
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [given, ...rest] = joined(args);
  const other = Object.entries(COMMANDS).find(
    ([, { alias, formerly }]) => given !== undefined && (alias === given || formerly === given),
  );
  const name = other?.[0] ?? given;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help());
    return name === undefined ? EXIT.failed : EXIT.ok;
  }
  if (name === "--version" || name === "-v") {
    // This Node's time zone database determines the next runs.
    process.stdout.write(`${version()}\nNode ${process.versions.node}, IANA ${process.versions["tz"]}\n`);
    return EXIT.ok;
  }
  const group = groupOf(name);
  if (group.length > 0) {
    process.stdout.write(
      [`Usage: mixpeek-triggers ${name} <command> [options]`, "", ...rowsOf(group), ""].join("\n"),
    );
    return rest.length === 0 ? EXIT.failed : EXIT.ok;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    const { didYouMean, nearest } = await import("../core/issues/suggestions");
    const { visible } = await import("../core/json/safe-text");
    const near = nearest(name, Object.keys(COMMANDS));
    throw new UsageError(
      `mixpeek-triggers: unknown command ${visible(name)}. ${didYouMean(near, "See mixpeek-triggers --help.")}`,
    );
  }
  if (given === entry.formerly)
    process.stderr.write(
      `mixpeek-triggers ${given}: renamed to ${name}. Use ${name}: the next release removes ${given}.\n`,
    );
  const command = await entry.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    const { summary, detail } = entry;
    process.stdout.write(
      commandHelp(name, detail === undefined ? summary : `${summary}; ${detail}`, command.options),
    );
    return EXIT.ok;
  }
  const options = await readOptions(name, command, rest);
  if (entry.repository) await warnOfKeys();
  return command.run(options);
}

async function warnOfKeys(): Promise<void> {
  const { exposedKeys } = await import("../files/key-files");
  for (const warning of exposedKeys(process.cwd())) process.stderr.write(`${warning}\n`);
}

/** Runs a command line and reports its errors. Returns the exit code; never throws. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    const { errorText } = await import("./output/error-text");
    process.stderr.write(`${errorText(joined(args)[0] ?? "", error)}\n`);
    return EXIT.failed;
  }
}
