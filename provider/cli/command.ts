import { type ParseArgsConfig, parseArgs } from "node:util";

type ParseArgsOptions = NonNullable<ParseArgsConfig["options"]>;

/** An option that a command declares. An option without `value` is a switch. */
export interface Option {
  /** The placeholder for the value in the help, such as FILE. */
  readonly value?: string;
  readonly doc: string;
  readonly default?: string;
  readonly multiple?: true;
  /** The allowed values. */
  readonly oneOf?: readonly string[];
  /** The value is a whole number from `min` (default 0) to `max`. */
  readonly number?: { readonly min?: number; readonly max?: number };
  /** The error message if the option is missing or empty. */
  readonly required?: string;
  /** For an option that only other commands have: the error message if it is given. The help omits it. */
  readonly refused?: string;
}

export type Options = Readonly<Record<string, Option>>;

type CamelCase<K> = K extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : K;

type Present<O> = O extends { default: string } | { required: string } ? never : undefined;

type ValueOf<O> = O extends { multiple: true }
  ? readonly string[] | Present<O>
  : O extends { number: object }
    ? number | Present<O>
    : O extends { oneOf: readonly (infer Word)[] }
      ? Word | Present<O>
      : O extends { value: string }
        ? string | Present<O>
        : boolean | undefined;

/** The values of the declared options by camelCase name: `--all-envs` is `allEnvs`. */
export type Values<O extends Options> = {
  readonly [K in keyof O as CamelCase<K>]: ValueOf<O[K]>;
};

/** `V` is the {@link Values} of the command's options, so a command gets only the options that it declares. */
export interface Command<V = never> {
  readonly options: Options;
  /** Returns the exit code. */
  run(values: V): Promise<number>;
}

/** Declares a command: its options, and the function that runs with their values. */
export const command = <const O extends Options>(
  options: O,
  run: (values: Values<O>) => Promise<number>,
): Command<Values<O>> => ({ options, run });

/** An invalid command line. The message says what is wrong and what to write instead. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** Parses a command line into values. Throws {@link UsageError}. */
export async function readOptions<V>(name: string, { options }: Command<V>, args: string[]): Promise<V> {
  const parsed = await parse(name, options, args);
  const values = Object.entries(options).map(([key, option]) => [
    camelCase(key),
    parsedValue(name, key, option, parsed[key]),
  ]);
  return Object.fromEntries(values) as V;
}

type Parsed = ReturnType<typeof parseArgs>["values"];

async function parse(name: string, declared: Options, args: string[]): Promise<Parsed> {
  const options: ParseArgsOptions = { help: { type: "boolean", short: "h" } };
  for (const [key, option] of Object.entries(declared)) {
    options[key] = {
      type: option.value === undefined ? "boolean" : "string",
      ...(option.multiple ? { multiple: true } : {}),
      ...(option.default === undefined ? {} : { default: option.default }),
    };
  }
  const read = () => parseArgs({ args, options, allowPositionals: false, tokens: true });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
  } catch (error) {
    throw usageError(name, await explain(declared, name, args, error as Error));
  }
  // Otherwise the last --env would silently replace the earlier ones.
  const given = parsed.tokens.flatMap((token) => (token.kind === "option" ? [token] : []));
  const twice = given.find(
    (token, at) =>
      !options[token.name]?.multiple && given.findIndex((first) => first.name === token.name) !== at,
  );
  if (twice?.value !== undefined) throw usageError(name, `--${twice.name} is given twice. Give it once.`);
  return parsed.values;
}

async function explain(declared: Options, name: string, args: string[], error: Error): Promise<string> {
  const { didYouMean, nearest } = await import("../core/issues/suggestions");
  const known = Object.keys(declared);
  const unknown = args.find((arg) => arg.startsWith("--") && !known.includes(arg.slice(2).split("=")[0]!));
  const near = unknown && nearest(unknown.slice(2).split("=")[0]!, known);
  const what = unknown ? `unknown option ${unknown.split("=")[0]}` : error.message.split(". To")[0]!;
  const fix = didYouMean(near && `--${near}`, `See mixpeek-triggers ${name} --help.`);
  return `${what}. ${fix}`;
}

function parsedValue(name: string, key: string, option: Option, given: Parsed[string]): unknown {
  const { required, refused, oneOf, number } = option;
  if (refused !== undefined && given !== undefined) throw usageError(name, refused);
  if (required !== undefined && [given ?? ""].flat().includes("")) throw usageError(name, required);
  if (typeof given !== "string") return given;
  if (oneOf && !oneOf.includes(given))
    throw usageError(name, `--${key} ${given} is not one of ${oneOf.join(", ")}.`);
  if (!number) return given;
  const { min = 0, max } = number;
  const isWithin = Number(given) >= min && Number(given) <= (max ?? Number.MAX_SAFE_INTEGER);
  if (/^\d+$/.test(given) && isWithin) return Number(given);
  const which = max === undefined ? `. Write one, such as --${key} 5.` : ` from ${min} to ${max}.`;
  throw usageError(name, `--${key} ${given} is not a whole number${which}`);
}

const usageError = (name: string, what: string): UsageError =>
  new UsageError(`mixpeek-triggers ${name}: ${what}`);

const camelCase = (key: string): string => key.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/** The help text of one command. */
export function commandHelp(name: string, summary: string, options: Options): string {
  const accepted = Object.entries(options).filter(([, { refused }]) => refused === undefined);
  const rows = accepted.map(([key, option]): [left: string, right: string] => [
    `  --${key}${option.value ? ` ${option.value}` : ""}`,
    `${option.doc}${option.default === undefined ? "" : ` (default ${option.default})`}`,
  ]);
  rows.push(["  --help", "show this help"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
  return [`mixpeek-triggers ${name}: ${summary}`, "", ...lines, ""].join("\n");
}
