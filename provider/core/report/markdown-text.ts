import { visible } from "../json/safe-text";

/**
 * Text that GitHub or GitLab turn into a link, a mention or a formula anywhere in a comment: `@user`, `#12`, `!12`,
 * `group/project&12`, `%milestone`, `~label`, `$12`, `GH-12`, `[issue:12]`, commit ids and addresses.
 */
const REFERENCE =
  /[@#!&%~$^][\p{L}\p{N}_"{*.-]|\p{L}[\p{L}\p{N}]*-\d|\[\w+:|:\/\/|\bwww\.|\bmailto:|\b[0-9a-f]{7,}\b|\S\.\.\S/iu;

const MARKUP = /[\\|`*_<>[\]]/g;

/**
 * User text inside Markdown: it cannot add markup, rows or notifications. Text that a platform would link is put into
 * a code span, which is never linked. `place`: in a table cell, `|` is escaped too, since it ends even code.
 */
export function markdownText(text: string, place: "line" | "cell" = "line"): string {
  const words = visible(text.replaceAll(/\s+/g, " ")).split(" ");
  const inert = (word: string): string => {
    if (!REFERENCE.test(word)) return word.replaceAll(MARKUP, (character) => `\\${character}`);
    const code = codeSpan(word);
    return place === "cell" ? code.replaceAll("|", "\\|") : code;
  };
  return words.map(inert).join(" ");
}

/** The fence is longer than any run of backticks in the text. */
function codeSpan(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cell = (text: string): string => markdownText(text, "cell");
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row.map(cell)))];
}
