import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/**
 * The fenced blocks of a section, in order, without the indentation of a list. In: the section's heading, with the
 * `##`.
 */
export function blocksBelow(page: string, heading: string): string[] {
  const [, below] = readFileSync(join(ROOT, page), "utf8").split(`\n${heading}\n`);
  if (below === undefined) throw new Error(`${page} has no ${heading}`);
  const [section = ""] = below.split(/^##/m);
  return [...section.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent, body]) =>
    body!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** The only fenced block of a page in a language that contains a text. */
export function blockOf(page: string, language: string, has: string): string {
  const text = readFileSync(join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name, body]) => name === language && body!.includes(has))
    .map(([, , body]) => body!);
  if (blocks.length !== 1) throw new Error(`${page} has ${blocks.length} ${language} blocks with ${has}`);
  return blocks[0]!;
}
