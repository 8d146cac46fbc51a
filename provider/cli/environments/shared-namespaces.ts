import { defaultNamespace, type Sources, settingsFrom } from "../../config";
import { visible } from "../../core/json/safe-text";
import { TERMINAL } from "../output/report-output";
import type { ApiClients } from "../project/api-clients";
import { sourcesOf } from "../project/stack-settings";
import { openLive } from "../run/live-set";
import { openExisting } from "../stack/stack-state";
import type { EnvironmentRun } from "./environment-run";

interface Declared {
  environment: string;
  name: string;
  /** As written in the environment: a name or an `ns_…` id. */
  namespace: string;
  /** The API key and the address. */
  identity: string;
  sources: Sources;
}

/**
 * Throws NAMESPACE_SHARED if two environments declare the same trigger in the same namespace, by the settings of their
 * stacks. To compare a name with an `ns_…` id, the name is requested from the API: one request for each such id.
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

/** Empty if the settings cannot be read: the environment's own run reports why. */
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

/** The name of a namespace that is declared by its id; undefined if the request failed, which is then already reported. */
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
