import { expect, test } from "@jest/globals";
import { FIRST, playTwins, sequences } from "../e2e/engine/partial-law";
import type { Repo } from "../e2e/repo";
import { onEachBackend } from "./backend";

/** Runs on each backend. `MIXPEEK_LAW_RUNS=70` makes more, MIXPEEK_LAW_SEED different ones. */
const RUNS = Number(process.env["MIXPEEK_LAW_RUNS"] ?? 1);
const SEED = Number(process.env["MIXPEEK_LAW_SEED"] ?? 9);

onEachBackend("an `up` of what changed leaves what an `up` of everything leaves", (backend) => {
  test.each(sequences(RUNS, SEED).map((steps, index) => [index, steps] as const))(
    "run %i",
    async (_index, steps) => {
      const team = backend();
      const repos = [await team.apart(), await team.apart()] as const;
      const state = async (repo: Repo): Promise<string | undefined> =>
        (await team.pulumi(repo, "stack", "ls", "--json")).includes('"dev"')
          ? team.pulumi(repo, "stack", "export", "--stack", "dev")
          : undefined;
      // A killed run's lock stays on a shared backend.
      const unlock = async (repo: Repo): Promise<void> => {
        const { code } = await team.run(repo, "unlock", "--env", "dev", "--yes");
        expect(code).toBe(0);
      };
      await playTwins(repos, [FIRST, ...steps], state, unlock);
    },
  );
});
