import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { LAW } from "./architecture-law";

const ROOT = join(__dirname, "..");

/** The project's former words and phrases, with the field's own terms. */
const RETIRED: Readonly<Record<string, RegExp>> = {
  "anew: again, recreate": /\banew\b/i,
  "told: reported": /\btold\b/i,
  "said field by field: shown per field": /\bsaid field by field\b/i,
  "born paused: created paused": /\bborn\b/i,
  "stands in: is in, is stored in": /\b(?:stands?|stood)\b(?! for\b)/i,
  "a hand on it, by hand: a manual change, manually": /\b(?:a|by|somebody's|people's) hands?\b/i,
  "nobody: no, undeclared, not": /\bnobody\b/i,
  "no problem: OK, no problems found": /\bno problem\b/i,
  "put right: fix": /\bput(?:s|ting)? (?:\w+ )?right\b/i,
  "is met by: matches": /\bmet by\b/i,
  "not well: unhealthy": /\bnot well\b/i,
  "two for one: duplicates": /\btwo for one\b/i,
  "proves it all, proved itself: tests, passed its checks":
    /\b(?:proves? it all|proved?s? (?:itself|themselves))\b/i,
  "runs it no more: has stopped running it": /\bruns? it no more\b/i,
  "belongs into: belongs in": /\bbelongs? into\b/i,
  "let warnings fail: treat warnings as errors": /\blet warnings fail\b/i,
  "its makers: report it": /\b(?:fault of its own|its makers)\b/i,
  "made up for: skipped": /\bmade up for\b/i,
  "stranger: unknown, unmanaged": /\bstrangers?\b/i,
  "under way, at work: in progress, active": /\b(?:under way|at work)\b/i,
  "in clear: unencrypted": /\bin clear\b/i,
  "for good: permanently": /\bfor good\b/i,
  "look-up: lookup": /\blook-ups?\b/i,
  "laid over: an override changes it": /\blaid over\b/i,
  "take out: remove": /\btak(?:e|es|en|ing) (?:\w+ ){0,2}out\b/i,
  "is said, what is said of: the message, reported": /\bis said\b/i,
  "reckoned: computed": /\breckon/i,
};

const filesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

/** Every checked file, by its top folder; files of provider/ by the rooms of the import rules. */
function roomsOf(): Map<string, string[]> {
  const deepestFirst = Object.keys(LAW).sort((a, b) => b.length - a.length);
  const names = [...deepestFirst.map((name) => `provider/${name}`), "docs", "templates", "examples"];
  const rooms = new Map<string, string[]>(
    ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "schema.json"].map((name) => [
      name,
      [name],
    ]),
  );
  for (const file of ["provider", "docs", "templates", "examples"].flatMap(filesBelow)) {
    const room = names.find((name) => file.startsWith(`${name}/`) || file === `${name}.ts`);
    if (room === undefined) throw new Error(`${file} is in no room`);
    rooms.set(room, [...(rooms.get(room) ?? []), file]);
  }
  return rooms;
}

/** Only the unreleased part of the changelog: history stays as it was. */
function textOf(file: string): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  return file === "CHANGELOG.md" ? (text.split(/^## /m)[1] ?? "") : text;
}

/** A phrase may continue in the next line of a comment. */
const unwrapped = (text: string): string => text.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, " ");

function retiredIn(text: string): string[] {
  const line = unwrapped(text);
  return Object.entries(RETIRED).flatMap(([name, pattern]) =>
    [...line.matchAll(new RegExp(pattern, "gi"))].map(
      ({ index }) => `${name} | ${line.slice(Math.max(0, index - 40), index + 50)}`,
    ),
  );
}

describe("retired words", () => {
  test.each([...roomsOf()])("are not in %s", (_, files) => {
    expect(files.flatMap((file) => retiredIn(textOf(file)).map((hit) => `${file}: ${hit}`))).toEqual([]);
  });

  test.each([
    ["A trigger is made anew.", 1],
    ["/** The file that is met\n * by a glob. */", 1],
    ["It stands in the state, and nobody is told.", 3],
    ["`60 s` stands for a minute; standard; the two no more than others", 0],
  ])("are found: %j", (text, count) => expect(retiredIn(text)).toHaveLength(count));
});
