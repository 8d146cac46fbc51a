import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
});
afterEach(() => repo.close());

test("a run that deletes more than half stops, an empty set is an error, and protected or retained triggers stay", async () => {
  const one = (name: string, more = ""): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: 60 }${more} }\n`;
  const set = (...triggers: string[]): void =>
    repo.write("triggers/search.yaml", `triggers:\n${triggers.join("")}`);
  const up = (...more: string[]) => repo.run("up", ...DEV, "--yes", ...more);
  repo.write("environments/dev.yaml", "namespace: dev\n");
  set(
    ...["a", "b", "c", "d"].map((name) => one(name)),
    one("kept", ", retain: true"),
    one("held", ", protect: true"),
  );
  expect((await up()).writes).toHaveLength(6);

  repo.write("triggers/search.yaml", "triggers: {}\n");
  expect(await up()).toMatchObject({ code: 1, requests: [] });

  set(one("a"), one("held", ", protect: true"));
  const stopped = await up();
  expect(stopped).toMatchObject({ code: 1, writes: [] });
  expect(stopped.stderr).toMatch(
    // A retained trigger is dropped from the state, and not deleted.
    /it deletes 3 of 6 triggers of stack "dev"\. .*--allow-deletes 3 \[TOO_MANY_DELETES\]/,
  );
  expect(await up("--allow-deletes", "2")).toMatchObject({ code: 1, writes: [] });
  const allowed = await up("--allow-deletes", "3");
  expect([allowed.code, allowed.writes.length]).toEqual([0, 3]);
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["a", "held", "kept"]);

  set(one("a"));
  const held = await up();
  expect(held).toMatchObject({ code: 1, writes: [] });
  expect(held.stderr).toContain("[PROTECTED]");
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["a", "held", "kept"]);
});
