import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { API_CODES, CONFIG_CODES, LOOKUP_CODES } from "../provider";

const page = readFileSync(join(__dirname, "../docs/errors.md"), "utf8");

/** The codes in the table below a heading, in order. */
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

const PROVIDER = join(__dirname, "../provider");
const sources = readdirSync(PROVIDER, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(PROVIDER, file), "utf8"));

/** Every `[CODE]` at the end of a message. */
function printedCodes(): string[] {
  const codes = sources.flatMap((text) => [...text.matchAll(/\[([A-Z]+(?:_[A-Z]+)+)\](?=[.:"`]|$)/gm)]);
  return [...new Set(codes.map(([, code]) => code!))].sort();
}

test("docs/errors.md lists each code that ends a message of the command, in alphabetical order, and no other", () => {
  const [, rows] = page.split("| code | what happened | what to do |\n| --- | --- | --- |\n");
  const table = [...rows!.matchAll(/^\| `(\w+)` \| \S.*\|.*\|$/gm)].map(([, code]) => code!);
  expect(table).toEqual([...table].sort());
  const printed = printedCodes();
  expect(printed.length).toBeGreaterThan(30);
  expect(printed.filter((code) => !table.includes(code))).toEqual([]);
  const all = sources.join("\n");
  expect(table.filter((code) => !new RegExp(`\\b${code}\\b`).test(all))).toEqual([]);
});
