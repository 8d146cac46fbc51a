import { KINDS, type ResourceKind } from "./kinds";
import type { Resource } from "./store";
import type { Config } from "./types";

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
