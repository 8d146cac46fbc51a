import type { ApiHandler } from "./api-call";
import { KINDS, RESOURCE_KINDS } from "./kinds";
import { resourceList } from "./resource-list";
import { resourceView } from "./resource-view";
import type { Route } from "./router";
import { type Namespace, resourceIn, type Store } from "./store";
import type { Config } from "./types";

/**
 * The calls that turn names into ids: `GET /v1/{kind}/{id or name}`, `POST /v1/{kind}/list`, and namespaces by their
 * id or name.
 */
export function resourceRoutes(store: Store): Route<ApiHandler>[] {
  const ofNamespace: Route<ApiHandler> = {
    method: "GET",
    path: "/v1/namespaces/:id",
    handle: {
      operation: "namespace",
      scoped: false,
      answer: ({ params }) => ({ status: 200, body: namespaceView(store.namespace(params["id"]!)) }),
    },
  };
  const ofKinds = RESOURCE_KINDS.filter((kind) => KINDS[kind].readable).flatMap(
    (kind): Route<ApiHandler>[] => [
      {
        method: "GET",
        path: `/v1/${kind}/:id`,
        handle: {
          operation: "resource",
          scoped: true,
          answer: ({ namespace, params }) => ({
            status: 200,
            body: resourceView(kind, resourceIn(namespace, kind, params["id"]!)),
          }),
        },
      },
      {
        method: "POST",
        path: `/v1/${kind}/list`,
        handle: {
          operation: "resources",
          scoped: true,
          answer: (call) => ({ status: 200, body: resourceList(kind, call) }),
        },
      },
    ],
  );
  return [ofNamespace, ...ofKinds];
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
