import { Document, isCollection, type Scalar, visit } from "yaml";
import { text as canonicalText } from "../schema/equality";
import type { Json } from "../schema/model";
import { readSource } from "./yaml-source";

/** How to write a value so that it matches the text around it. */
export interface YamlStyle {
  /** JSON, which leaves no choice but the spacing. */
  isJson: boolean;
  /** In brackets, on one line. */
  isFlow: boolean;
  /** JSON on several lines. */
  isLined: boolean;
  /** JSON without spaces. */
  isTight: boolean;
  /** Spaces per level. */
  step: number;
  /** The style of strings; undefined: as plain as possible. */
  style: Scalar.Type | undefined;
  keyStyle?: Scalar.Type | undefined;
  /** `{ a: 1 }`, not `{a: 1}`; absent: padded for maps but not for lists. */
  isPadded?: boolean;
  /** The value has lines of its own, so that a multi-line string can be a block. */
  isOnLines?: boolean;
}

/** `key: value`, or `"key": value` in JSON. Lines after the first are indented relative to the key. */
export function entryText(key: string, value: Json, manner: YamlStyle): string {
  if (manner.isJson) return `${JSON.stringify(key)}:${manner.isTight ? "" : " "}${valueText(value, manner)}`;
  return checked({ [key]: value }, (isForced) => entryOf(key, value, manner, isForced));
}

/** Only the value. Lines after the first are indented relative to the key. */
export function valueText(value: Json, manner: YamlStyle): string {
  if (manner.isJson && manner.isTight) return JSON.stringify(value);
  if (manner.isJson && manner.isLined) return JSON.stringify(value, undefined, manner.step);
  if (manner.isJson) return afterKey(entryOf(KEY, value, { ...manner, isFlow: true, isPadded: false }, true));
  if (!manner.isFlow && typeof value === "object" && value !== null && Object.keys(value).length > 0)
    return checked(value, (isForced) => rendered(new Document(value, VERSION), manner, isForced));
  return afterKey(checked({ [KEY]: value }, (isForced) => entryOf(KEY, value, manner, isForced)));
}

const KEY = "k";
const VERSION = { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false } as const;

const afterKey = (entry: string): string => entry.slice(entry.indexOf(":") + 1).replace(/^ /, "");

/**
 * The writer and the reader are different libraries and may disagree on what needs quotes. If the text does not parse
 * back to the value, everything is quoted.
 */
function checked(expected: Json, write: (isForced: boolean) => string): string {
  const plain = write(false);
  const { source, issues } = readSource("", `${plain}\n`);
  if (
    source &&
    issues.length === 0 &&
    canonicalText((source.value ?? null) as Json) === canonicalText(expected)
  )
    return plain;
  return write(true);
}

function entryOf(key: string, value: Json, manner: YamlStyle, isForced: boolean): string {
  const document = new Document({ [key]: value }, VERSION);
  if (manner.isFlow && isCollection(document.contents)) document.contents.flow = true;
  const text = rendered(document, { isPadded: !Array.isArray(value), ...manner }, isForced);
  return manner.isFlow ? text.slice(1, -1).replace(/^ | $/g, "") : text;
}

function rendered(document: Document, manner: YamlStyle, isForced: boolean): string {
  visit(document, {
    Scalar(at, node, path) {
      if (typeof node.value !== "string") return;
      // The outer key is quoted like its neighbors; inner keys only if they need it.
      if (isForced) node.type = "QUOTE_DOUBLE";
      else if (at !== "key") setType(node as Scalar<string>, manner);
      else if (path.length === 3 && /^QUOTE/.test(manner.keyStyle ?? "")) node.type = manner.keyStyle!;
    },
  });
  const text = document
    .toString({
      lineWidth: 0,
      indent: manner.step,
      blockQuote: manner.style === "BLOCK_FOLDED" ? "folded" : "literal",
      doubleQuotedAsJSON: true,
      flowCollectionPadding: manner.isPadded ?? true,
    })
    .replace(/\n$/, "");
  return isForced ? text.replaceAll(UNPRINTABLE, escaped) : text;
}

function setType(node: Scalar<string>, { style, isFlow, isOnLines }: YamlStyle): void {
  const hasLines = /[\r\n]/.test(node.value);
  const isBlock = style === "BLOCK_LITERAL" || style === "BLOCK_FOLDED";
  if (isBlock && !isFlow) node.type = style;
  else if (hasLines && isOnLines && !isFlow && style === undefined) node.type = "BLOCK_LITERAL";
  // Quoted, since an unquoted cron expression breaks as soon as someone changes it to start with *.
  else if (hasLines || (style === undefined && node.value.includes("*"))) node.type = "QUOTE_DOUBLE";
  else if (style !== undefined && !isBlock) node.type = style;
}

/** Characters that are valid in JSON but that YAML rejects or reads as a line break. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
