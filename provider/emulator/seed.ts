import { parse } from "yaml";
import type { Namespace, Resource, World } from "./store";
import type { ResourceKind } from "./validate";

/** How each kind is called in a path, in an id and in an answer. */
export const KINDS: Record<ResourceKind, { prefix: string; field: string }> = {
  clusters: { prefix: "clust", field: "cluster" },
  collections: { prefix: "col", field: "collection" },
  taxonomies: { prefix: "tax", field: "taxonomy" },
  buckets: { prefix: "bkt", field: "bucket" },
  retrievers: { prefix: "ret", field: "retriever" },
  batches: { prefix: "btch", field: "batch" },
};

const KIND_NAMES = Object.keys(KINDS) as ResourceKind[];

/** Three namespaces with the same names and different ids, as environments of one product have them. */
export const DEFAULT_SEED = `
namespaces:
${["dev", "staging", "prod"]
  .map(
    (name) => `  ${name}:
    clusters: [product-clusters, customer-segments]
    collections: [products, reviews, documents]
    taxonomies: [product-categories]
    buckets: [catalog, uploads]
    retrievers: [product-search]
    batches: [nightly-import]`,
  )
  .join("\n")}
`;

/**
 * A world from seed YAML: namespaces by name, each with lists of resources. A resource is a name, or a map with `name`
 * and any of `id` and further fields; a namespace may have an `id`. Ids that are not given are made from the names.
 * Throws with the path of what cannot be read.
 */
export function seedWorld(text: string): World {
  const root = record(parse(text), "the seed");
  const namespaces = Object.entries(record(root["namespaces"], "namespaces")).map(([name, value]): Namespace => {
    const given = value === null ? {} : record(value, `namespaces.${name}`);
    for (const key of Object.keys(given)) {
      if (key !== "id" && !KIND_NAMES.includes(key as ResourceKind)) {
        throw new Error(`the seed's namespaces.${name}.${key} is unknown: write id, ${KIND_NAMES.join(", ")}`);
      }
    }
    const resources = Object.fromEntries(
      KIND_NAMES.map((kind) => [kind, list(given[kind], `namespaces.${name}.${kind}`).map((item) => resource(item, kind, name))]),
    ) as Record<ResourceKind, Resource[]>;
    return { id: String(given["id"] ?? `ns_${slug(name)}`), name, resources, triggers: [], failures: {}, drift: {} };
  });
  return { namespaces, serial: 0 };
}

/** One resource of a seed or of a control call. */
export function resource(item: unknown, kind: ResourceKind, namespace: string): Resource {
  const { name, id, ...fields } = typeof item === "string" ? { name: item, id: undefined } : record(item, kind);
  if (typeof name !== "string" || name === "") throw new Error(`a resource of ${kind} needs a name`);
  return { name, id: String(id ?? `${KINDS[kind].prefix}_${slug(namespace)}_${slug(name)}`), fields };
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} of the emulator's seed must be a map`);
}

function list(value: unknown, what: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`the seed's ${what} must be a list`);
}
