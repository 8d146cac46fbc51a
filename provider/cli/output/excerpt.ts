import type { Path, Place } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";

/** A line of the user's file, prepared for a terminal. */
export interface Excerpt {
  /** The line's number. */
  number: string;
  text: string;
  /** Terminal columns under `text`. With `count` 0, the place itself is not visible. */
  carets: { from: number; count: number };
}

/** Cuts a long part of a message to what identifies it. */
export const brief = (text: string, most = 300): string =>
  text.length > most ? `${text.slice(0, most - 60)}…${text.slice(-59)}` : text;

/** The start of a value that may be a secret: after a key with such a name, at a URL's host, or at an API key. */
const SECRET =
  /(?:url|token|secret|passw|webhook|api[_-]?key|credential|authorization)[\w.-]{0,64}["']?\s{0,8}:|:\/\/|\bsk_\w/i;
const SECRET_KEY = /url|token|secret|passw|webhook|api[_-]?key|credential|authorization|^channels$/i;

/**
 * How many characters are examined on either side of the place, so that a file of one huge line does not take minutes.
 */
const NEAR = 2000;
const TAB = 4;
const NARROWEST = 20;

/**
 * The line that contains the place, cut to `width` columns.
 * @param path keys that lead to the place; below a secret key, a line without a key is also treated as secret
 * @returns undefined when there is nothing to show
 */
export function excerpt(place: Place, path: Path, width: number): Excerpt | undefined {
  const start = place.column - 1;
  const from = Math.max(0, start - NEAR);
  const raw = place.text.slice(from, start + NEAR);
  const open = withoutSecrets(raw, path);
  if (open.trim() === "") return undefined;
  const cells = cellsOf(open);
  const number = String(place.line);
  const room = Math.max(NARROWEST, width - number.length - "   | ".length);
  const meant = { start: start - from, end: start - from + place.length };
  const isHidden = open !== raw && meant.start >= open.length;
  const first = cells.find(({ end }) => end > meant.start);
  const column = first?.column ?? columnsOf(cells);
  const last = cells.findLast((cell) => cell.start < meant.end && cell.end > meant.start);
  const count = last ? last.column + last.width - column : 1;
  const shown = windowOf(cells, {
    column,
    count,
    room,
    cutBefore: from > 0,
    cutAfter: from + raw.length < place.text.length,
  });
  const end = Math.min(column + count, shown.to);
  return {
    number,
    text: shown.text,
    carets: { from: column - shown.from, count: isHidden ? 0 : Math.max(1, end - column) },
  };
}

/** The line up to the colon of the first key that has a private value. */
function withoutSecrets(line: string, path: Path): string {
  const found = SECRET.exec(line);
  if (found) return line.slice(0, found.index + (found[0].startsWith("sk_") ? 0 : found[0].length));
  const isBelow = path.some((step) => SECRET_KEY.test(String(step)));
  if (!isBelow) return line;
  const colon = /^[\s-]*["']?[\w.-]+["']?\s*:/.exec(line);
  return colon ? colon[0] : "";
}

/** One character as a terminal shows it. */
interface Cell {
  /** The offset in the text, in UTF-16 units. */
  start: number;
  end: number;
  shown: string;
  /** The column on the terminal. */
  column: number;
  width: number;
}

/** Created when the first line is shown, because this takes 7 ms. */
let graphemes: Intl.Segmenter | undefined;
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const ZERO = /^[\p{M}\u200c\u200d]+$/u;

function cellsOf(text: string): Cell[] {
  let column = 0;
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...graphemes.segment(text)].map(({ segment, index }) => {
    const isTab = segment === "\t";
    const shown = isTab ? " ".repeat(TAB - (column % TAB)) : visible(segment);
    // A character that is printed as an escape takes as many columns as the escape has characters.
    const width = isTab || shown !== segment ? shown.length : widthOf(shown);
    const cell = { start: index, end: index + segment.length, shown, column, width };
    column += width;
    return cell;
  });
}

function widthOf(shown: string): number {
  if (shown.length === 1 && shown < "\u0300") return 1;
  return WIDE.test(shown) ? 2 : ZERO.test(shown) ? 0 : 1;
}

const columnsOf = (cells: readonly Cell[]): number => {
  const last = cells.at(-1);
  return last ? last.column + last.width : 0;
};

/**
 * Cuts a line to the available width so that the place stays visible. `from` and `to` are columns of the whole line.
 */
function windowOf(
  cells: readonly Cell[],
  {
    column,
    count,
    room,
    cutBefore,
    cutAfter,
  }: { column: number; count: number; room: number; cutBefore: boolean; cutAfter: boolean },
): { text: string; from: number; to: number } {
  const total = columnsOf(cells);
  const fitsFromStart = !cutBefore && (total <= room || column + Math.min(count, room >> 1) < room);
  const wished = fitsFromStart ? 0 : Math.max(0, Math.min(column - Math.floor(room / 3), total - room + 1));
  const left = cells.findIndex((cell) => cell.column >= wished);
  const kept = left < 0 ? [] : cells.slice(left);
  const from = kept[0]?.column ?? total;
  const before = cutBefore || from > 0 ? "…" : "";
  const fits = (limit: number) => kept.filter((cell) => cell.column + cell.width - from <= limit);
  const all = fits(room - before.length);
  const after = cutAfter || all.length < kept.length ? "…" : "";
  const visibleCells = after ? fits(room - before.length - after.length) : all;
  const text = visibleCells.map(({ shown }) => shown).join("");
  return {
    text: before + text + after,
    from: from - before.length,
    to: from + columnsOf(visibleCells) - (visibleCells[0]?.column ?? 0),
  };
}
