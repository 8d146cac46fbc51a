import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const ROOT = join(__dirname, "..");

/** A test file in backticks, or a quoted title. A title that ends with " …" is the beginning of one. */
const REFERENCE = /`(test\/[^`]+\.test\.ts)`|"([^"]+)"/g;

interface Quote {
  file: string;
  title: string;
}

/** The test titles that a page quotes, each after its file. */
function quotedIn(page: string): Quote[] {
  const quotes: Quote[] = [];
  for (const line of page.split("\n")) {
    let file: string | undefined;
    for (const [, path, title] of line.matchAll(REFERENCE)) {
      if (path !== undefined) file = path;
      else if (file !== undefined) quotes.push({ file, title: title!.replace(/ …$/, "") });
    }
  }
  return quotes;
}

test("docs/reliability.md quotes titles that its tests have", () => {
  const quotes = quotedIn(readFileSync(join(ROOT, "docs", "reliability.md"), "utf8"));
  expect(quotes.length).toBeGreaterThan(10);
  const missing = quotes.filter(
    ({ file, title }) => !readFileSync(join(ROOT, file), "utf8").includes(`"${title}`),
  );
  expect(missing).toEqual([]);
});
