import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { BadInput } from "./bad-input";
import { Bench, KEY, type Ran } from "./bench";

const ROWS = 24;
const COLUMNS = 200;

/**
 * Checks that every input of a table is rejected with its code and its fix, on one screen, without a request to the
 * API.
 */
export function allRefused(table: readonly BadInput[]): void {
  const bench = new Bench();
  beforeAll(() => bench.open());
  afterAll(() => bench.close());
  test.each(table.map((each) => [each.name, each] as const))("%s", async (_, given) => {
    expectRefused(await bench.run(given), given);
  });
  test("names are unique", () => {
    const names = table.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
}

/** What is true of every rejection. */
export function expectRefused({ code, text, err, requests }: Ran, given: BadInput): void {
  const asked = given.answer || given.reads ? requests.filter(isWrite) : requests;
  const isData = given.argv.some((arg) => arg === "--json" || arg === "json");
  const found = {
    code,
    saysCode: new RegExp(`(?<![A-Z_])${given.code}(?![A-Z_])`).test(text),
    saysFix: text.includes(given.fix),
    rows: rowsOf(isData ? err : text) <= ROWS,
    trace: TRACE.exec(text)?.[0],
    key: text.includes(KEY),
    obeyed: UNSEEN.exec(text)?.[0],
    asked,
  };
  const wanted = { code: 1, saysCode: true, saysFix: true, rows: true, key: false, asked: [] };
  // In a failure, the output appears next to what is wrong with it.
  expect({ text, ...found }).toEqual({ text, ...wanted });
}

const TRACE =
  /^\s+at .*|\b(?:dist|node_modules)\/\S*|(?<!\w)(?:Type|Reference|Syntax|Range|URI|Zod)?Error:.*/m;

/** Characters that a terminal interprets, or that hide adjacent text. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

const isWrite = (request: string): boolean => !/^GET |\/list(\?|$)/.test(request);

/** Lines on a terminal of 200 columns. */
const rowsOf = (text: string): number =>
  text
    .trimEnd()
    .split("\n")
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / COLUMNS)), 0);
