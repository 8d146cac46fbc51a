import { defaultNamespace, type Sources, settingsFrom } from "../../config";
import { visible } from "../../core/json/printed";
import { TERMINAL } from "../output/report-output";
import type { ApiClients } from "../project/api-clients";
import { sourcesOf } from "../project/stack-settings";
import { openLive } from "../run/live-set";
import { openExisting } from "../stack/stack-state";
import type { EnvironmentRun } from "./environment-run";

/** A trigger that an environment declares. */
interface Declared {
  environment: string;
  name: string;
  /** As the environment names it: a name or `ns_…` id. */
  namespace: string;
  /** Key and address of the API. */
  identity: string;
  sources: Sources;
}

/**
 * Throws NAMESPACE_SHARED where two environments declare one trigger of one namespace, by the settings of their stacks. A
 * name and an `ns_…` id are compared by what the API says: one request for each such id.
 */
export async function refuseShared(runs: readonly EnvironmentRun[], clients: ApiClients): Promise<void> {
  const declared: Declared[] = [];
  for (const run of runs) declared.push(...(await declaredBy(run)));
  refuseSame(declared, ({ namespace }) => namespace);
  const names = new Map<string, string>();
  const idOf = ({ identity, namespace }: Declared): string => `${identity}\n${namespace}`;
  for (const each of declared.filter(({ namespace }) => isId(namespace))) {
    const named = declared.find((other) => isSameTrigger(each, other) && !isId(other.namespace));
    if (!named || names.has(idOf(each))) continue;
    names.set(idOf(each), (await nameOf(each, named, clients)) ?? each.namespace);
  }
  refuseSame(declared, (each) => names.get(idOf(each)) ?? each.namespace);
}

const isId = (namespace: string): boolean => namespace.startsWith("ns_");

const isSameTrigger = (a: Declared, b: Declared): boolean => a.name === b.name && a.identity === b.identity;

function refuseSame(declared: readonly Declared[], namespaceOf: (each: Declared) => string): void {
  const first = new Map<string, Declared>();
  for (const each of declared) {
    const key = JSON.stringify([each.identity, namespaceOf(each), each.name]);
    const other = first.get(key);
    if (other && other.environment !== each.environment) throw namespaceShared(other, each);
    first.set(key, other ?? each);
  }
}

/** Empty where the environment's own run reports why its settings cannot be read. */
async function declaredBy(run: EnvironmentRun): Promise<Declared[]> {
  const { project, environment } = run;
  try {
    const open = openExisting(project, (line) => TERMINAL.err(`${line}\n`));
    const sources = await sourcesOf(project, open);
    const { apiKey, baseUrl } = settingsFrom(sources);
    const otherwise = defaultNamespace(sources);
    return run.declarations().declarations.flatMap(({ name, trigger }) => {
      const { namespace = otherwise } = trigger;
      const identity = `${apiKey}\n${baseUrl}`;
      return namespace === undefined ? [] : [{ environment, name, namespace, identity, sources }];
    });
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    return [];
  }
}

/** The name of a namespace that is declared by its id; undefined once it is reported that it is not known. */
async function nameOf(byId: Declared, named: Declared, clients: ApiClients): Promise<string | undefined> {
  try {
    return await openLive(byId.sources, clients).namespaceName(byId.namespace);
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    const [id, name] = [byId.namespace, named.namespace].map((each) => JSON.stringify(visible(each)));
    TERMINAL.err(
      `cannot tell whether namespace ${id} of ${byId.environment} is ${name} of ${named.environment}: ${(error as Error).message}\n`,
    );
    return undefined;
  }
}

function namespaceShared(first: Declared, second: Declared): Error {
  const code = "NAMESPACE_SHARED";
  const [own, other] = [first.namespace, second.namespace].map((each) => JSON.stringify(visible(each)));
  const both = own === other ? own : `${own}, which is ${other}`;
  const message = `${first.environment} and ${second.environment} both declare ${visible(first.name)} in namespace ${both}: two stacks would manage one trigger. Give one of them another namespace, or exclude it [${code}].`;
  return Object.assign(new Error(message), { code });
}
