import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { KEY } from "../key";
import { Repo, search } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const PROD = ["--env", "environments/prod.yaml"];
const LOOK_UPS = ["GET /v1/clusters/product-clusters", "GET /v1/retrievers/product-search"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  search(repo);
});
afterEach(() => repo.close());

test("a folder of YAML goes through validate, preview, up, up, promotion, drift, destroy", async () => {
  expect(await repo.run("validate", "--all-envs")).toEqual({
    code: 0,
    stdout:
      "2 definitions, environments/dev.yaml: 2 triggers, environments/prod.yaml: 2 triggers, no problems found.\n",
    stderr: "",
    requests: [],
    writes: [],
  });

  const preview = await repo.run("preview", ...DEV);
  expect(preview).toMatchObject({
    code: 2,
    requests: expect.arrayContaining([...LOOK_UPS, "LIST"]),
    writes: [],
  });
  expect(preview.requests).toHaveLength(3);
  expect(preview.stdout.split("\n").slice(1).sort()).toEqual(
    [
      "",
      '+ nightly-clusters  create  cluster, cron "0 2 * * *" Europe/Paris, paused',
      "+ search-canary     create  retriever_execution, every 600 s, paused",
      "2 to create; 2 requests to apply.",
      'No Pulumi state found for stack "dev": every trigger is shown as new.',
    ].sort(),
  );
  expect(preview.stderr).toBe(
    "the state is stored in .mixpeek/state, because neither PULUMI_BACKEND_URL nor `pulumi login` names another backend.\n",
  );

  const up = await repo.run("up", ...DEV, "--yes");
  // A preview creates no folder, so this run is the first to report where the state is stored.
  expect(up).toMatchObject({
    code: 0,
    stderr: preview.stderr,
    writes: ["POST /v1/triggers", "POST /v1/triggers"],
  });
  // One list for the command and its provider.
  expect([...up.requests].sort()).toEqual([...LOOK_UPS, "LIST", ...up.writes].sort());
  expect(up.stdout).toContain("search-triggers/dev");
  expect(up.stdout).toContain("2 created.\n");
  expect(repo.live("dev")).toMatchObject({
    "nightly-clusters": {
      status: "paused",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
    },
    "search-canary": { status: "paused", schedule_config: { interval_seconds: 600 } },
  });

  const again = await repo.run("up", ...DEV, "--yes");
  expect(again).toMatchObject({ code: 0, stderr: "", writes: [] });
  expect(again.requests).toHaveLength(3);
  expect(again.stdout).toMatch(/\n2 unchanged\.\n$/);
  expect((await repo.run("preview", ...DEV)).code).toBe(0);

  expect((await repo.run("up", ...PROD, "--yes")).stdout).toContain("2 created.\n");
  expect(repo.live("prod")).toMatchObject({
    "nightly-clusters": {
      status: "active",
      action_config: { cluster_id: "clust_prod_product_clusters" },
      schedule_config: { cron_expression: "0 3 * * *" },
    },
    "search-canary": { status: "active", schedule_config: { interval_seconds: 300 } },
  });
  expect(Object.keys(repo.live("dev"))).toHaveLength(2);

  repo.emulator.edit("prod", "nightly-clusters", {
    schedule_config: { cron_expression: "0 9 * * *", timezone: "Europe/Paris" },
  });
  const drift = await repo.run("preview", ...PROD);
  expect(drift.code).toBe(2);
  expect(drift.stdout).toMatch(
    /\n~ nightly-clusters {2}update\n {4}schedule_config\.cron_expression is "0 9 \* \* \*" live, "0 3 \* \* \*" desired \(live drifted\)\n {4}fires as often as before, next in .+\n1 to update, 1 unchanged; 1 request to apply\.\n$/,
  );
  expect((await repo.run("up", ...PROD, "--yes")).writes).toEqual([expect.stringMatching(/^PATCH /)]);

  const destroyed = await repo.run("destroy", ...DEV, "--yes");
  expect(destroyed).toMatchObject({ code: 0, stderr: "" });
  expect(destroyed.requests).toEqual([expect.stringMatching(/^DELETE /), expect.stringMatching(/^DELETE /)]);
  expect(destroyed.stdout).toMatch(/\n2 deleted\.\n$/);
  expect(repo.live("dev")).toEqual({});
  expect(Object.keys(repo.live("prod"))).toHaveLength(2);
  expect(await repo.run("destroy", ...DEV, "--yes")).toMatchObject({ code: 0, requests: [] });

  const everything = [...filesIn(repo.folder), "triggers/search.yaml"]
    .map((path) => repo.read(path))
    .join("\n");
  expect(everything).toContain("nightly-clusters");
  expect(everything).not.toContain(KEY);
  // Nor the place in this package, and in which folder of this machine, where a resource was declared.
  expect(everything).not.toContain("trigger-set");
});

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(folder, ".mixpeek/state"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

test("a renamed key keeps its trigger, a moved file changes nothing, and a removed trigger is deleted", async () => {
  await repo.run("up", ...PROD, "--yes");
  const before = repo.live("prod")["search-canary"]!;
  repo.write("triggers/deep/other.yaml", repo.read("triggers/search.yaml"));
  repo.edit("triggers/deep/other.yaml", "  search-canary:", "  canary:\n    replaces: search-canary");
  repo.edit("environments/prod.yaml", "search-canary:", "canary:");
  repo.write("triggers/search.yaml", "triggers: {}\n");
  const renamed = await repo.run("up", ...PROD, "--yes");
  expect(renamed).toMatchObject({ code: 0, writes: [`PATCH /v1/triggers/${before.trigger_id}`] });
  expect(renamed.stdout).toContain(
    '    name is "search-canary" live, "canary" desired (you edited)\n1 updated, 1 unchanged.',
  );
  expect(repo.live("prod")["canary"]!.trigger_id).toBe(before.trigger_id);
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });

  repo.edit("environments/prod.yaml", "variables", "exclude: [nightly-*]\nvariables");
  const without = await repo.run("up", ...PROD, "--yes");
  expect(without.writes).toEqual([expect.stringMatching(/^DELETE /)]);
  expect(without.stdout).toContain("- nightly-clusters  deleted\n");
  expect(Object.keys(repo.live("prod"))).toEqual(["canary"]);
});

