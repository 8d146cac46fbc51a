import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** A value in the text and its parent. */
export interface Slot {
  /** undefined if nothing is written there. */
  node: Node | undefined;
  parent: YAMLMap | YAMLSeq;
  /** Only if the parent is a map. */
  pair?: Pair;
}

export function inMap(map: YAMLMap, name: string): Slot | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === name && !isMerge(key));
  return pair && { node: (pair.value ?? undefined) as Node | undefined, parent: map, pair };
}

export function inList(list: YAMLSeq, step: string | number): Slot | undefined {
  return typeof step === "number" && step in list.items
    ? { node: list.items[step] as Node, parent: list }
    : undefined;
}

const isMerge = (key: Scalar): boolean => key.value === "<<" && key.type === "PLAIN";

export const isEmpty = ({ range }: Node): boolean => range![0] === range![1];

/** The start of a pair: its key, or the anchor or tag before the key. */
export function keyStart({ key, srcToken }: Pair): number {
  const mark = srcToken?.start.find(({ type }) => /^(anchor|tag|explicit-key-ind)$/.test(type));
  return mark?.offset ?? (key as Node).range![0];
}

/** The offset after the colon and any anchor or tag that follows it; undefined if the key has no colon. */
export function afterColon({ srcToken }: Pair): number | undefined {
  const mark = srcToken?.sep?.findLast(({ type }) => /^(map-value-ind|anchor|tag)$/.test(type));
  return mark && mark.offset + mark.source.length;
}

export function pairEnd(pair: Pair): number {
  const value = pair.value as Node | null;
  return value && !isEmpty(value) ? contentEnd(value) : (afterColon(pair) ?? (pair.key as Node).range![1]);
}

/** The offset after the value's last character; the library includes blank lines and comments after a block. */
export function contentEnd(node: Node): number {
  const last = isCollection(node) && !node.flow ? node.items.at(-1) : undefined;
  if (last === undefined) return node.range![1];
  return isMap(node) ? pairEnd(last as Pair) : contentEnd(last as Node);
}

/** The style of the nearest strings. Strings with `*` are ignored, since they need quotes anyway. */
export function stringStyle(maps: readonly YAMLMap[]): Scalar.Type | undefined {
  for (const { items } of maps) {
    const types = items.flatMap(({ value }) =>
      isScalar(value) && typeof value.value === "string" && !value.value.includes("*") ? value.type : [],
    );
    if (types.includes("PLAIN")) return undefined;
    const quoted = types.findLast((type) => /^QUOTE/.test(type ?? ""));
    if (quoted) return quoted as Scalar.Type;
  }
  return undefined;
}

export function aliasesOf(document: Document.Parsed): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Alias(_, { source }) {
      names.add(source);
    },
  });
  return names;
}
