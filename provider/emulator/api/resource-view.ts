import { KINDS, type ResourceKind } from "../model/kinds";
import type { ApiVersion, Config } from "../model/types";
import type { Namespace, Resource } from "../service/store";

/** A resource as the API returns it: its id, its name and some fields. */
export function resourceView(
  api: ApiVersion,
  namespace: Namespace,
  kind: ResourceKind,
  resource: Resource,
): Config {
  const { singular, nameKey, fields, only } = KINDS[kind];
  return {
    [`${singular}_id`]: resource.id,
    [nameKey]: resource.name,
    ...(NAMESPACED.includes(kind) && api === "2026-10" ? { namespace_id: namespace.id } : {}),
    ...fields,
    ...only[api],
    ...resource.fields,
    created_at: resource.created_at,
    // 2026-10 no longer returns `updated_at` for taxonomies.
    ...(kind === "taxonomies" && api === "2026-10" ? {} : { updated_at: resource.updated_at }),
  };
}

/** Kinds whose response contains their namespace. */
const NAMESPACED: readonly ResourceKind[] = ["clusters", "alerts"];

/** A namespace as the API returns it. */
export function namespaceView(api: ApiVersion, namespace: Namespace): Config {
  const { buckets, collections } = namespace.resources;
  return {
    object: "namespace",
    namespace_id: namespace.id,
    namespace_name: namespace.name,
    description: namespace.description,
    bucket_count: buckets.length,
    collection_count: collections.length,
    ...(api === "2026-10" ? { namespace_type: "standard", namespace_ready: true } : {}),
    created_at: namespace.created_at,
    updated_at: namespace.created_at,
  };
}
