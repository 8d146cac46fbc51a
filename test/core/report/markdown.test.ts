import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { markdownTable, markdownText } from "../../../provider/core/report/markdown-text";
import { expectEqual } from "../equal";

/** What remains of a Markdown line without its code spans, as CommonMark finds them, and with its escapes resolved. */
function outsideCode(line: string): string {
  let rest = "";
  for (let at = 0; at < line.length; ) {
    const [run] = /^`+/.exec(line.slice(at)) ?? [];
    const isEscaped = line[at] === "\\";
    if (isEscaped || run === undefined) {
      rest += line[isEscaped ? at + 1 : at];
      at += isEscaped ? 2 : 1;
      continue;
    }
    const end = new RegExp(`(?<!\`)${run}(?!\`)`).exec(line.slice(at + run.length));
    if (!end) throw new Error(`a code span that does not end: ${line}`);
    rest += " ";
    at += run.length + end.index + run.length;
  }
  return rest;
}

/** What becomes a link or a mention, by the platforms' docs ("GitHub: Autolinked references", "GitLab: References"). */
const LINKED = [
  /@[a-z0-9]/i,
  /#\d/,
  /![0-9]/,
  /&\d/,
  /%[a-z0-9"]/i,
  /~[a-z0-9"]/i,
  /\$[0-9a-z]/i,
  /\bGH-\d/,
  /\b[A-Z][A-Z0-9]+-\d/,
  /\b[0-9a-f]{7,40}\b/,
  /https?:\/\//,
  /\bwww\./,
];

const pings = fc.constantFrom(
  ..."@ada @acme/team #12 GH-12 acme/search#12 !12 group/app!12 &12 %v1 ~bug $12 ABC-12 26da5ca3 https://example.com www.example.com `@ada` ``#1 | * _ [vulnerability:12] a@b.example \\@ada".split(
    " ",
  ),
);
const texts = fc
  .array(fc.oneof(pings, fc.string(), fc.constantFrom(" ", "\n", "|", "`")), { maxLength: 12 })
  .map((parts) => parts.join(""));

describe("user text in Markdown", () => {
  test.each([
    ["plain words stay words", "Cluster all products", "Cluster all products"],
    ["markup is escaped", "a|b *c* _d_", "a\\|b \\*c\\* \\_d\\_"],
    ["a mention", "ask @ada first", "ask `@ada` first"],
    ["a team in a path", "see acme/search#12", "see `acme/search#12`"],
    ["an address", "at https://example.com/x_y", "at `https://example.com/x_y`"],
    ["a backtick next to a mention", "`@ada`", "`` `@ada` ``"],
    ["a cron with a day number", "0 9 * * MON#2", "0 9 \\* \\* `MON#2`"],
  ])("%s", (_what, text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  test("a pipe character in a code span does not end a cell", () => {
    expect(markdownTable(["a"], [["@ada|x"]])[2]).toBe("| `@ada\\|x` |");
  });

  test("outside of code, nothing is left that a platform links or notifies", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = outsideCode(markdownText(text));
        for (const pattern of LINKED) expect(line).not.toMatch(pattern);
      }),
      { numRuns: 2000 },
    );
  });

  test("a table has as many cells as were given, whatever they contain", () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 3 }), (cells) => {
        const [, , row] = markdownTable(
          cells.map(() => ""),
          [cells],
        );
        expectEqual(row!.match(/(?<!\\)\|/g)?.length, cells.length + 1);
        expect(row).not.toContain("\n");
      }),
      { numRuns: 1000 },
    );
  });
});
