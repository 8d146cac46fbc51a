import { HttpClient } from "../api/http";
import { LiveNamespaces, type Snapshot } from "../api/live";
import { ResourcesApi } from "../api/resources";
import { TriggersApi } from "../api/triggers";
import { defaultNamespace, type Sources, settingsFrom } from "../config";
import type { Declaration } from "../core/desired";
import type { Issue } from "../core/issue";
import type { DesiredTrigger } from "../core/model";
import { resolveAll } from "../resolve";

/** The API as one command sees it: one client, one list per namespace. */
export class LiveSet {
  readonly resources: ResourcesApi;
  readonly live: LiveNamespaces;
  readonly #defaultNamespace: string | undefined;

  /** Throws ConfigError when no key is set. */
  constructor(sources: Sources, note: (line: string) => void) {
    const http = new HttpClient({
      ...settingsFrom(sources),
      env: process.env,
      onWait: ({ seconds, reason }) => note(`waiting ${Math.ceil(seconds)} s: ${reason}`),
    });
    this.resources = new ResourcesApi(http);
    this.live = new LiveNamespaces(new TriggersApi(http));
    this.#defaultNamespace = defaultNamespace(sources);
  }

  /** The declarations with ids in the place of names, or why not. Throws ApiError. */
  resolve(declarations: readonly Declaration[]): Promise<{ triggers: DesiredTrigger[]; issues: Issue[] }> {
    return resolveAll(declarations, () => this.resources, this.#defaultNamespace);
  }

  /** What is live in the namespaces that triggers are for. Throws ApiError. */
  async snapshots(namespaces: Iterable<string>): Promise<ReadonlyMap<string, Snapshot>> {
    const distinct = [...new Set(namespaces)];
    const found = await Promise.all(
      distinct.map(async (name) => [name, await this.live.snapshot(name)] as const),
    );
    return new Map(found);
  }
}
