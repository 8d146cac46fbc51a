import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { API_CODES, CONFIG_CODES, LOOKUP_CODES } from "../provider";

const page = readFileSync(join(__dirname, "../docs/errors.md"), "utf8");

/** The codes of the table under a heading, in order. */
function documented(kind: string): string[] {
  const [, rows] = page.split(`| code of ${kind} | when |\n| --- | --- |\n`);
  const table = rows!.split("\n\n")[0]!;
  return table.split("\n").flatMap((row) => /^\| `(\w+)` \| \S/.exec(row)?.[1] ?? []);
}

test.each([
  ["an `ApiError`", API_CODES],
  ["a `ConfigError`", CONFIG_CODES],
  ["a `LookupError`", LOOKUP_CODES],
])("docs/errors.md describes each code of %s, and no other", (kind, codes) => {
  expect(documented(kind)).toEqual([...codes]);
});
