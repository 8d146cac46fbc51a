import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** The one fenced block of a page that is of a language and has a text in it. */
export function blockOf(page: string, language: string, has: string): string {
  const text = readFileSync(join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name, body]) => name === language && body!.includes(has))
    .map(([, , body]) => body!);
  if (blocks.length !== 1) throw new Error(`${page} has ${blocks.length} ${language} blocks with ${has}`);
  return blocks[0]!;
}
