import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "@jest/globals";
import { Repo } from "../repo";
import { FIRST, playTwins, sequences, writeFirst } from "./partial-law";

/** `MIXPEEK_LAW_RUNS=200` makes more runs, MIXPEEK_LAW_SEED different ones. */
const RUNS = Number(process.env["MIXPEEK_LAW_RUNS"] ?? 4);
const SEED = Number(process.env["MIXPEEK_LAW_SEED"] ?? 7);
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

async function stateFile(repo: Repo): Promise<string | undefined> {
  return existsSync(join(repo.folder, STATE)) ? repo.read(STATE) : undefined;
}

/** Repositories after the first step, which is the same in each run. The first run plays it. */
const part = Repo.applied(writeFirst, "--env", "dev");
const full = Repo.applied(writeFirst, "--env", "dev", "--full");

test.each(sequences(RUNS, SEED).map((steps, index) => [index, steps] as const))(
  "an `up` of the changes leaves the same as an `up` of everything: run %i",
  async (index, steps) => {
    const isFirst = index === 0;
    const repos = isFirst
      ? ([await Repo.open(), await Repo.open()] as const)
      : ([await part(), await full()] as const);
    try {
      await playTwins(repos, isFirst ? [FIRST, ...steps] : steps, stateFile);
    } finally {
      for (const repo of repos) await repo.close();
    }
  },
);
