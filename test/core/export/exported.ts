import { definitionsFrom, desiredSet } from "../../../provider/core/definitions/desired-set";
import { Environment } from "../../../provider/core/environments/environment";
import { type Exported, type ExportOptions, exportSet } from "../../../provider/core/export/export";
import type { Names } from "../../../provider/core/export/export-definition";
import { resolve } from "../../../provider/core/expressions/references";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import type { RefKind } from "../../../provider/core/service/resource-kinds";
import { readSource } from "../../../provider/core/yaml/yaml-source";
import { expectEqual } from "../equal";

/** Most resources have a name, which is derived from the id so that it leads back to it. */
export const named: Names = (kind, id) => (id.length % 3 === 0 ? undefined : `${kind} named ${id}`);
const idOf = ({ kind, name }: { kind: RefKind; name: string }): string => name.slice(`${kind} named `.length);
const nameless: Names = () => undefined;

export const exported = (
  all: readonly LiveTrigger[],
  { names = nameless, ...options }: Partial<ExportOptions> & { names?: Names } = {},
): Exported => exportSet(all, names, { namespace: "dev", split: false, ...options });

/** The definitions file of one set, without its header. */
export const text = (all: readonly LiveTrigger[], options: Parameters<typeof exported>[1] = {}): string =>
  exported(all, options).files["triggers/dev.yaml"]!.replace(/^(#.*\n)+/, "");

/** Reads the files as a run does. `env`: values of the secrets. Fails on any issue. */
export function readBack({ files }: Exported, env: Record<string, string>): DesiredTrigger[] {
  const sources = Object.entries(files).map(([file, text]) => readSource(file, text));
  const isEnvironment = (file: string): boolean => file.startsWith("environments/");
  const [around] = sources.flatMap(({ source }) => (source && isEnvironment(source.file) ? source : []));
  const definitions = sources.flatMap(({ source }) => (source && !isEnvironment(source.file) ? source : []));
  const environment = new Environment(around?.value, around, (name) => env[name]);
  const set = desiredSet(definitionsFrom(definitions), environment);
  // Live triggers are exported as they are, with or without warnings.
  const issues = [...sources.flatMap((each) => each.issues), ...set.issues];
  const expected = new Set(["CRON_NOT_PORTABLE", "SOURCE_RUNS_MISSING"]);
  expectEqual(
    issues.filter(({ code }) => !expected.has(code)),
    [],
  );
  return set.declarations.map(({ trigger, references }) => {
    for (const reference of references) expectEqual(named(reference.kind, idOf(reference)), reference.name);
    return resolve({ namespace: "dev", ...trigger }, idOf).trigger;
  });
}

/** The values of a definition's variables, read from the live trigger at the same paths. */
function secretsOf(
  definition: Json | undefined,
  live: Json | undefined,
  found: Record<string, string>,
): void {
  const [, variable] = typeof definition === "string" ? (/^\$\{env:(.*)\}$/.exec(definition) ?? []) : [];
  if (variable !== undefined) found[variable] = live as string;
  if (typeof definition !== "object" || definition === null) return;
  for (const [key, inner] of Object.entries(definition))
    secretsOf(inner as Json, (live as JsonObject | undefined)?.[key], found);
}

/** What the files now ask for, with the trigger that it was exported from. */
export function pairs(all: readonly LiveTrigger[], out: Exported): [LiveTrigger, DesiredTrigger][] {
  const env: Record<string, string> = {};
  const raw = Object.entries(out.files)
    .filter(([file]) => file.startsWith("triggers/"))
    .flatMap(([file, text]) =>
      Object.entries((readSource(file, text).source!.value as { triggers: Record<string, Json> }).triggers),
    );
  const bodies = new Map(raw.map(([key, body]) => [key.replaceAll("$${", () => "${"), body]));
  let reads = 0;
  const secret = new Proxy(env, {
    get: (known, name: string) => {
      reads += 1;
      return known[name] ?? "a secret";
    },
  });
  const wanted = readBack(out, secret);
  const liveOf = (trigger: DesiredTrigger): LiveTrigger =>
    all.find(({ trigger_id: id, name }) =>
      trigger.adopt === undefined ? name === trigger.name : id === trigger.adopt,
    )!;
  // Without variables, another reading would be the same.
  if (reads === 0) return wanted.map((trigger) => [liveOf(trigger), trigger]);
  for (const trigger of wanted) secretsOf(bodies.get(trigger.name), liveOf(trigger) as unknown as Json, env);
  return readBack(out, env).map((trigger) => [liveOf(trigger), trigger]);
}
