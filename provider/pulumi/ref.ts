import * as pulumi from "@pulumi/pulumi";
import { notFound } from "../core/expressions/references";
import { issueText } from "../core/issues/issue";
import { Suggestions } from "../core/issues/suggestions";
import { isObject } from "../core/json/is-object";
import { REF_KINDS, type RefKind } from "../core/service/resource-kinds";
import { perRun } from "./per-run";
import { namespaceFor, programSession } from "./program";

export interface RefOptions {
  /** Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
}

type Ref = (name: string, options?: RefOptions) => pulumi.Output<string>;

/**
 * The id of a resource by its name, in the namespace of this program: `ref.cluster("product-clusters")`. An id
 * (`clust_…`) is looked up as well: a name may begin like one. All names of a program are looked up together, each once; those that are not there are
 * reported together, and nothing that depends on any of them is written.
 * Source: GET /v1/clusters/{name} and its like.
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
 * // In another namespace than the program's.
 * export const retrieverId = mixpeek.ref.retriever("product-search", { namespace: "prod" });
 * ```
 */
export const ref = Object.fromEntries(
  REF_KINDS.map((kind): [RefKind, Ref] => [kind, (name, options) => refer(kind, name, options)]),
) as Readonly<Record<RefKind, Ref>>;

interface Asked {
  kind: RefKind;
  name: string;
  id: Promise<string>;
}

interface Batch {
  asked: { kind: RefKind; name: string; take: (id: string) => void; refuse: (error: Error) => void }[];
}

/** One lookup for each name and run. */
const known = perRun(() => new Map<string, Asked>());
/** Names requested since the last lookup, by namespace. */
const waiting = perRun(() => new Map<string, Batch>());
/** What an id was written as, so that a trigger can keep it. */
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
    // A program declares in one go: what it names until it first waits is one question.
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

/** By dotted path: the references among a trigger's inputs. */
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
