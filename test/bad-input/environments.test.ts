import { describe } from "@jest/globals";
import type { BadInput } from "./bad-input";
import { ENVIRONMENTS, type Environment } from "./cases/environment-cases";
import { ENVIRONMENT_PATHS } from "./cases/environment-path-cases";
import { allRefused } from "./refused";

/** The commands that read an environment, used in turn. A command that reads two also gets a valid one first. */
const READERS: readonly ((file: string) => readonly string[])[] = [
  (file) => ["validate", "--env", file],
  (file) => ["plan", "--env", file],
  (file) => ["drift", "--env", file],
  (file) => ["compare", "--env", "environments/dev.yaml", "--env", file],
  (file) => ["promote", "--from", file, "--to", "environments/dev.yaml", "--yes"],
  (file) => ["promote", "--from", "environments/dev.yaml", "--to", file, "--yes"],
  (file) => ["preview", "--env", file],
  (file) => ["up", "--env", file, "--yes"],
];

const given = ({ name, text, definitions, file, make, code, fix }: Environment, at: number): BadInput => ({
  name,
  argv: READERS[at % READERS.length]!(file ?? "environments/prod.yaml"),
  files: {
    ...(text === undefined ? {} : { "environments/prod.yaml": text }),
    // Both environments use what the definitions use.
    ...(definitions === undefined ? {} : { "triggers/a.yaml": definitions, "environments/dev.yaml": text! }),
  },
  ...(make ? { make } : {}),
  code,
  fix,
});

describe("an invalid environment", () => {
  allRefused([...ENVIRONMENTS, ...ENVIRONMENT_PATHS].map(given));
});
