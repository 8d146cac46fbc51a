import { badRequest, invalid } from "../model/errors";
import type { ResourceKind } from "../model/kinds";
import type { Config } from "../model/types";
import { compare, type Page, pageOf } from "../service/listing";
import { checkFields, type Fields } from "../validation/check";
import { bodyObject, MAX_LIMIT, queryValues } from "../validation/validate";

const MAX_OFFSET = 10_000;
/** Not documented for these lists. The API documents 10 for its cursor pagination. */
const DEFAULT_LIMIT = 10;

const PAGING: Fields = {
  limit: { type: "integer", nullable: true, min: 1, max: MAX_LIMIT },
  page_size: { type: "integer", nullable: true, min: 1, max: MAX_LIMIT },
  offset: { type: "integer", nullable: true, min: 0, max: MAX_OFFSET },
  page: { type: "integer", nullable: true, min: 1 },
};
const flag: Fields[string] = { type: "boolean", nullable: true };
const text: Fields[string] = { type: "string", nullable: true };
const QUERY: Fields = { ...PAGING, include_total: flag, cursor: text, next_cursor: text, after: text };

const SORT: Fields = {
  field: { type: "string", required: true },
  direction: { type: "string", nullable: true, oneOf: ["asc", "desc"] },
};

/** The listed kind: resources of a kind in one namespace, or the namespaces themselves. */
export interface ListedKind {
  kind: ResourceKind | "namespaces";
  idKey: string;
  nameKey: string;
  /** All of them as the API returns them, in order of creation. */
  views: Config[];
}

/**
 * The keys allowed in a list's body. Retrievers and alerts take paging only from the query; the search for clusters
 * ignores case.
 */
function bodyFields(kind: ListedKind["kind"]): Fields {
  return {
    ...(kind === "retrievers" || kind === "alerts" ? {} : PAGING),
    search: text,
    filters: { type: "object", nullable: true },
    sort: { type: "object", nullable: true, fields: SORT },
    ...(kind === "alerts"
      ? {}
      : { sorts: { type: "list", nullable: true, items: { type: "object", fields: SORT } } }),
    ...(kind === "clusters" ? {} : { case_sensitive: flag }),
    ...(kind === "collections" ? { include_system: flag } : {}),
    include_total: flag,
  };
}

interface Sort {
  field: string;
  direction?: "asc" | "desc" | null;
}

type Paging = Partial<Record<"limit" | "page_size" | "offset" | "page", number | null>> & {
  include_total?: boolean | null;
};

type ListQuery = Paging & Partial<Record<"cursor" | "next_cursor" | "after", string | null>>;

interface ListBody extends Paging {
  search?: string | null;
  filters?: Config | null;
  sort?: Sort | null;
  sorts?: Sort[] | null;
  case_sensitive?: boolean | null;
}

/**
 * The response to `POST /v1/{kind}/list`: one page, in order of creation unless sorted.
 * @throws ApiError 422 for an invalid query or body, 400 for filters and for an unknown cursor
 */
export function resourceList(listed: ListedKind, parameters: URLSearchParams, input: unknown): Config {
  const { kind, views } = listed;
  const { query, body } = readRequest(kind, parameters, input);
  if (Object.keys(body.filters ?? {}).length > 0) {
    throw badRequest("The emulator does not filter resources: send search, or remove the filters");
  }
  const found = sorted(
    views.filter((view) => isMeant(listed, view, body)),
    body,
  );
  const limit = body.limit ?? body.page_size ?? query.limit ?? query.page_size ?? DEFAULT_LIMIT;
  const offset = cursorOffset(query) ?? offsetOf(body, limit) ?? offsetOf(query, limit) ?? 0;
  const page = pageOf(found, offset, limit);
  return {
    results: page.results,
    pagination: pagination(kind, page, body.include_total ?? query.include_total ?? false),
    [kind === "retrievers" ? "total" : "total_count"]: page.total,
  };
}

function readRequest(
  kind: ListedKind["kind"],
  parameters: URLSearchParams,
  input: unknown,
): { query: ListQuery; body: ListBody } {
  const query = queryValues(parameters, QUERY);
  const body = bodyObject(input ?? {});
  const issues = [
    ...checkFields(query, QUERY, ["query"], "allow"),
    ...checkFields(body, bodyFields(kind), ["body"], "forbid"),
  ];
  if (issues.length > 0) throw invalid(issues);
  return { query, body };
}

/** Equal items stay in order of creation. */
function sorted(views: Config[], { sort, sorts }: ListBody): Config[] {
  const by = sorts?.[0] ?? sort;
  if (!by) return views;
  const sign = by.direction === "desc" ? -1 : 1;
  return views.toSorted((a, b) => sign * compare(a[by.field], b[by.field]));
}

function isMeant(
  { idKey, nameKey }: ListedKind,
  view: Config,
  { search, case_sensitive }: ListBody,
): boolean {
  if (!search) return true;
  const fold = (value: string): string => (case_sensitive ? value : value.toLowerCase());
  return [view[idKey], view[nameKey], view["description"]].some(
    (value) => typeof value === "string" && fold(value).includes(fold(search)),
  );
}

/** An offset takes precedence over a page number. */
function offsetOf({ offset, page }: Paging, limit: number): number | undefined {
  if (typeof offset === "number") return offset;
  return typeof page === "number" ? (page - 1) * limit : undefined;
}

function cursorOffset({ cursor, next_cursor, after }: ListQuery): number | undefined {
  const given = cursor ?? next_cursor ?? after;
  if (given === null || given === undefined || given === "") return undefined;
  const offset = Buffer.from(given, "base64url").toString();
  if (!/^\d{1,9}$/.test(offset)) throw badRequest("Invalid cursor: send the next_cursor of a response");
  return Number(offset);
}

/** As documented, totals are null unless requested. */
function pagination(
  kind: ListedKind["kind"],
  { offset, limit, total }: Page<unknown>,
  counted: boolean,
): Config {
  const link = (from: number): string => `/v1/${kind}/list?limit=${limit}&offset=${from}`;
  const next = offset + limit < total ? offset + limit : undefined;
  return {
    total: counted ? total : null,
    page: Math.floor(offset / limit) + 1,
    page_size: limit,
    total_pages: counted ? Math.ceil(total / limit) : null,
    next_page: next === undefined ? null : link(next),
    previous_page: offset === 0 ? null : link(Math.max(0, offset - limit)),
    next_cursor: next === undefined ? null : Buffer.from(String(next)).toString("base64url"),
  };
}
