/** Why a YAML text cannot be read, at the place to change; offsets are in UTF-16 units. */
export interface SyntaxProblem {
  message: string;
  hint: string;
  start: number;
  end: number;
}

/** A common mistake in YAML: a pattern for the line, and what to write instead. */
interface Slip {
  /** The group `at` is the piece to change; without it, the whole match. */
  pattern: RegExp;
  /** Matches the parser's message; absent if any message fits. */
  reason?: RegExp;
  message?: string;
  hint: (piece: string) => string;
}

const SLIPS: readonly Slip[] = [
  {
    pattern: /(?<at>\{\{.*?\}\}(?!\}))/d,
    message: "templates such as {{ … }} are not supported",
    hint: () => 'Use a variable of the environment, in quotes: "${var.name}".',
  },
  {
    pattern: /(?:^|[:,[{])\s*(?<at>\$\{[^}]*\}[^,\]}#\n]*)/d,
    reason: /flow collection/,
    message: "an expression inside { } or [ ] needs quotes",
    hint: (piece) => `Write ${JSON.stringify(piece.trim())}.`,
  },
  {
    pattern: /cron_expression["']?\s*:\s*(?<at>\*[^,}\n]*)|:\s(?<at2>\*[\s/][^,}\n]*)/d,
    hint: () => 'A value that starts with * needs quotes: cron_expression: "*/5 * * * *".',
  },
  { pattern: /:\s*(?<at>[@`%])/d, hint: () => "A value that starts with @, ` or % needs quotes." },
  {
    pattern: /^\s*(?<at>[}\]])/d,
    hint: () => "Indent the closing bracket further than the key that it belongs to.",
  },
  { pattern: /^(?<at>\s*\t)/d, hint: () => "Indent with spaces." },
  { pattern: /:\s+(?<at>[^"'{[\s].*:\s)/d, hint: () => 'Text with ": " in it needs quotes.' },
];

const ELSE = "Check brackets, quotes and indentation at and before this place.";

/** `reason`: the parser's message. `offset`: where the parser reports it; undefined if it does not. */
export function syntaxProblem(text: string, reason: string, offset: number | undefined): SyntaxProblem {
  const [, tag] = /^unknown \w+ tag !<(?:tag:yaml\.org,2002:)?(.*)>$/.exec(reason) ?? [];
  if (tag !== undefined && offset !== undefined) return tagProblem(text, tag, offset);
  // The parser notices a map as a key only while building values, and reports no place for it.
  const at = /complex keys/.test(reason) ? (mapAsKey(text) ?? offset ?? 0) : (offset ?? 0);
  const from = text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  const line = text.slice(from, newline < 0 ? text.length : newline);
  for (const { pattern, reason: asked, message, hint } of SLIPS) {
    const match = asked && !asked.test(reason) ? null : pattern.exec(line);
    if (!match) continue;
    const [start, end] = match.indices!.groups!["at"] ?? match.indices!.groups!["at2"]!;
    const piece = line.slice(start, end);
    // A slip with its own message marks its own piece; for the others, the parser's place is used.
    return message === undefined
      ? { message: reason, hint: hint(piece), start: at, end: at + 1 }
      : { message, hint: hint(piece), start: from + start, end: from + start + piece.trimEnd().length };
  }
  return { message: reason, hint: ELSE, start: at, end: at + 1 };
}

function mapAsKey(text: string): number | undefined {
  const at = text.search(/\{\{|\{\s*\[|^\s*\?\s*[[{]/m);
  return at < 0 ? undefined : at;
}

/** The parser reports the place of the value after the tag. */
function tagProblem(text: string, tag: string, offset: number): SyntaxProblem {
  const before = text.slice(0, offset);
  const [written = tag] =
    /![^\s,[\]{}]*(?=\s*$)/.exec(before) ?? /^![^\s,[\]{}]*/.exec(text.slice(offset)) ?? [];
  const found = before.lastIndexOf(written);
  const start = text.startsWith(written, offset) ? offset : found < 0 ? offset : found;
  return {
    message: `the YAML tag ${written} is not supported`,
    hint: /^!include/.test(written)
      ? "Includes are not supported: every file in triggers/ is read; add others with --definitions."
      : "Remove the tag, or quote the value if the tag is part of it.",
    start,
    end: start + written.length,
  };
}

/** Where the second document of a text begins. If all further documents are empty, the hint is to remove the marker. */
export function severalDocuments(
  text: string,
  documents: readonly unknown[],
  startsWithMarker: boolean,
): SyntaxProblem {
  // A marker is always at the start of a line, where a document has no other such text.
  const markers = [...text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)];
  const marker = markers[startsWithMarker ? 1 : 0];
  const start = marker?.index ?? 0;
  const rest = documents.slice(1).every((document) => document === null || document === undefined);
  return {
    message: rest ? "an empty document begins here" : "holds several documents: another one begins here",
    hint: rest ? "Remove this line." : "Put each into a file of its own.",
    start,
    end: start + 3,
  };
}
