import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "@jest/globals";
import { Repo } from "../repo";
import { playTwins, sequences } from "./partial-law";

/** `MIXPEEK_LAW_RUNS=200` makes more runs, MIXPEEK_LAW_SEED different ones. */
const RUNS = Number(process.env["MIXPEEK_LAW_RUNS"] ?? 4);
const SEED = Number(process.env["MIXPEEK_LAW_SEED"] ?? 7);
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

async function stateFile(repo: Repo): Promise<string | undefined> {
  return existsSync(join(repo.folder, STATE)) ? repo.read(STATE) : undefined;
}

test.each(sequences(RUNS, SEED).map((steps, index) => [index, steps] as const))(
  "an `up` of the changes leaves the same as an `up` of everything: run %i",
  async (_index, steps) => {
    const repos = [await Repo.open(), await Repo.open()] as const;
    try {
      await playTwins(repos, steps, stateFile);
    } finally {
      for (const repo of repos) await repo.close();
    }
  },
);