test("a cluster that was recreated under its name leads to a replacement, and is not reported as an edit", async () => {
  await repo.run("up", ...DEV, "--yes");
  repo.emulator.removeResource("dev", "clusters", "product-clusters");
  repo.emulator.addResource("dev", "clusters", { name: "product-clusters", id: "clust_new" });
  const { stdout, writes } = await repo.run("up", ...DEV, "--yes");
  expect(stdout).toContain(
    '± nightly-clusters  replaced\n    action_config.cluster_id is "clust_dev_product_clusters" live, "clust_new" desired (reference moved: ${cluster:product-clusters} is another resource now)',
  );
  expect(writes).toEqual(["POST /v1/triggers", expect.stringMatching(/^DELETE /)]);
});

describe("nothing is sent", () => {
  test("if definitions are wrong: every error is reported at once", async () => {
    repo.edit("triggers/search.yaml", "0 ${var.hour}", "61 ${var.hour}");
    repo.edit("triggers/search.yaml", "interval_seconds: 600", "interval: 600");
    repo.edit("environments/dev.yaml", "hour: 2", "hours: 2");
    for (const args of [
      ["validate", ...DEV],
      ["preview", ...DEV],
      ["up", ...DEV, "--yes"],
    ]) {
      const { code, stdout, stderr, requests } = await repo.run(...args);
      expect([code, requests]).toEqual([1, []]);
      const reported = (stdout + stderr).split("\n").filter((line) => /^[a-z/]+\.yaml:/.test(line));
      expect(
        reported.map((line) =>
          line
            .split(" ")
            .slice(0, line.includes("warning") ? 3 : 2)
            .join(" "),
        ),
      ).toEqual([
        "environments/dev.yaml:3:14 warning VARIABLE_UNUSED",
        "triggers/search.yaml:8:45 VARIABLE_UNDEFINED",
        "triggers/search.yaml:15:5 KEY_MISSING",
        "triggers/search.yaml:15:24 KEY_UNKNOWN",
      ]);
      expect(stderr + stdout).not.toMatch(/\n\s+at /);
    }
    expect(existsSync(join(repo.folder, ".mixpeek"))).toBe(false);
  });

  test("if names are not found: all of them are reported, with similar names", async () => {
    repo.edit("triggers/search.yaml", "product-clusters", "product-cluster");
    repo.edit("triggers/search.yaml", "product-search", "nowhere");
    const { code, stderr, writes, requests } = await repo.run("up", ...DEV, "--yes");
    expect([code, writes]).toEqual([1, []]);
    expect(requests).not.toContain("LIST");
    expect(stderr.split("\n").filter((line) => line.startsWith("triggers/"))).toEqual([
      'triggers/search.yaml:6:35 REFERENCE_NOT_FOUND nightly-clusters: action_config.cluster_id: there is no cluster "product-cluster" in namespace "dev". Did you mean ${cluster:product-clusters}?',
      'triggers/search.yaml:12:21 REFERENCE_NOT_FOUND search-canary: action_config.retriever_id: there is no retriever "nowhere" in namespace "dev". Create it there, or write its ret_… id.',
    ]);
  });

  test.each<[string, string[], Record<string, string | undefined>, string]>([
    [
      "without a key",
      ["up", ...DEV, "--yes"],
      { MIXPEEK_API_KEY: undefined },
      "no API key is set.*\\[API_KEY_MISSING\\]",
    ],
    [
      "without --yes and without a terminal",
      ["up", ...DEV],
      {},
      "there is no terminal to ask on\\. Add --yes \\[USAGE\\]\\.",
    ],
    [
      "without an environment",
      ["up", "--yes"],
      {},
      "no environment is given\\. Name its file: --env environments/prod\\.yaml \\[USAGE\\]\\.",
    ],
    [
      "for an environment that does not exist",
      ["preview", "--env", "environments/dve.yaml"],
      {},
      "FILE_NOT_FOUND does not exist\\. Did you mean environments/dev\\.yaml\\?",
    ],
    [
      "for a target that does not exist",
      ["preview", ...DEV, "--target", "nightly-cluster"],
      {},
      "no trigger nightly-cluster\\. Did you mean nightly-clusters\\?",
    ],
    [
      "for a stack that does not exist",
      ["destroy", "--stack", "old", "--yes"],
      {},
      '"old" of project "search-triggers": it does not exist.*\\[STACK_NOT_FOUND\\]',
    ],
    ["with a wrong key", ["up", ...DEV, "--yes"], { MIXPEEK_API_KEY: "sk_wrong" }, "\\[UNAUTHORIZED\\]"],
  ])("%s", async (_, args, env, said) => {
    repo.env = env;
    const { code, stderr, writes } = await repo.run(...args);
    expect([code, writes]).toEqual([1, []]);
    expect(stderr).toMatch(new RegExp(said));
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
