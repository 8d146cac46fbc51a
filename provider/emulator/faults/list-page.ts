import type { Config } from "../model/types";
import { isObject } from "../validation/check";

/** One page of triggers, resources or runs, in any of the API's formats. */
export interface ListPage {
  items: unknown[];
  offset: number;
  limit: number;
  total: number;
  /** The same response with other items. The totals stay as they are. */
  withItems(items: unknown[]): Config;
}

/** Reads a response body as a page; undefined if it is not a page. */
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

/** Whether more pages follow. */
export function hasNext({ items, offset, total }: ListPage): boolean {
  return offset + items.length < total;
}

/** Whether there are pages before and after. */
export function isMiddle(page: ListPage): boolean {
  return page.offset > 0 && hasNext(page);
}

/**
 * Makes ids appear twice: a page starts with the last item of the page before it, and all further items move back by
 * one, as if an item had been created at the head of the list in the meantime.
 */
export class Shift {
  /** The last item of a page, by list and by the offset of the next page. */
  private readonly ends = new Map<string, unknown>();

  /** Records the last item of a page. */
  note(list: string, page: ListPage): void {
    if (page.items.length > 0) this.ends.set(`${list} ${page.offset + page.items.length}`, page.items.at(-1));
  }

  /** The last item of the page before this one, if that page was requested. */
  carried(list: string, page: ListPage): unknown {
    return page.offset === 0 ? undefined : this.ends.get(`${list} ${page.offset}`);
  }

  shifted(carried: unknown, page: ListPage): Config {
    const moved = page.withItems([carried, ...page.items].slice(0, page.limit));
    const key = moved["total_count"] === undefined ? "total" : "total_count";
    // One more than there are, so that a client requests the item that moved off the last page.
    return { ...moved, [key]: page.total + 1 };
  }
}
