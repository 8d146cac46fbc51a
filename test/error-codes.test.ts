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
  .filter((file) => file.endsWith(".ts") && !file.startsWith("emulator"))
  .map((file) => readFileSync(join(PROVIDER, file), "utf8"));

/** Every `[CODE]` at the end of a message. */
const ENDING = /[\w)}"] \[([A-Z]{6,}(?:_[A-Z]+)*|[A-Z]+(?:_[A-Z]+)+)\](?=[.:"`]|$)/gm;
/** A code that a message gets from elsewhere: `const code = "CODE"`, `refusal("CODE", …)`, a table by kind of change. */
const PASSED =
  /(?:\bcode(?: =|:)|[#.]refused\(|\brefusal\(|\b(?:delete|pause|replace):)\s*"([A-Z]+(?:_[A-Z]+)+)"/g;

const matches = (pattern: RegExp): string[] => {
  const codes = sources.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code!));
  // Node's and our own codes of errors that are reported with another code.
  return [...new Set(codes)].filter((code) => !code.startsWith("ERR_"));
};

test("docs/errors.md lists each code that ends a message of the command, in alphabetical order, and no other", () => {
  const [, rows] = page.split("| code | what happened | what to do |\n| --- | --- | --- |\n");
  const table = [...rows!.matchAll(/^\| `(\w+)` \| \S.*\|.*\|$/gm)].map(([, code]) => code!);
  expect(table).toEqual([...table].sort());
  const printed = matches(ENDING);
  expect(printed.length).toBeGreaterThan(40);
  expect(printed.filter((code) => !table.includes(code))).toEqual([]);
  const all = sources.join("\n");
  expect(table.filter((code) => !new RegExp(`\\b${code}\\b`).test(all))).toEqual([]);
});

test("each code that a message gets from elsewhere is in docs/errors.md, or a problem in a file or a schedule", () => {
  const passed = matches(PASSED);
  expect(passed).toEqual(expect.arrayContaining(["STACK_EMPTY", "LINK_REFUSED", "ALERT_SCHEDULE_PAUSED"]));
  const documented = ["errors", "definitions", "timeline"]
    .map((name) => readFileSync(join(__dirname, `../docs/${name}.md`), "utf8"))
    .join("\n");
  expect(passed.filter((code) => !documented.includes(`| \`${code}\` |`))).toEqual([]);
});
