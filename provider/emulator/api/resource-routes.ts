import type { Route } from "../http/router";
import { KINDS, type ResourceKind, readableKinds } from "../model/kinds";
import type { ApiVersion, Config } from "../model/types";
import { resourceIn, type Store } from "../service/store";
import type { ApiCall, ApiHandler, PlainCall } from "./api-call";
import { type ListedKind, resourceList } from "./resource-list";
import { namespaceView, resourceView } from "./resource-view";

/**
 * The calls that resolve names to ids: `GET /v1/{kind}/{id or name}`, `POST /v1/{kind}/list`, `GET /v1/{kind}`, and the
 * same for namespaces. Lists by GET, and the list of namespaces, exist only in 2026-10.
 */
export function resourceRoutes(store: Store, api: ApiVersion): Route<ApiHandler>[] {
  return [...namespaceRoutes(store, api), ...readableKinds(api).flatMap((kind) => kindRoutes(kind, api))];
}

function kindRoutes(kind: ResourceKind, api: ApiVersion): Route<ApiHandler>[] {
  const list = ({ namespace, query }: ApiCall, input: unknown) => {
    const { singular, nameKey } = KINDS[kind];
    const views = namespace.resources[kind].map((one) => resourceView(api, namespace, kind, one));
    return ok(resourceList({ kind, idKey: `${singular}_id`, nameKey, views }, query, input));
  };
  const one = ({ namespace, params }: ApiCall) =>
    ok(resourceView(api, namespace, kind, resourceIn(namespace, kind, params["id"]!)));
  const byQuery: Route<ApiHandler> = {
    method: "GET",
    path: `/v1/${kind}`,
    handle: { operation: "resources", scoped: true, answer: (call) => list(call, searchOf(call)) },
  };
  return [
    {
      method: "GET",
      path: `/v1/${kind}/:id`,
      handle: { operation: "resource", scoped: true, answer: one },
    },
    {
      method: "POST",
      path: `/v1/${kind}/list`,
      handle: { operation: "resources", scoped: true, answer: (call) => list(call, call.json()) },
    },
    ...(api === "2026-10" ? [byQuery] : []),
  ];
}

function namespaceRoutes(store: Store, api: ApiVersion): Route<ApiHandler>[] {
  const list = ({ query }: PlainCall, input: unknown) => {
    const listed: ListedKind = {
      kind: "namespaces",
      idKey: "namespace_id",
      nameKey: "namespace_name",
      views: store.state.namespaces.map((namespace) => namespaceView(api, namespace)),
    };
    return ok(resourceList(listed, query, input));
  };
  const lists: Route<ApiHandler>[] = [
    {
      method: "POST",
      path: "/v1/namespaces/list",
      handle: { operation: "namespaces", scoped: false, answer: (call) => list(call, call.json()) },
    },
    {
      method: "GET",
      path: "/v1/namespaces",
      handle: { operation: "namespaces", scoped: false, answer: (call) => list(call, searchOf(call)) },
    },
  ];
  return [
    ...(api === "2026-10" ? lists : []),
    {
      method: "GET",
      path: "/v1/namespaces/:id",
      handle: {
        operation: "namespace",
        scoped: false,
        answer: ({ params }) => ok(namespaceView(api, store.namespace(params["id"]!))),
      },
    },
  ];
}

const ok = (body: Config) => ({ status: 200, body });

/** The search parameters in the query of a list by GET, without the paging parameters. */
function searchOf({ query }: PlainCall): Config {
  const search = query.get("search");
  return search === null ? {} : { search };
}
