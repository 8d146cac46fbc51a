import { describe } from "@jest/globals";
import type { BadInput } from "./bad-input";
import { CONFIGS } from "./cases/definitions-config-cases";
import { CONTENT } from "./cases/definitions-content-cases";
import { type Definition, SYNTAX } from "./cases/definitions-syntax-cases";
import { allRefused } from "./refused";

const PROD = ["--env", "environments/prod.yaml"];
/** Whichever command reads the definition first must reject it. Cases use them in turn. */
const READERS: readonly (readonly string[])[] = [
  ["validate"],
  ["plan", ...PROD],
  ["drift", ...PROD],
  ["compare", ...PROD, "--env", "environments/dev.yaml"],
  ["promote", "--from", "environments/dev.yaml", "--to", "environments/prod.yaml", "--yes"],
  ["preview", ...PROD],
  ["up", ...PROD, "--yes"],
  ["validate", "--all-envs", "--format", "github"],
  ["up", ...PROD, "--yes", "--json"],
  ["drift", ...PROD, "--accept"],
];

const inTurn = (table: readonly Definition[]): BadInput[] =>
  table.map(([name, text, code, fix], at) => ({
    name,
    argv: READERS[at % READERS.length]!,
    files: { "triggers/a.yaml": text },
    code,
    fix,
  }));

describe("invalid definitions", () => {
  allRefused(inTurn([...SYNTAX, ...CONTENT, ...CONFIGS]));
});
