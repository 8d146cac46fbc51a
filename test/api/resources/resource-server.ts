import { type Found, type ResourceName, ResourcesApi } from "../../../provider/api/names-to-ids";
import type { RefKind } from "../../../provider/core/service/resource-kinds";
import { clientOf, ok, type Reply, type Seen, serving, vendorError } from "../server";

export const PLURALS = ["clusters", "collections", "taxonomies", "buckets", "retrievers", "alerts"];
export const singular = (plural: string) => plural.replace(/ies$/, "y").replace(/s$/, "") as RefKind;

export type Answers = (request: Seen) => Reply;
export type Server = { seen: Seen[] };

/** An API with these resources, each "plural:name" or "plural:name=id". Without an id, it is id_name. */
export function apiOf(there: readonly string[]): Answers {
  return ({ method, url }) => {
    const { pathname, searchParams } = new URL(url, "http://api");
    const [plural = "", asked = ""] = pathname.split("/").slice(2).map(decodeURIComponent);
    const kind = singular(plural);
    const own = there.filter((one) => one.startsWith(`${plural}:`)).map((one) => one.split(":")[1]!);
    const nameKey = kind === "alert" ? "name" : `${kind}_name`;
    const all = own.map((one) => {
      const [name, id = `id_${name}`] = one.split("=");
      return { [nameKey]: name, [`${kind}_id`]: id };
    });
    if (method === "GET") {
      const found = all.find((one) => one[nameKey] === asked);
      return found ? ok(found) : vendorError(404, "NotFoundError", `${kind} ${asked} not found`);
    }
    const [offset = 0, limit = 0] = ["offset", "limit"].map((key) => Number(searchParams.get(key)));
    return ok({ results: all.slice(offset, offset + limit), total_count: all.length, pagination: {} });
  };
}

export const clusters = (names: string | string[]): Answers =>
  apiOf([names].flat().flatMap((one) => one.split(" ").map((name) => `clusters:${name}`)));

export async function start(answers: Answers) {
  const server = await serving(answers);
  const client = clientOf(server);
  return { server, client, api: new ResourcesApi(client) };
}

/** "GET clusters/a", "POST clusters/list". */
export const sent = ({ seen }: Server): string[] =>
  seen.map(({ method, url }) => `${method} ${url.replace("/v1/", "").replace(/\?.*/, "")}`).sort();
export const LIST = "POST clusters/list";

export const fillers = (count: number): string[] => Array.from({ length: count }, (_, at) => `filler-${at}`);

/** "a buckets:b": the cluster a and the bucket b. */
export const asking = (text: string): ResourceName[] =>
  [...text.matchAll(/(?:(\w+):)?(\S+)/g)].map(([, plural = "clusters", name]) => {
    return { kind: singular(plural), name: name! };
  });

export const ids = (found: Found, text: string): string =>
  asking(text)
    .map(({ kind, name }) => found.id(kind, name) ?? "-")
    .join(" ");
