import type { HttpClient } from "./http";
import { record, ShapeError } from "./json/wire";

/** The name of a namespace, in one request. Takes its name or `ns_…` id. Throws ApiError. */
export function namespaceName(http: HttpClient, namespace: string): Promise<string> {
  return http.read(
    {
      action: "read namespace",
      target: JSON.stringify(namespace),
      method: "GET",
      path: ["v1", "namespaces", namespace],
      namespace,
      idempotent: true,
    },
    (answer) => {
      const { namespace_name: name } = record(answer);
      if (typeof name !== "string") throw new ShapeError("namespace_name is not text");
      return name;
    },
  );
}
