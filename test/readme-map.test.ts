import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LAW } from "./architecture-law";

const ROOT = join(__dirname, "..");

const topOf = (room: string): string => room.split("/")[0]!;

test("the README's map equals the import rules", () => {
  const rows = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(
    /^\| `provider\/([\w/-]+)(?:\.ts)?`\s*\|[^|]*\|([^|]*)\|$/gm,
  );
  const map = [...rows].map(([, room, cell]): [string, unknown] => {
    const within = room!.includes("/") ? `${topOf(room!)}/` : "";
    const text = cell!.trim();
    if (/^all/.test(text)) return [room!, "all"];
    const inner = (name: string): string => (Object.hasOwn(LAW, within + name) ? within + name : name);
    return [room!, text === "" ? [] : text.split(", ").map(inner)];
  });
  const law = Object.entries(LAW)
    // The files next to a room's own rooms combine them.
    .filter(([room]) => room !== "index" && room !== "emulator")
    .map(([room, { rooms }]) => [
      room,
      rooms === "all"
        ? rooms
        : rooms.filter((each) => each !== room && (topOf(room) !== "cli" || each.startsWith("cli/"))),
    ]);
  expect(Object.fromEntries(map)).toEqual(Object.fromEntries(law));
});

const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Paths of this repository, as pages write them in backticks. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:provider|test|tools|bench|examples|findings)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );

test.each(pages)("%s refers only to files and folders that exist", (page) => {
  const paths = pathsIn(readFileSync(join(ROOT, page), "utf8"));
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("the path of a moved file is found", () => {
  expect(pathsIn("held by `test/core/gone.test.ts`")).toEqual(["test/core/gone.test.ts"]);
});
