import type { Json } from "../../core/schema/model";
import { ShapeError } from "./wire";

/** Ten times what the filters of a definition need, the deepest value that the API documents. */
const MOST_DEPTH = 100;
/** A page of 1,000 triggers has about 60,000 values. Small, empty values take a hundred times as much memory as text. */
const MOST_VALUES = 1_000_000;

const code = (character: string): number => character.charCodeAt(0);
const [QUOTE, BACKSLASH, COMMA] = [code('"'), code("\\"), code(",")];
const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [code("["), code("{"), code("]"), code("}")];

/**
 * Parses the JSON of a response; undefined for a text that is not JSON. Throws {@link ShapeError}, before parsing, for
 * one that is nested deeper or has more values than any valid response of the API.
 */
export function boundedJson(text: string): Json | undefined {
  checkBounds(text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function checkBounds(text: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === COMMA) values += 1;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth += 1;
      values += 1;
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth -= 1;
    if (depth > MOST_DEPTH) throw new ShapeError(`it is nested deeper than ${MOST_DEPTH} levels`);
    if (values > MOST_VALUES) throw new ShapeError(`it has more than ${MOST_VALUES} values`);
  }
}

/** The index of the quote that closes a string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at += 1;
    else if (character === QUOTE) return at;
  }
  return text.length;
}

/** The approximate size of a value in memory, in bytes. */
export function weightOf(value: unknown): number {
  if (typeof value === "string") return value.length + VALUE_BYTES;
  if (typeof value !== "object" || value === null) return VALUE_BYTES;
  let weight = VALUE_BYTES;
  for (const [key, inner] of Object.entries(value)) weight += key.length + weightOf(inner);
  return weight;
}

const VALUE_BYTES = 16;
