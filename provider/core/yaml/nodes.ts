import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";

/** A node of the YAML text: its place and its content. */
export interface Node {
  start: number;
  end: number;
  pairs?: Map<string, { key: Node; value: Node }>;
  merged?: Node[];
  items?: Node[];
  /** Duplicate keys of a map: the later and the first. */
  twice?: { key: string; at: Node; first: Node }[];
}

/** The tree of nodes. An alias is replaced by the node it refers to. */
export function nodesFrom(events: Event[], text: string): Node {
  const nothing: Node = { start: 0, end: 0 };
  const anchors = new Map<string, Node>();
  let next = 0;
  const read = (): Node => {
    const event = events[next++]!;
    if (event.type === EVENT_ID.ALIAS)
      return anchors.get(text.slice(event.anchorStart, event.anchorEnd)) ?? nothing;
    if (event.type === EVENT_ID.SCALAR) return anchored(scalar(event), event);
    if (event.type === EVENT_ID.SEQUENCE) {
      const node: Node = anchored({ start: event.start, end: event.start + 1, items: [] }, event);
      while (events[next]!.type !== EVENT_ID.POP) node.items!.push(read());
      next += 1;
      return node;
    }
    if (event.type !== EVENT_ID.MAPPING) return nothing;
    const node: Node = anchored({ start: event.start, end: event.start + 1, pairs: new Map() }, event);
    while (events[next]!.type !== EVENT_ID.POP) addPair(node);
    next += 1;
    return node;
  };
  const anchored = (
    node: Node,
    { anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number },
  ): Node => {
    if (anchorStart >= 0) anchors.set(text.slice(anchorStart, anchorEnd), node);
    return node;
  };
  const addPair = (node: Node): void => {
    const event = events[next]!;
    const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "";
    const plain = event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN;
    const key = read();
    const value = read();
    const first = node.pairs!.get(name)?.key;
    if (name === "<<" && plain) {
      node.merged ??= [];
      for (const each of value.items ?? [value]) node.merged.push(each);
    } else if (first) {
      node.twice ??= [];
      node.twice.push({ key: name, at: key, first });
    } else node.pairs!.set(name, { key, value });
  };
  const scalar = ({ valueStart, valueEnd, style }: ScalarEvent): Node => {
    const quotes = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    return { start: valueStart - quotes, end: valueEnd + quotes };
  };
  if (events[next]?.type === EVENT_ID.DOCUMENT) next += 1;
  return next < events.length && events[next]!.type !== EVENT_ID.POP ? read() : nothing;
}

/** Own keys first, then merged keys in merge order. */
export function pairOf(
  node: Node,
  name: string,
  /** Maps may merge each other, or be merged many times, so each is searched only once. */
  seen = new Set<Node>(),
): { key: Node; value: Node } | undefined {
  const own = node.pairs?.get(name);
  if (own) return own;
  for (const merged of node.merged ?? []) {
    if (seen.has(merged)) continue;
    seen.add(merged);
    const pair = pairOf(merged, name, seen);
    if (pair) return pair;
  }
  return undefined;
}
