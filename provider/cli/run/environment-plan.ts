import { defaultNamespace, settingsFrom } from "../../config";
import type { ComparedEnvironment } from "../../core/comparison/compare-environments";
import type { Drifted } from "../../core/comparison/drift";
import { changedBy } from "../../core/comparison/last-change";
import type { Declaration } from "../../core/definitions/merged-definition";
import { withQuiet } from "../../core/environments/quiet-key";
import type { SetPlan } from "../../core/plan/plan-model";
import { planSet } from "../../core/plan/set-plan";
import type { LiveTrigger } from "../../core/schema/model";
import { rootOf } from "../../files/read";
import type { ApiClients } from "../project/api-clients";
import { type Project, projectOf } from "../project/project";
import { sourcesOf } from "../project/stack-settings";
import { openExisting } from "../stack/stack-state";
import { type LiveSet, openLive, resolvedBy } from "./live-set";

/**
 * The API clients, by the settings of each environment's stack. Environments with the same key and address share a
 * client and its rate limit.
 */
export function liveByEnvironment(
  projectName?: string,
  clients?: ApiClients,
): (environment: string) => Promise<LiveSet> {
  const opened = new Map<string, LiveSet>();
  const { cwd } = rootOf(process.cwd());
  const project = (environment: string, stateless: boolean): Project =>
    projectOf(cwd, process.env, { environment, stateless, project: projectName });
  return async (environment) => {
    const sources = await sourcesOf(project(environment, true), () =>
      openExisting(project(environment, false), (line) => process.stderr.write(`${line}\n`))(),
    );
    const { apiKey, baseUrl } = settingsFrom(sources);
    const identity = [apiKey, baseUrl, defaultNamespace(sources)].join("\n");
    const live = opened.get(identity) ?? openLive(sources, clients);
    opened.set(identity, live);
    process.stderr.write(`${environment}: API ${live.baseUrl}\n`);
    return live;
  };
}

/** One environment with its plan; undefined if there were errors, which are then already reported. Throws ApiError. */
export async function planEnvironment(
  declarations: readonly Declaration[],
  live: LiveSet,
): Promise<
  | { declarations: ComparedEnvironment["declarations"]; plans: ComparedEnvironment["plans"]; plan: SetPlan }
  | undefined
> {
  const triggers = await resolvedBy(declarations, live);
  if (!triggers) return undefined;
  const namespaces = await live.snapshots(triggers.map(({ namespace }) => namespace));
  const now = new Date();
  const plan = planSet(withQuiet(triggers, declarations, now.getTime()), { namespaces, now });
  return { declarations, plans: plan.triggers, plan };
}

/** Adds who changed what. One request for each namespace with drift, if the service has a change feed. */
export async function withAuthors(drifted: readonly Drifted[], live: LiveSet): Promise<Drifted[]> {
  const namespaces = [...new Set(drifted.map(({ plan }) => plan.namespace))];
  const feeds = await Promise.all(namespaces.map((namespace) => live.triggerEvents(namespace)));
  return changedBy(
    drifted,
    feeds.flatMap((events) => events ?? []),
  );
}

/** Leaves out triggers that a collection with a schedule created and owns: they need no declaration. */
export async function withoutOwned(unmanaged: readonly LiveTrigger[], live: LiveSet): Promise<LiveTrigger[]> {
  const ownable = unmanaged.filter(({ action_type }) => action_type === "collection_trigger");
  const owned = new Set<string>();
  for (const namespace of new Set(ownable.map(({ namespace_id }) => namespace_id))) {
    const { owners } = await live.resources.byId(namespace, ["collection"]);
    for (const id of owners.keys()) owned.add(id);
  }
  return unmanaged.filter(({ trigger_id }) => !owned.has(trigger_id));
}
