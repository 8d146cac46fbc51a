import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { Path } from "../issues/issue";
import type { Json } from "../schema/model";
import {
  afterColon,
  aliasesOf,
  contentEnd,
  inList,
  inMap,
  isEmpty,
  keyStart,
  pairEnd,
  type Slot,
  stringStyle,
} from "./yaml-slots";
import { entryText, valueText, type YamlStyle } from "./yaml-text";

/** Replaces one piece of text; offsets are in UTF-16 units. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Applies all splices at once. They must not overlap; those at the same offset are applied in the given order. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let at = 0;
  let out = "";
  for (const { start, end, text: piece } of [...splices].sort((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + piece;
    at = end;
  }
  return out + text.slice(at);
}

/** YAML or JSON text that is changed piece by piece, so that everything else stays byte for byte as it was. */
export class YamlText {
  readonly #document: Document.Parsed;
  readonly #isJson: boolean;
  readonly #newline: "\n" | "\r\n";
  #aliased: Set<string> | undefined;

  constructor(readonly text: string) {
    this.#document = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, logLevel: "silent" });
    this.#isJson = isJson(text);
    this.#newline = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** Follows a path as far as it exists; `rest` is the part that does not. Stops at an alias. */
  find(path: Path): { trail: Slot[]; rest: Path } {
    const trail: Slot[] = [];
    let node: unknown = this.#document.contents;
    for (const [at, step] of path.entries()) {
      const slot: Slot | undefined = isMap(node)
        ? inMap(node, String(step))
        : isSeq(node)
          ? inList(node, step)
          : undefined;
      if (!slot) return { trail, rest: path.slice(at) };
      trail.push(slot);
      node = slot.node;
    }
    return { trail, rest: [] };
  }

  /** The anchor of a node, if an alias elsewhere in the text refers to it. */
  sharedAnchor({ node }: Slot): string | undefined {
    this.#aliased ??= aliasesOf(this.#document);
    const anchor = node !== undefined && !isAlias(node) ? (node as Scalar).anchor : undefined;
    return anchor !== undefined && this.#aliased.has(anchor) ? anchor : undefined;
  }

  /** Replaces a value, or fills in the empty value of a key or item. */
  set(trail: readonly Slot[], value: Json): Splice[] {
    const slot = trail.at(-1)!;
    const { node, parent } = slot;
    if (node === undefined || isEmpty(node)) return [this.#setEmpty(slot, value)];
    const [start] = node.range!;
    if (isCollection(node) && !node.flow) {
      // A list may be indented as far as its key, but a map may not.
      if (isEmptyOrScalar(value) || isSeq(node) !== Array.isArray(value))
        return this.#collapse(slot, valueText(value, this.#manner(trail, true)));
      const manner = this.#manner(trail, false);
      return [{ start, end: contentEnd(node), text: this.#indented(valueText(value, manner), start) }];
    }
    const manner = this.#manner(trail, parent.flow === true || !isEmptyOrScalar(value));
    const written = this.text.slice(start, node.range![1]);
    if (isCollection(node)) {
      const isLined = manner.isJson && written.includes("\n");
      const text = valueText(value, { ...manner, isLined, isPadded: /^.\s/.test(written) });
      return [{ start, end: contentEnd(node), text: this.#indented(text, start) }];
    }
    const style = isScalar(node) && typeof node.value === "string" ? node.type : manner.style;
    const text = valueText(value, { ...manner, style, step: this.#blockStep(node) ?? manner.step });
    return [{ start, end: node.range![1], text: this.#likeBlock(written, this.#indented(text, start)) }];
  }

  /** Puts a new key at the end of a map. `trail` leads to the map. */
  insert(trail: readonly Slot[], key: string, value: Json): Splice[] {
    const map = trail.at(-1)!.node as YAMLMap;
    const last = map.items.at(-1);
    // A new map or list is written like the last one beside it.
    const like = isEmptyOrScalar(value)
      ? undefined
      : (map.items.findLast(isFilled)?.value as YAMLMap | undefined);
    const isFlow = map.flow === true || like?.flow === true;
    const manner = {
      ...this.#manner([...trail, { node: undefined, parent: map }], isFlow),
      ...(like?.flow ? { isPadded: /^.\s/.test(this.text.slice(like.range![0])) } : {}),
    };
    if (!last) {
      const [start, end] = map.range!;
      const entry = entryText(key, value, manner);
      return [{ start, end, text: this.#isJson ? `{${entry}}` : `{ ${entry} }` }];
    }
    const keyStyle = isScalar(last.key) ? last.key.type : undefined;
    const start = keyStart(last);
    const entry = this.#indented(entryText(key, value, { ...manner, keyStyle, isOnLines: !map.flow }), start);
    const end = pairEnd(last);
    if (!map.flow) {
      const line = this.#lineEnd(end);
      const isOpen = line === this.text.length && !this.text.endsWith("\n");
      const full = this.#indentation(start) + entry;
      return [{ start: line, end: line, text: isOpen ? this.#newline + full : full + this.#newline }];
    }
    if (!this.#isFirstOfLine(start))
      return [{ start: end, end, text: `${manner.isTight ? "," : ", "}${entry}` }];
    // A comment after the last value stays on its line.
    const [, comma, comment] = /^([ \t]*,)?([ \t]+#[^\r\n]*)?/.exec(this.text.slice(end))!;
    const at = end + (comma ?? "").length + (comment ?? "").length;
    return [
      ...(comma === undefined ? [{ start: end, end, text: "," }] : []),
      {
        start: at,
        end: at,
        text: `${this.#newline}${this.#indentation(start)}${entry}${comma === undefined ? "" : ","}`,
      },
    ];
  }

  /** Removes a key with its value and the rest of its lines; undefined if that is not possible. */
  remove(trail: readonly Slot[]): Splice[] | undefined {
    const { parent, pair } = trail.at(-1)!;
    if (!pair || !isMap(parent) || pair.srcToken?.start.some(({ type }) => type === "explicit-key-ind"))
      return undefined;
    const at = parent.items.indexOf(pair);
    const start = keyStart(pair);
    const end = pairEnd(pair);
    if (parent.flow) return this.#cutFlow(parent, at);
    if (parent.items.length === 1) return this.#collapse(trail.at(-2)!, "{}");
    const next = parent.items[at + 1];
    if (!this.#isFirstOfLine(start)) return next && [{ start, end: keyStart(next), text: "" }];
    const [from, to] = [this.#lineStart(start), this.#lineEnd(end)];
    // If the last line has no newline, the one before it is removed instead.
    const before = this.text.endsWith("\n") || to < this.text.length ? 0 : this.#newline.length;
    return [{ start: from - before, end: to, text: "" }];
  }

  #cutFlow({ items, range }: YAMLMap, at: number): Splice[] {
    const [before, pair, next] = [items[at - 1], items[at]!, items[at + 1]];
    const start = keyStart(pair);
    const end = pairEnd(pair);
    const hasComment = (from: number, to: number): boolean => this.text.slice(from, to).includes("#");
    const comma = (from: number): number => /^\s*,/.exec(this.text.slice(from))?.[0].length ?? 0;
    const isAlone = /^[ \t]*,?[ \t]*(#.*)?\r?\n/.test(this.text.slice(end));
    if (items.length === 1 && !hasComment(range![0], range![1]))
      return [{ start: range![0], end: range![1], text: "{}" }];
    if (isAlone && this.#isFirstOfLine(start)) {
      const dangling = before && !next && comma(end) === 0 ? pairEnd(before) : undefined;
      return [
        ...(dangling === undefined ? [] : [{ start: dangling, end: dangling + comma(dangling), text: "" }]),
        { start: this.#lineStart(start), end: this.#lineEnd(end), text: "" },
      ];
    }
    if (next && !hasComment(end, keyStart(next))) return [{ start, end: keyStart(next), text: "" }];
    if (!next && before && !hasComment(pairEnd(before), start))
      return [{ start: pairEnd(before), end, text: "" }];
    return [{ start, end: end + comma(end), text: "" }];
  }

  /** Replaces a block collection with a short value after its key. */
  #collapse(slot: Slot, text: string): Splice[] {
    const node = slot.node!;
    const start = this.#lineStart(node.range![0]);
    const colon = slot.pair && afterColon(slot.pair);
    if (colon === undefined || start < colon)
      return [{ start: node.range![0], end: contentEnd(node as Node), text }];
    return [
      { start: colon, end: colon, text: ` ${text}` },
      { start, end: this.#lineEnd(contentEnd(node as Node)), text: "" },
    ];
  }

  #setEmpty({ node, pair, parent }: Slot, value: Json): Splice {
    const text = valueText(value, { ...this.#manner([{ node, parent }], true) });
    const colon = pair && afterColon(pair);
    if (pair && colon === undefined) {
      const { range } = pair.key as Node;
      return { start: range![1], end: range![1], text: `: ${text}` };
    }
    const at = colon ?? node!.range![0];
    const gap = /\s/.test(this.text[at - 1] ?? "") ? "" : " ";
    return { start: at, end: at, text: `${gap}${text}` };
  }

  /** The style of the text around a value. */
  #manner(trail: readonly Slot[], isFlow: boolean): YamlStyle {
    const maps = trail.map(({ parent }) => parent).filter((parent) => isMap(parent));
    const near = maps.at(-1);
    const written = near?.range ? this.text.slice(near.range[0], near.range[1]) : "";
    const isLined = this.#isJson && written.includes("\n");
    return {
      isJson: this.#isJson,
      isFlow,
      isLined,
      isTight: this.#isJson && /^\{"(?:[^"\\]|\\.)*":\S/.test(written),
      step: /\n( +)\S/.exec(this.text)?.[1]?.length ?? 2,
      style: stringStyle(maps.reverse()),
    };
  }

  /** Indents all lines but the first like the line at `start`, with the newlines of the file. */
  #indented(text: string, start: number): string {
    const indentation = this.#indentation(start);
    return text
      .split("\n")
      .map((line, at) => (at === 0 || line === "" ? line : indentation + line))
      .join(this.#newline);
  }

  /** How far the lines of a block scalar are indented from its key. */
  #blockStep(node: Node): number | undefined {
    const [start, end] = node.range!;
    const [, spaces] = /^[|>][^\n]*\n(?: *\r?\n)*( +)/.exec(this.text.slice(start, end)) ?? [];
    return spaces === undefined ? undefined : Math.max(1, spaces.length - this.#indentation(start).length);
  }

  /** Keeps the comment in the header of a block scalar, and its final newline, in the replacement. */
  #likeBlock(written: string, text: string): string {
    if (!/^[|>]/.test(written)) return text;
    const [, comment = ""] = /^[^\r\n#]*?([ \t]+#[^\r\n]*)/.exec(written) ?? [];
    const header = text.search(/\r?\n|$/);
    const ending = /\r?\n$/.exec(written)?.[0] ?? "";
    return text.slice(0, header) + comment + text.slice(header) + ending;
  }

  /** The indentation of siblings below a place. */
  #indentation(offset: number): string {
    const from = this.#lineStart(offset);
    const before = this.text.slice(from, offset).replace(/^\uFEFF/, "");
    // In JSON or a flow map, the line's own indentation. In a block, a leading "- " counts as indentation.
    return /^\s*(- +)*$/.test(before) ? before.replaceAll("-", " ") : /^\s*/.exec(before)![0];
  }

  #isFirstOfLine(offset: number): boolean {
    return /^\s*$/.test(this.text.slice(this.#lineStart(offset), offset));
  }

  #lineStart(offset: number): number {
    return this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  /** The offset after the newline that ends the current line. */
  #lineEnd(offset: number): number {
    if (this.text[offset - 1] === "\n") return offset;
    const newline = this.text.indexOf("\n", offset);
    return newline < 0 ? this.text.length : newline + 1;
  }
}

const isFilled = ({ value }: Pair): boolean => isCollection(value) && value.items.length > 0;

const isEmptyOrScalar = (value: Json): boolean =>
  typeof value !== "object" || value === null || Object.keys(value).length === 0;

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return true;
  } catch {
    return false;
  }
}
