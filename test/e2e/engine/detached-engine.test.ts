import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";
import { detachedEngine } from "./detached-engine";

const DEV = ["--env", "dev", "--yes"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  search(repo);
  const path = await detachedEngine(join(repo.folder, "..", "detached"));
  repo.env = { PATH: path, MIXPEEK_TRIGGERS_CACHE: join(repo.folder, "..", "cache") };
});
afterEach(() => repo.close());

test("if the engine does not attach, the provider gets its own process, and makes the planned writes once", async () => {
  const up = await repo.run("up", ...DEV);
  expect(up).toMatchObject({ code: 0, writes: ["POST /v1/triggers", "POST /v1/triggers"] });
  expect(up.stdout).toContain("2 created.");
  expect(up.stdout + up.stderr).not.toMatch(/attach/i);
  // The first attempt recorded this run's own owner, which is no reason to plan again.
  expect(up.stderr).not.toContain("another run changed");
  expect(up.requests.filter((line) => line === "LIST")).toHaveLength(1);

  repo.edit("environments/dev.yaml", "hour: 2", "hour: 3");
  const nightly = repo.live("dev")["nightly-clusters"]!;
  expect((await repo.run("up", ...DEV)).writes).toEqual([`PATCH /v1/triggers/${nightly.trigger_id}`]);

  repo.emulator.edit("dev", "nightly-clusters", { description: "by hand" });
  const refreshed = await repo.run("refresh", ...DEV);
  expect(refreshed.stdout).toContain('nightly-clusters: description is "by hand" live');
  expect(refreshed).toMatchObject({ code: 0, writes: [] });

  const destroyed = await repo.run("destroy", ...DEV);
  expect(destroyed.stdout).toContain("2 deleted.");
  expect(destroyed.writes).toHaveLength(2);
  expect(repo.live("dev")).toEqual({});
});
