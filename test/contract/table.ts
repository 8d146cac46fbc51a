import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A version of the API: the newest, or the one of the last published OpenAPI. */
export type Version = "2026-10" | "0.81";

/** The table's entry for one key; see README.md. */
export interface Key {
  type?: "text" | "integer" | "number" | "flag" | "time" | "object" | "list" | "any";
  model?: string;
  enum?: string;
  required?: true;
  nullable?: true;
  /** The version that introduced the key or, by value, its values. */
  since?: Version | Record<string, Version>;
  default?: unknown;
  values?: unknown[];
  min?: number;
  max?: number;
  minItems?: number;
  minLength?: number;
  items?: Key;
  example?: unknown;
  absentAs?: string;
  fieldsOf?: string;
  computed?: true;
  needs?: Record<string, unknown>;
}

export interface Model {
  since?: Version;
  /** Unknown keys are kept. */
  open?: true;
  /** The client knows more keys than the table has. */
  partial?: true;
  /** Every key is in every response. */
  whole?: true;
  keys: Record<string, Key>;
}

export interface Call {
  since?: Version;
  body?: string;
  answer: { status: number; model?: string };
  /** The response in 0.81. */
  older?: { status: number };
}

interface Table {
  client: string;
  enums: Record<string, { values: string[]; since?: Record<string, Version> }>;
  requests: Record<"CreateTrigger" | "UpdateTrigger" | "ListTriggers", Model>;
  actions: Record<string, Model>;
  parts: Record<string, Model>;
  schedules: Record<string, Model>;
  answers: Record<string, Model>;
  calls: Record<string, Call>;
}

/** The contract of the API, as this project describes it. */
export const CONTRACT: Table = Object.assign(
  {},
  ...["requests.yaml", "answers.yaml", "calls.yaml"].map((file) =>
    parse(readFileSync(join(__dirname, file), "utf8")),
  ),
);

/** Whether a version contains something with this `since`. */
export const has = (version: Version, since: Key["since"] | undefined): boolean =>
  version === "2026-10" || typeof since !== "string";

/** The allowed values of a key in a version, if there is a fixed list. */
export function valuesOf(key: Key, version: Version): unknown[] | undefined {
  if (key.fieldsOf !== undefined) {
    const stored = keysOf(modelOf(key.fieldsOf), version).filter(([, { computed }]) => !computed);
    return stored.map(([name]) => name);
  }
  const named = key.enum === undefined ? undefined : CONTRACT.enums[key.enum];
  const since = typeof key.since === "object" ? key.since : named?.since;
  return (key.values ?? named?.values)?.filter((value) => has(version, since?.[String(value)]));
}

/** The keys of a model in a version. */
export const keysOf = (model: Model, version: Version): [string, Key][] =>
  Object.entries(model.keys).filter(([, key]) => has(version, key.since));

/** A model of a request or response, by name. */
export function modelOf(name: string): Model {
  const model = CONTRACT.answers[name] ?? CONTRACT.parts[name];
  if (!model) throw new Error(`the contract has no model ${name}`);
  return model;
}

/** A valid value of a key. Ids are those of the emulator's default seed. */
export function sampleOf(name: string, key: Key, version: Version): unknown {
  if (key.example !== undefined) return key.example;
  const values = valuesOf(key, version);
  if (values) return values[0];
  if (key.model) return sampleModel(modelOf(key.model), version);
  switch (key.type) {
    case "integer":
    case "number":
      return key.min ?? 1;
    case "flag":
      return true;
    case "time":
      return "2026-10-05T12:00:00Z";
    case "object":
      return {};
    case "list":
      return [sampleOf(name, key.items ?? { type: "any" }, version)];
    default:
      return SEEDED[name] ?? "text";
  }
}

const SEEDED: Record<string, string> = {
  cluster_id: "clust_dev_product_clusters",
  taxonomy_id: "tax_dev_product_categories",
  collection_id: "col_dev_products",
  target_collection_id: "col_dev_reviews",
  output_collection_ids: "col_dev_reviews",
  include_buckets: "bkt_dev_catalog",
  include_collections: "col_dev_reviews",
  batch_id: "btch_dev_nightly_import",
  retriever_id: "ret_dev_product_search",
};

/** An object with the required keys of a model, or with all of them. */
export function sampleModel(
  model: Model,
  version: Version,
  which: "required" | "all" = "required",
): Record<string, unknown> {
  const keys = keysOf(model, version).filter(([, key]) => which === "all" || key.required);
  return Object.fromEntries(keys.map(([name, key]) => [name, sampleOf(name, key, version)]));
}
