import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import type { BadInput } from "./bad-input";
import { Bench, type Ran } from "./bench";
import { ANSWERS } from "./cases/answer-cases";
import { COMMAND_FILES } from "./cases/command-file-cases";
import { COMMAND_LINES } from "./cases/command-line-cases";
import { CONFIGURATIONS } from "./cases/configuration-cases";
import { expectRefused } from "./refused";

const MAIN = resolve(__dirname, "../../dist/cli/main.js");

const bench = new Bench();
beforeAll(() => bench.open());
afterAll(() => bench.close());

function spawned(given: BadInput): Promise<Ran> {
  const options = { cwd: bench.folderOf(given), env: bench.envOf(given) as unknown as NodeJS.ProcessEnv };
  bench.server.answer = () => given.answer ?? { status: 404 };
  const before = bench.server.requests.length;
  return new Promise((done) => {
    const child = execFile(process.execPath, [MAIN, ...given.argv], options, (error, out, err) =>
      done({
        code: error ? Number(error.code) : 0,
        text: out + err,
        err,
        requests: bench.server.requests.slice(before),
      }),
    );
    child.stdin?.end();
  });
}

const SHOWN = [
  "a misspelled command",
  "up without --yes",
  "a truncated plan",
  "an emulator's state that is not JSON",
  "a key with a line break",
  "a list",
  "401 that repeats the key",
];
const ALL = [...COMMAND_LINES, ...COMMAND_FILES, ...CONFIGURATIONS, ...ANSWERS];

/** What only a separate process shows: it reads a file of the emulator directly. */
const OWN: readonly BadInput[] = [
  {
    name: "an emulator's seed that does not exist",
    argv: ["emulator", "--port", "0", "--seed", "nowhere.yaml"],
    code: "SEED_INVALID",
    fix: "or omit it",
  },
  {
    name: "an emulator's seed that is a folder",
    argv: ["emulator", "--port", "0", "--seed", "triggers"],
    code: "SEED_INVALID",
    fix: "or omit it",
  },
  {
    name: "definitions that cannot be read",
    argv: ["validate"],
    files: { "triggers/a.yaml": "triggers: {\n" },
    code: "YAML_SYNTAX",
    fix: "Check brackets",
  },
  {
    name: "an engine that can be kept nowhere",
    argv: ["engine"],
    env: { PATH: "", MIXPEEK_TRIGGERS_CACHE: "triggers/a.yaml/engine" },
    code: "ENGINE_CACHE_UNUSABLE",
    fix: "Set MIXPEEK_TRIGGERS_CACHE",
  },
];

describe("a process rejects", () => {
  test.each(
    [...SHOWN.map((name) => ALL.find((each) => each.name === name)!), ...OWN].map(
      (each) => [each.name, each] as const,
    ),
  )("%s", async (_, given) => {
    expectRefused(await spawned(given), given);
  });
});
