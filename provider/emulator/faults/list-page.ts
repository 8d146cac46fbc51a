import type { Config } from "../model/types";
import { isObject } from "../validation/check";

/** One page of triggers, resources or runs, in whichever of the API's shapes. */
export interface ListPage {
  items: unknown[];
  offset: number;
  limit: number;
  total: number;
  /** The same answer with other items, its totals as they are. */
  withItems(items: unknown[]): Config;
}

/** Reads the body of an answer as a page; undefined where it is none. */
export function listPage(body: unknown): ListPage | undefined {
  if (!isObject(body)) return undefined;
  const key = Array.isArray(body["executions"]) ? "executions" : "results";
  const items = body[key];
  if (!Array.isArray(items)) return undefined;
  const { offset, limit } = placeOf(body);
  const total = Number(body["total"] ?? body["total_count"] ?? items.length);
  return { items, offset, limit, total, withItems: (others) => ({ ...body, [key]: others }) };
}

function placeOf(body: Config): { offset: number; limit: number } {
  const pages = body["pagination"];
  if (!isObject(pages)) return { offset: Number(body["offset"]), limit: Number(body["limit"]) };
  const limit = Number(pages["page_size"]);
  return { offset: (Number(pages["page"]) - 1) * limit, limit };
}

/** Whether more follows. */
export function hasNext({ items, offset, total }: ListPage): boolean {
  return offset + items.length < total;
}

/** Whether there are pages before and behind. */
export function isMiddle(page: ListPage): boolean {
  return page.offset > 0 && hasNext(page);
}

/**
 * What makes ids come twice: a page starts with the last item of the page before it, as if one had been created
 * at the head of the list in the meantime, and all that follows is one further back.
 */
export class Shift {
  /** The item that ended a page, by list and by the offset of the page behind it. */
  private readonly ends = new Map<string, unknown>();

  /** Notes how a page ended. */
  note(list: string, page: ListPage): void {
    if (page.items.length > 0) this.ends.set(`${list} ${page.offset + page.items.length}`, page.items.at(-1));
  }

  /** The item that ended the page before this one, where it was asked for. */
  carried(list: string, page: ListPage): unknown {
    return page.offset === 0 ? undefined : this.ends.get(`${list} ${page.offset}`);
  }

  shifted(carried: unknown, page: ListPage): Config {
    const moved = page.withItems([carried, ...page.items].slice(0, page.limit));
    const key = moved["total_count"] === undefined ? "total" : "total_count";
    // One more than there are, so that a client asks for what was moved off the last page.
    return { ...moved, [key]: page.total + 1 };
  }
}
