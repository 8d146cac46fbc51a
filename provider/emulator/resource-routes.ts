import type { ApiHandler } from "./api-call";
import { KINDS, RESOURCE_KINDS, type ResourceKind } from "./kinds";
import type { Route } from "./router";
import { type Namespace, type Resource, resourceIn, type Store } from "./store";
import type { Config } from "./types";

/** The calls that turn a name into an id: `GET /v1/{kind}/{id or name}`, and namespaces by theirs. */
export function resourceRoutes(store: Store): Route<ApiHandler>[] {
  const ofNamespace: Route<ApiHandler> = {
    method: "GET",
    path: "/v1/namespaces/:id",
    handle: {
      scoped: false,
      answer: ({ params }) => ({ status: 200, body: namespaceView(store.namespace(params["id"]!)) }),
    },
  };
  const ofKinds = RESOURCE_KINDS.filter((kind) => KINDS[kind].readable).map(
    (kind): Route<ApiHandler> => ({
      method: "GET",
      path: `/v1/${kind}/:id`,
      handle: {
        scoped: true,
        answer: ({ namespace, params }) => ({
          status: 200,
          body: resourceView(kind, resourceIn(namespace, kind, params["id"]!)),
        }),
      },
    }),
  );
  return [ofNamespace, ...ofKinds];
}

/** A resource as the API answers it: `<kind>_id`, `<kind>_name` and some fields. */
export function resourceView(kind: ResourceKind, resource: Resource): Config {
  const { singular, fields } = KINDS[kind];
  return {
    [`${singular}_id`]: resource.id,
    [`${singular}_name`]: resource.name,
    ...fields,
    ...resource.fields,
    created_at: resource.created_at,
    updated_at: resource.updated_at,
  };
}

function namespaceView(namespace: Namespace): Config {
  const { buckets, collections } = namespace.resources;
  return {
    object: "namespace",
    namespace_id: namespace.id,
    namespace_name: namespace.name,
    description: namespace.description,
    bucket_count: buckets.length,
    collection_count: collections.length,
    created_at: namespace.created_at,
    updated_at: namespace.created_at,
  };
}
