import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LAW } from "./architecture-law";

const ROOT = join(__dirname, "..");

const topOf = (room: string): string => room.split("/")[0]!;

test("the README's map is the law", () => {
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
    // The files beside a room's own rooms put them together.
    .filter(([room]) => room !== "index" && room !== "emulator")
    .map(([room, { rooms }]) => [
      room,
      rooms === "all"
        ? rooms
        : rooms.filter((each) => each !== room && (topOf(room) !== "cli" || each.startsWith("cli/"))),
    ]);
  expect(Object.fromEntries(map)).toEqual(Object.fromEntries(law));
});
