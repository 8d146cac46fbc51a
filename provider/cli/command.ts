import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** One option as the help shows it. `value` absent: a switch. */
export interface Option {
  value?: string;
  doc: string;
  default?: string;
  multiple?: true;
}

export interface Command {
  summary: string;
  options: Readonly<Record<string, Option>>;
  /** Out: the exit code. */
  run(options: Given): Promise<number>;
}

export type Given = Readonly<Record<string, string | string[] | boolean | undefined>>;

/** A command line that cannot be read; the message says what and what to write instead. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** The options of a command line. Throws {@link UsageError}. */
export async function readOptions(name: string, command: Command, args: string[]): Promise<Given> {
  const options: Options = { help: { type: "boolean", short: "h" } };
  for (const [key, option] of Object.entries(command.options)) {
    options[key] = {
      type: option.value === undefined ? "boolean" : "string",
      ...(option.multiple ? { multiple: true } : {}),
      ...(option.default === undefined ? {} : { default: option.default }),
    };
  }
  const parse = () => parseArgs({ args, options, allowPositionals: false, tokens: true });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new UsageError(await explain(name, command, args, error as Error));
  }
  // The last one would count, and the other environment be forgotten without a word.
  const given = parsed.tokens.flatMap((token) => (token.kind === "option" ? [token] : []));
  const twice = given.find(
    (token, at) =>
      !options[token.name]?.multiple && given.findIndex((first) => first.name === token.name) !== at,
  );
  if (twice?.value !== undefined)
    throw new UsageError(`mixpeek-triggers ${name}: --${twice.name} is given twice. Give it once.`);
  return parsed.values as Given;
}

async function explain(name: string, command: Command, args: string[], error: Error): Promise<string> {
  const { nearest } = await import("../core/issues/issue");
  const known = Object.keys(command.options);
  const unknown = args.find((arg) => arg.startsWith("--") && !known.includes(arg.slice(2).split("=")[0]!));
  const near = unknown && nearest(unknown.slice(2).split("=")[0]!, known);
  const what = unknown ? `unknown option ${unknown.split("=")[0]}` : error.message.split(". To")[0]!;
  const fix = near ? `Did you mean --${near}?` : `See mixpeek-triggers ${name} --help.`;
  return `mixpeek-triggers ${name}: ${what}. ${fix}`;
}

/** The help of one command. */
export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(([key, option]) => {
    const left = `  --${key}${option.value ? ` ${option.value}` : ""}`;
    return `${left.padEnd(20)} ${option.doc}${option.default === undefined ? "" : ` (default ${option.default})`}`;
  });
  return [
    `mixpeek-triggers ${name}: ${command.summary}`,
    "",
    ...rows,
    `${"  --help".padEnd(20)} this text`,
    "",
  ].join("\n");
}

/** The value of an option that takes a few words. Throws {@link UsageError} for another. */
export function oneOf<T extends string>(
  command: string,
  given: Given,
  name: string,
  values: readonly T[],
): T {
  const found = values.find((value) => value === given[name]);
  if (found !== undefined) return found;
  throw new UsageError(
    `mixpeek-triggers ${command}: --${name} ${given[name]} is not one of ${values.join(", ")}.`,
  );
}
