import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  mergeTag,
  parseEvents,
  YAMLException,
} from "js-yaml";
import type { Issue, Path, Place } from "../issues/issue";
import { isObject } from "../json/is-object";
import { type Node, nodesFrom, pairOf } from "./nodes";
import { scanEvents } from "./unquoted-commas";
import { severalDocuments, syntaxProblem } from "./yaml-syntax";

/**
 * js-yaml reads 10,000 definitions in 0.35 s of CPU time and 95 MB, `yaml` in 2 s and 220 MB. The events of js-yaml
 * have the offsets that nodes.ts needs. `yaml` preserves comments and spacing: yaml-edit.ts changes files with it.
 */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** The most values a file may contain with all aliases expanded, and its greatest nesting depth. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 100;

/** A YAML or JSON file: its value, and the place of each part of it. */
export class Source {
  #root: Node | undefined;
  #lines: number[] | undefined;

  constructor(
    /** The name in messages: relative, with forward slashes. */
    readonly file: string,
    readonly text: string,
    readonly value: unknown,
  ) {}

  /** The place of the value at `path`, or of its key. If there is none, the place of the nearest value above. */
  place(path: Path, on: "key" | "value" = "value"): Place {
    const { node, key, found } = this.#find(path);
    return this.#placeOf((on === "key" || !found) && key ? key : node);
  }

  /** Whether there is a value at `path`, through aliases and merges. */
  has(path: Path): boolean {
    return this.#find(path).found;
  }

  /** The place of a piece of the text at `path`, such as one `${…}`. */
  placeIn(path: Path, piece: string): Place {
    const { node, found } = this.#find(path);
    const at = found ? this.text.slice(node.start, node.end).indexOf(piece) : -1;
    return at < 0
      ? this.place(path)
      : this.#placeOf({ start: node.start + at, end: node.start + at + piece.length });
  }

  placeAt(offset: number, length = 1): Place {
    return this.#placeOf({ start: offset, end: offset + length });
  }

  #find(path: Path): { node: Node; key: Node | undefined; found: boolean } {
    this.#root ??= nodesFrom(parseEvents(this.text, { maxDepth: DEEPEST }), this.text);
    let node = this.#root;
    let key: Node | undefined;
    for (const step of path) {
      const pair = pairOf(node, String(step));
      const next = pair?.value ?? (typeof step === "number" ? node.items?.[step] : undefined);
      if (!next) return { node, key, found: false };
      node = next;
      key = pair?.key ?? next;
    }
    return { node, key, found: true };
  }

  #placeOf({ start, end }: { start: number; end: number }): Place {
    this.#lines ??= lineStarts(this.text);
    const line = lineOf(this.#lines, start);
    const from = this.#lines[line]!;
    const text = withoutBreak(this.text.slice(from, this.#lines[line + 1] ?? this.text.length));
    const length = Math.max(1, Math.min(end, from + text.length) - start);
    return { file: this.file, line: line + 1, column: start - from + 1, length, text };
  }
}

/**
 * Reads one file of YAML 1.2, which includes JSON, with merge keys. Returns its value and its issues; without a
 * source, it could not be read at all. `isOurs` false: the file has another owner, so only invalid YAML is an issue.
 */
export function readSource(
  file: string,
  raw: string,
  { isOurs = true }: { isOurs?: boolean } = {},
): { source?: Source; issues: Issue[] } {
  // Removed first, so that columns are the same as in an editor.
  const text = raw.replace(/^\uFEFF/, "");
  const empty = new Source(file, text, undefined);
  const placed = (
    code: Issue["code"],
    { message, hint, start, end }: { message: string; hint: string; start: number; end: number },
  ): Issue => ({ code, path: [], message, hint, at: empty.placeAt(start, end - start) });
  let events: Event[];
  let documents: unknown[];
  const issues: Issue[] = [];
  try {
    events = parseEvents(text, { maxDepth: DEEPEST });
    const construct = (json: boolean): unknown[] =>
      constructFromEvents(events, { source: text, schema: SCHEMA, json, maxTotalMergeKeys: MOST_VALUES });
    try {
      documents = construct(false);
    } catch {
      // A text that parses only in this mode has duplicate keys. All of them are reported, not only the first.
      documents = construct(true);
      issues.push(...duplicates(empty, events));
    }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { issues: [placed("YAML_SYNTAX", syntaxProblem(text, error.reason, error.mark?.position))] };
  }
  if (documents.length > 1) {
    const [first] = events;
    const hasMarker = first?.type === EVENT_ID.DOCUMENT && first.explicitStart;
    return { issues: [placed("YAML_SYNTAX", severalDocuments(text, documents, hasMarker))] };
  }
  const scanned = (isOurs ? scanEvents(events, text) : []).map((problem) => placed(problem.code, problem));
  // The file was not read as intended, so other issues would be misleading.
  if (scanned.some(({ code }) => code === "YAML_SYNTAX")) return { issues: [...issues, ...scanned] };
  issues.push(...scanned);
  const source = new Source(file, text, documents[0]);
  if (events.some((event) => event.type === EVENT_ID.ALIAS)) {
    const { reason } = expansion(source.value);
    if (reason !== undefined) {
      const hint = "Write out what the aliases stand for, or split the file.";
      return { issues: [placed("YAML_EXPANSION", { message: reason, hint, start: 0, end: 1 })] };
    }
  }
  // Checked in the text first: both are rare, and walking through every value would take longer than reading the
  // file.
  if (/__proto__|\.(inf|nan)\b/i.test(text)) issues.push(...nonJsonValues(source));
  return { source, issues };
}

function duplicates(source: Source, events: Event[]): Issue[] {
  const issues: Issue[] = [];
  const walk = (node: Node, seen: Set<Node>): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const { key, at, first } of node.twice ?? []) {
      const there = source.placeAt(first.start);
      issues.push({
        code: "KEY_DUPLICATE",
        path: [],
        message: `"${key}" is declared twice in one map, first at line ${there.line}`,
        hint: "Keep one of them.",
        at: source.placeAt(at.start, at.end - at.start),
      });
    }
    for (const { value } of node.pairs?.values() ?? []) walk(value, seen);
    for (const item of node.items ?? []) walk(item, seen);
  };
  walk(nodesFrom(events, source.text), new Set());
  return issues;
}

