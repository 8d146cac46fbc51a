import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import * as mixpeek from "../../provider";
import * as emulation from "../../provider/emulator";

const ROOT = resolve(__dirname, "../..");
/** The package paths in examples, and the files for them here. */
const ENTRIES = {
  "pulumi-mixpeek": join(ROOT, "provider/index.ts"),
  "pulumi-mixpeek/emulator": join(ROOT, "provider/emulator/index.ts"),
};
const MODULES: Readonly<Record<string, unknown>> = {
  "pulumi-mixpeek": mixpeek,
  "pulumi-mixpeek/emulator": emulation,
  "@pulumi/pulumi": pulumi,
};

interface Documented {
  name: string;
  kind: "function" | "class" | "value";
  examples: string[];
}

const { config } = ts.readConfigFile(join(ROOT, "tsconfig.check.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
options.paths = Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [file]]));

/** What a module exports at runtime, that is, without types. */
function documentedIn(file: string): Documented[] {
  const checker = program.getTypeChecker();
  const examplesOf = (symbol: ts.Symbol): string[] =>
    symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === "example")
      .map(({ text }) => /^```ts\n([\s\S]*?)\n?```$/.exec(ts.displayPartsToString(text).trim())?.[1] ?? "");
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
    const examples = examplesOf(symbol);
    const kind =
      symbol.flags & ts.SymbolFlags.Class
        ? "class"
        : symbol.flags & ts.SymbolFlags.Function || exported.name === "ref" || isArrow(symbol)
          ? "function"
          : "value";
    const methods = [...(symbol.exports?.values() ?? [])].filter(
      ({ flags }) => flags & ts.SymbolFlags.Method,
    );
    return [
      { name: exported.name, kind, examples },
      ...methods.map(
        (method): Documented => ({
          name: `${exported.name}.${method.name}`,
          kind: "function",
          examples: examplesOf(method),
        }),
      ),
    ];
  });
}

const isArrow = ({ valueDeclaration: declared }: ts.Symbol): boolean =>
  declared !== undefined &&
  ts.isVariableDeclaration(declared) &&
  declared.initializer !== undefined &&
  ts.isArrowFunction(declared.initializer);

/** Exports of a module, and members of theirs that a user can name, without a comment. */
function uncommentedIn(file: string): string[] {
  const checker = program.getTypeChecker();
  const hasNone = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(checker).length === 0;
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const type =
      symbol.flags & ts.SymbolFlags.Type
        ? checker.getDeclaredTypeOfSymbol(symbol)
        : checker.getTypeOfSymbol(symbol);
    const members = (type.isUnion() ? type.types : [type])
      .filter(({ flags }) => flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
      .flatMap((each) => each.getProperties())
      .filter((member) => isOurs(member) && !isExcluded(checker.getTypeOfSymbol(member)));
    const found = [symbol, ...members].filter(hasNone);
    return found.map(({ name }) => (name === symbol.name ? name : `${exported.name}.${name}`));
  });
}

function isOurs({ declarations: [declared] = [] }: ts.Symbol): boolean {
  const isInProvider = declared?.getSourceFile().fileName.startsWith(`${join(ROOT, "provider")}/`) === true;
  const isPrivate =
    isInProvider &&
    ((ts.getCombinedModifierFlags(declared) & ts.ModifierFlags.Private) !== 0 ||
      ts.isPrivateIdentifier((declared as ts.NamedDeclaration).name ?? declared));
  return isInProvider && !isPrivate;
}

/** `name?: undefined`: the property that another one rules out. */
const isExcluded = ({ flags }: ts.Type): boolean =>
  (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)) !== 0;

const program = ts.createProgram(Object.values(ENTRIES), options);
const documented = Object.values(ENTRIES).flatMap((file) =>
  documentedIn(file).map((each) => ({ ...each, file })),
);

/** The emulator's start-up errors and the lists of codes: one example or none is enough. */
const BRIEF = new Set(["ApiError", "SeedError", "StateFileError"]);

test.each(documented.map(({ name, kind, file, examples }) => [name, kind, file, examples] as const))(
  "%s, a %s, has its examples",
  (name, kind, file, examples) => {
    const isBrief = file === ENTRIES["pulumi-mixpeek/emulator"] && BRIEF.has(name);
    const least = isBrief ? 0 : kind === "value" ? 1 : 3;
    expect(examples.length).toBeGreaterThanOrEqual(least);
    expect(examples).not.toContain("");
  },
);

test.each(Object.entries(ENTRIES))("everything that %s exports has a comment", (_, file) => {
  expect(uncommentedIn(file)).toEqual([]);
});

const examples = documented.flatMap(({ name, examples: own, file }) =>
  own.map((text, at): [name: string, text: string] => [
    `${file === ENTRIES["pulumi-mixpeek"] ? "" : "emulator."}${name} ${at + 1}`,
    text,
  ]),
);

test("the examples compile", () => {
  const files = new Map(examples.map(([name, text]) => [join(ROOT, `examples/${name}.ts`), `${text}\n`]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = files.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version);
  };
  const compiled = ts.createProgram([...files.keys()], options, host, program);
  const found = [...files.keys()]
    .flatMap((file) => ts.getPreEmitDiagnostics(compiled, compiled.getSourceFile(file)))
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  expect(found).toEqual([]);
});

describe("an example runs:", () => {
  const cwd = process.cwd();
  let emulator: emulation.Emulator;

  beforeEach(async () => {
    process.chdir(join(ROOT, "examples/gitops"));
    emulator = await emulation.startEmulator({ clock: emulation.manualClock() });
    pulumi.runtime.setAllConfig({
      "mixpeek:apiKey": "sk_test",
      "mixpeek:baseUrl": emulator.url,
      "mixpeek:namespace": "dev",
    });
    const id = await create();
    await pulumi.runtime.setMocks({
      newResource: ({ inputs }) => ({ id, state: { ...inputs, status: "active", namespace_id: "ns_dev" } }),
      call: () => ({}),
    });
  });
  afterEach(async () => {
    process.chdir(cwd);
    await emulator.close();
  });

  /** Creates the trigger that the examples read. */
  async function create(): Promise<string> {
    const answer = await fetch(`${emulator.url}/v1/triggers`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_test",
        "x-namespace": "dev",
        "content-type": "application/json",
      },
      body: JSON.stringify({
        name: "nightly-clusters",
        action_type: "cluster",
        action_config: { cluster_id: "clust_dev_product_clusters" },
        trigger_type: "cron",
        schedule_config: { cron_expression: "0 2 * * *" },
      }),
    });
    return ((await answer.json()) as { trigger_id: string }).trigger_id;
  }

  const settled = <T>(value: pulumi.Input<T>): Promise<T> =>
    (pulumi.output(value) as unknown as { promise(): Promise<T> }).promise();

  test.each(examples)("%s", async (_, text) => {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: Record<string, unknown> = {};
    new Function("require", "exports", outputText)((name: string) => MODULES[name], exported);
    for (const [name, value] of Object.entries(exported)) {
      if (value instanceof mixpeek.Trigger)
        expect([name, await settled(value.urn)]).toEqual([name, expect.any(String)]);
      else if (value instanceof mixpeek.TriggerSet)
        expect(Object.keys(await settled(value.triggers))).not.toEqual([]);
      else if (pulumi.Output.isInstance(value)) await settled(value);
      else await value;
    }
    expect(Object.keys(exported)).not.toEqual([]);
  });
});
