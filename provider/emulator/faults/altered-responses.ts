import type { Reply } from "../http/http";
import type { Config } from "../model/types";
import { isObject } from "../validation/check";
import type { ArmedFault, Arrival, FaultsAtWork } from "./armed-fault";
import { skewed } from "./clock-skew";
import type { FaultOf } from "./fault";
import { hasNext, isMiddle, type ListPage, listPage } from "./list-page";

type Strikes = (armed: ArmedFault) => boolean;

/**
 * Changes the content of a valid response, which stays valid JSON. Only faults that can change this response are asked.
 * @param strikes asks a fault whether to inject it into this request
 */
export function editReply(reply: Reply, faults: FaultsAtWork, arrival: Arrival, strikes: Strikes): Reply {
  let edited = reply;
  for (const armed of faults.all) {
    const { fault } = armed;
    if (fault.kind === "clock_skew") {
      if (strikes(armed)) edited = skewedReply(edited, fault.seconds, faults.service.clock.now());
      continue;
    }
    const page = listPage(edited.body);
    const body = editedBody(edited.body, page, armed, arrival, strikes);
    if (body) edited = { ...edited, body };
    if (page && fault.kind === "deleted_while_listing") deleteFirst(page, armed, arrival, faults, strikes);
  }
  return edited;
}

/** The body with an injected fault; undefined if it is unchanged. */
function editedBody(
  body: unknown,
  page: ListPage | undefined,
  armed: ArmedFault,
  arrival: Arrival,
  strikes: Strikes,
): Config | undefined {
  const { fault } = armed;
  if (fault.kind === "partial") {
    const left = partial(body, page, fault);
    return left && strikes(armed) ? left : undefined;
  }
  if (!page) return undefined;
  if (fault.kind === "empty_page") return isMiddle(page) && strikes(armed) ? page.withItems([]) : undefined;
  return fault.kind === "duplicate_ids" ? shifted(page, armed, arrival, strikes) : undefined;
}

function skewedReply(reply: Reply, seconds: number, now: number): Reply {
  const headers = { ...reply.headers, date: new Date(now + seconds * 1000).toUTCString() };
  return reply.body === undefined
    ? { ...reply, headers }
    : { ...reply, headers, body: skewed(reply.body, seconds) };
}

/** The remaining part of the response; undefined if nothing is missing. */
function partial(
  body: unknown,
  page: ListPage | undefined,
  { results, without = [] }: FaultOf<"partial">,
): Config | undefined {
  const lacks = (one: unknown): boolean => isObject(one) && without.some((key) => Object.hasOwn(one, key));
  if (!page) return isObject(body) && lacks(body) ? stripped(body, without) : undefined;
  const cut = results !== undefined && results < page.items.length;
  if (!cut && !page.items.some(lacks)) return undefined;
  return page.withItems(
    page.items.slice(0, results).map((one) => (isObject(one) ? stripped(one, without) : one)),
  );
}

function stripped(value: Config, without: readonly string[]): Config {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !without.includes(key)));
}

function shifted(page: ListPage, armed: ArmedFault, arrival: Arrival, strikes: Strikes): Config | undefined {
  const list = `${arrival.namespace?.id} ${arrival.path}`;
  const carried = armed.shift.carried(list, page);
  armed.shift.note(list, page);
  return carried !== undefined && strikes(armed) ? armed.shift.shifted(carried, page) : undefined;
}

/** Removes the first trigger of a first page, so that the others move up and the second page skips one. */
function deleteFirst(
  page: ListPage,
  armed: ArmedFault,
  { namespace }: Arrival,
  { service }: FaultsAtWork,
  strikes: Strikes,
): void {
  const [first] = page.items;
  if (!namespace || page.offset > 0 || !hasNext(page) || !isObject(first)) return;
  const held = service.store.findTrigger(namespace, String(first["trigger_id"]));
  if (!held || !strikes(armed)) return;
  service.purge(namespace, held);
}
