import * as pulumi from "@pulumi/pulumi";
import { notFound } from "../core/expressions/references";
import { issueText } from "../core/issues/issue";
import { Suggestions } from "../core/issues/suggestions";
import { isObject } from "../core/json/is-object";
import { REF_KINDS, type RefKind } from "../core/service/resource-kinds";
import { perRun } from "./per-run";
import { namespaceFor, programSession } from "./program";

/** Where {@link ref} looks up a name. */
export interface RefOptions {
  /** Name or `ns_…` id of the namespace. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
}

type Ref = (name: string, options?: RefOptions) => pulumi.Output<string>;

/** A function for each kind of resource that a trigger can refer to. */
interface Refs extends Readonly<Record<RefKind, Ref>> {
  /** Returns the `clust_…` id of a cluster, by its name or id. */
  cluster(name: string, options?: RefOptions): pulumi.Output<string>;
  /** Returns the `col_…` id of a collection, by its name or id. */
  collection(name: string, options?: RefOptions): pulumi.Output<string>;
  /** Returns the `tax_…` id of a taxonomy, by its name or id. */
  taxonomy(name: string, options?: RefOptions): pulumi.Output<string>;
  /** Returns the `bkt_…` id of a bucket, by its name or id. */
  bucket(name: string, options?: RefOptions): pulumi.Output<string>;
  /** Returns the `ret_…` id of a retriever, by its name or id. */
  retriever(name: string, options?: RefOptions): pulumi.Output<string>;
  /** Returns the `alt_…` id of an alert, by its name or id. */
  alert(name: string, options?: RefOptions): pulumi.Output<string>;
}

/**
 * Looks up the id of a resource by its name, such as `ref.cluster("product-clusters")`.
 *
 * An id, such as `clust_…`, is also accepted, and looked up as well. The names of a program are looked up together. If
 * some do not exist, the run fails with REFERENCE_NOT_FOUND in one message for all of them, and no trigger that depends
 * on one of the names is written. Throws a `ConfigError` (NAMESPACE_MISSING) if no namespace is set.
 * Source: `GET /v1/clusters/{id or name}`, and the same for the other kinds.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const clusterId = mixpeek.ref.cluster("product-clusters");
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const trigger = new mixpeek.Trigger("hourly", {
 *   actionType: "collection_trigger",
 *   actionConfig: {
 *     collectionId: mixpeek.ref.collection("products"),
 *     includeBuckets: [mixpeek.ref.bucket("uploads")],
 *   },
 *   schedule: mixpeek.every({ hours: 1 }),
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // A name in another namespace.
 * export const retrieverId = mixpeek.ref.retriever("product-search", { namespace: "prod" });
 * ```
 */
export const ref: Refs = Object.fromEntries(
  REF_KINDS.map((kind): [RefKind, Ref] => [kind, (name, options) => refer(kind, name, options)]),
) as Record<RefKind, Ref>;

interface Asked {
  kind: RefKind;
  name: string;
  id: Promise<string>;
}

interface Batch {
  asked: { kind: RefKind; name: string; take: (id: string) => void; refuse: (error: Error) => void }[];
}

/** Each name is looked up once per run. */
const known = perRun(() => new Map<string, Asked>());
/** Names requested since the last lookup, by namespace. */
const waiting = perRun(() => new Map<string, Batch>());
/** The reference behind an id, as written, so that a trigger can record it. */
const origins = new WeakMap<object, string>();

function refer(kind: RefKind, name: string, { namespace: given }: RefOptions = {}): pulumi.Output<string> {
  const written = `\${${kind}:${name}}`;
  const namespace = namespaceFor(given, `look up ${kind} "${name}"`);
  const asked = known();
  const key = `${namespace}\n${written}`;
  const before = asked.get(key) ?? { kind, name, id: ask(namespace, kind, name) };
  asked.set(key, before);
  return remembered(pulumi.output(before.id), written);
}

function remembered(output: pulumi.Output<string>, written: string): pulumi.Output<string> {
  origins.set(output, written);
  return output;
}

function ask(namespace: string, kind: RefKind, name: string): Promise<string> {
  const batches = waiting();
  let batch = batches.get(namespace);
  if (!batch) {
    batch = { asked: [] };
    batches.set(namespace, batch);
    // Programs declare resources synchronously, so all names requested before the first await are looked up together.
    setImmediate(() => {
      const closed = batches.get(namespace)!;
      batches.delete(namespace);
      void answer(namespace, closed);
    });
  }
  const { asked } = batch;
  return new Promise((take, refuse) => {
    asked.push({ kind, name, take, refuse });
  });
}

async function answer(namespace: string, { asked }: Batch): Promise<void> {
  try {
    const found = await programSession().resources.find(namespace, asked);
    const missing = asked.filter(({ kind, name }) => found.id(kind, name) === undefined);
    if (missing.length > 0) {
      const suggestions = new Suggestions();
      const lines = missing.map(({ kind, name }) =>
        issueText(
          notFound({ kind, name, path: [], text: "" }, namespace, () => found.names(kind), suggestions),
        ),
      );
      throw new pulumi.RunError(lines.join("\n"));
    }
    for (const { kind, name, take } of asked) take(found.id(kind, name)!);
  } catch (error) {
    for (const { refuse } of asked) refuse(error as Error);
  }
}

/** The references in a trigger's inputs, by dotted path. */
export function referencesIn(inputs: Record<string, unknown>): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== "object" || value === null) return;
    const written = origins.get(value);
    if (written !== undefined) found[path.join(".")] = written;
    else if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
    else if (Array.isArray(value))
      for (const [index, inner] of value.entries()) visit(inner, [...path, String(index)]);
    else if (isObject(value)) for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
  };
  visit(inputs, []);
  return Object.keys(found).length > 0 ? found : undefined;
}