/** The number of values something contains with aliases and variables expanded, and why that is an error. */
export interface Expansion {
  /** A long string counts as several. */
  values: number;
  reason: string | undefined;
}

/** Reports a value with aliases or variables that contains itself or expands to more values than a file may have. */
export function expansion(root: unknown, whose = "its aliases"): Expansion {
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();
  let reason: string | undefined;
  const size = (value: unknown, depth: number): number => {
    if (typeof value === "string") return 1 + Math.floor(value.length / TEXT_OF_ONE_VALUE);
    if (typeof value !== "object" || value === null || reason !== undefined) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) reason = "an alias refers to itself";
    else if (depth > DEEPEST) reason = `nests deeper than ${DEEPEST} levels`;
    if (reason !== undefined) return 1;
    open.add(value);
    let total = 1;
    for (const inner of Object.values(value)) total += size(inner, depth + 1);
    open.delete(value);
    sizes.set(value, total);
    return total;
  };
  const values = size(root, 0);
  if (reason === undefined && values > MOST_VALUES)
    reason = `${whose} expand to more than ${MOST_VALUES} values`;
  return { values, reason };
}

/** How many characters count as one value. */
const TEXT_OF_ONE_VALUE = 100;

/** Issues for keys and numbers that are valid in YAML but mean something else in JSON or JavaScript. */
function nonJsonValues(source: Source): Issue[] {
  const issues: Issue[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      const message = `${value} is not a number in JSON`;
      issues.push({
        code: "TYPE_WRONG",
        path,
        message,
        hint: "Write a finite number.",
        at: source.place(path),
      });
    }
    if (Array.isArray(value)) for (const [index, inner] of value.entries()) visit(inner, [...path, index]);
    else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const own = [...path, key];
        if (key === "__proto__") {
          const message = "is a reserved key of JavaScript";
          issues.push({
            code: "KEY_UNKNOWN",
            path: own,
            message,
            hint: "Remove it.",
            at: source.place(own, "key"),
          });
        } else visit(inner, own);
      }
    }
  };
  visit(source.value, []);
  return issues;
}

/** Checks only the end of the line, since one long line may have many problems. */
function withoutBreak(line: string): string {
  if (!line.endsWith("\n")) return line;
  return line.slice(0, line.endsWith("\r\n") ? -2 : -1);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The index of the last line that starts at or before an offset. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
