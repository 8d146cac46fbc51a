import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import type { EmulatorOptions } from "../../../provider/emulator";
import { ok, serving, vendorError, wireTrigger } from "../../api/server";
import { KEY } from "../../e2e/key";
import { Repo } from "../../e2e/repo";
import { createTrigger, mixedTriggers, PLANTED } from "../mixed-triggers";

const EXPORT = ["export", "--namespace", "dev"];
const DEV = ["--env", "environments/dev.yaml"];
const LISTS = ["alerts", "buckets", "clusters", "collections", "retrievers", "taxonomies"].map(
  (kind) => `POST /v1/${kind}/list`,
);

let repo: Repo;
afterEach(() => repo.close());

async function open(options: EmulatorOptions = {}): Promise<void> {
  repo = await Repo.open(options);
}

const nightly = {
  name: "nightly",
  action_type: "cluster",
  action_config: { cluster_id: "clust_dev_product_clusters" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

const filesIn = (...folders: string[]): string[] =>
  readdirSync(join(repo.folder, ...folders), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("77 triggers of every kind", () => {
  test.each<[string, EmulatorOptions, string[]]>([
    ["as the service stores them", {}, []],
    ["each in its own file", {}, ["--split"]],
    [
      "with keys in another order, additional keys, and no defaults",
      {
        reorderKeys: true,
        addUnknownKeys: true,
        storeDefaults: false,
      },
      [],
    ],
  ])("%s: become valid files with an empty plan, with one list of each kind", async (_, options, args) => {
    await open(options);
    await mixedTriggers(repo.emulator, 77);
    const ran = await repo.run(...EXPORT, ...args);
    expect(ran).toMatchObject({ code: 0, stderr: "", writes: [] });
    expect(ran.requests[0]).toBe("LIST");
    expect(ran.requests.slice(1).sort()).toEqual(LISTS);
    expect(ran.stdout).toContain('77 triggers of namespace "dev" exported.\n');
    expect(ran.stdout).toMatch(
      /\nSecrets are not exported\. Set them where preview, up and drift run:\n {2}MIXPEEK_VAR_WEBHOOK_URL\nNext:\n {2}npx mixpeek-triggers preview --env environments\/dev\.yaml +# .*\n {2}npx mixpeek-triggers adopt --env environments\/dev\.yaml +# .*\n$/,
    );

    const files = filesIn("triggers");
    expect(files).toHaveLength(args.length > 0 ? 77 : 1);
    const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
    expect(text).not.toContain(PLANTED);
    expect(text).not.toContain("_dev_p");
    expect(text).toContain("cluster_id: ${cluster:product-clusters}\n");

    repo.env = { MIXPEEK_VAR_WEBHOOK_URL: PLANTED };
    expect(await repo.run("validate", "--all-envs")).toMatchObject({
      code: 0,
      stdout: "77 definitions, environments/dev.yaml: 77 triggers, no problems found.\n",
    });
    const plan = await repo.run("plan", ...DEV, "--no-state");
    expect([plan.code, plan.stderr, plan.writes]).toEqual([0, "", []]);
    expect(plan.stdout).toMatch(/\b77 unchanged\.\n$/);
  });

  test("of an API without names are found by their ids, and have an empty plan, too", async () => {
    await open({ api: "0.81" });
    const { name: _, ...nameless } = nightly;
    const id = await createTrigger(repo.emulator, nameless);
    const ran = await repo.run(...EXPORT);
    expect(ran).toMatchObject({ code: 0, requests: ["LIST", "POST /v1/clusters/list"] });
    const key = "cluster-product-clusters-cron-0-2-x-x-x";
    expect(repo.read("environments/dev.yaml")).toContain(`  ${key}:\n    adopt: ${id}\n`);
    const plan = await repo.run("plan", ...DEV, "--no-state");
    expect(plan.stdout).toMatch(/\n1 to adopt\.\n$/);
  });
});

test("in numbers over a thousand are listed a thousand at a time", async () => {
  await open({ references: "any" });
  for (let n = 0; n <= 1000; n += 1) await createTrigger(repo.emulator, { ...nightly, name: `nightly-${n}` });
  const { code, stdout, requests } = await repo.run(...EXPORT);
  expect([code, requests]).toEqual([0, ["LIST", "LIST", "POST /v1/clusters/list"]]);
  expect(stdout).toContain("1001 triggers of");
});

test("what is skipped is reported with its reason, and is in no file", async () => {
  await open();
  for (let n = 0; n < 7; n += 1)
    repo.emulator.remove("dev", await createTrigger(repo.emulator, { ...nightly, name: `gone-${n}` }));
  const schedule = { trigger_type: "interval", schedule_config: { interval_seconds: 60 } };
  const { trigger_id: own } = repo.emulator.addResource("dev", "collections", { name: "crawled", schedule });
  const first = await createTrigger(repo.emulator, nightly);
  const second = await createTrigger(repo.emulator, {
    ...nightly,
    schedule_config: { cron_expression: "0 3 * * *" },
  });
  const { code, stdout } = await repo.run(...EXPORT);
  expect(code).toBe(0);
  expect(stdout).toContain(
    [
      '1 trigger of namespace "dev" exported, 9 skipped:',
      '  "gone-0", "gone-1", "gone-2", "gone-3", "gone-4" and 2 more: it is deleted (disabled)',
      `  "${own}": the schedule of collection "crawled" created and manages it: change it there`,
      `  "nightly": ${first} has the same name, and this is ${second}: rename one of them, then export again`,
      "Next:",
    ].join("\n"),
  );
  expect(repo.read("triggers/dev.yaml").match(/action_type/g)).toHaveLength(1);
  expect((await repo.run("plan", ...DEV, "--no-state")).stdout).toMatch(/\n1 to adopt\.\n$/);
});

describe("existing files", () => {
  test("are kept and reported, and --force overwrites them", async () => {
    await open();
    await createTrigger(repo.emulator, nightly);
    expect((await repo.run(...EXPORT)).stdout).toMatch(
      /^mixpeek-triggers export: namespace "dev", API http:\S+\nwrote triggers\/dev\.yaml\nwrote environments\/dev\.yaml\n/,
    );
    repo.write("triggers/dev.yaml", "mine\n");

    const again = await repo.run(...EXPORT);
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(
      /\nkept triggers\/dev\.yaml: it already exists; --force overwrites it\nkept environments\/dev\.yaml: /,
    );
    expect(again.stderr).toBe(
      "mixpeek-triggers export: nothing was written, because all files already exist. Add --force, or choose another folder with --out [FILES_EXIST].\n",
    );
    expect(again.stdout).not.toMatch(/Next:|exported/);
    expect(repo.read("triggers/dev.yaml")).toBe("mine\n");

    expect(await repo.run(...EXPORT, "--force")).toMatchObject({ code: 0, stderr: "" });
    expect(repo.read("triggers/dev.yaml")).toContain("  nightly:\n");
  });

  test("elsewhere: --out creates its folder, and the next steps name it", async () => {
    await open();
    await createTrigger(repo.emulator, nightly);
    const { code, stdout } = await repo.run(...EXPORT, "--out", "of dev/now", "--split");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nwrote of dev\/now\/triggers\/dev\/nightly\.yaml\nwrote of dev\/now\/environments\/dev\.yaml\n/,
    );
    expect(stdout).toContain('Next:\n  cd "of dev/now"\n');
    expect(existsSync(join(repo.folder, "triggers"))).toBe(false);

    repo.write("file", "");
    const refused = await repo.run(...EXPORT, "--out", "file");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^mixpeek-triggers export: cannot write file\/triggers\/dev\.yaml: .* \[E[A-Z]+\]\.\n$/,
      ),
    ]);
  });
});

test("nothing is written through a link that leads elsewhere", async () => {
  await open();
  await mixedTriggers(repo.emulator, 1);
  const elsewhere = join(repo.folder, "..", "elsewhere");
  repo.write("../elsewhere/kept", "kept");
  symlinkSync(elsewhere, join(repo.folder, "triggers"));
  const folder = await repo.run(...EXPORT);
  expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining("triggers is a symbolic link")]);
  expect(folder.stderr).toContain("[LINK_REFUSED]");
  expect(readdirSync(elsewhere)).toEqual(["kept"]);

  rmSync(join(repo.folder, "triggers"));
  mkdirSync(join(repo.folder, "triggers"));
  symlinkSync(join(elsewhere, "kept"), join(repo.folder, "triggers/dev.yaml"));
  expect((await repo.run(...EXPORT)).stdout).toContain("kept triggers/dev.yaml: it already exists");
  const forced = await repo.run(...EXPORT, "--force");
  expect([forced.code, forced.stderr]).toEqual([1, expect.stringContaining("[LINK_REFUSED]")]);
  expect(readFileSync(join(elsewhere, "kept"), "utf8")).toBe("kept");
});

test("nothing to export is reported, and no file is written", async () => {
  await open();
  expect(await repo.run(...EXPORT)).toEqual({
    code: 0,
    stdout: `mixpeek-triggers export: namespace "dev", API ${repo.emulator.url}\nThere are no triggers to export in namespace "dev".\n`,
    stderr: "",
    requests: ["LIST"],
    writes: [],
  });
  expect(filesIn().filter((file) => !file.includes("/.git/"))).toEqual([]);
});

test.each<[string, string[], Record<string, string | undefined>, RegExp]>([
  ["no key", EXPORT, { MIXPEEK_API_KEY: undefined }, /no API key is set.*\[API_KEY_MISSING\]/],
  ["a wrong key", EXPORT, { MIXPEEK_API_KEY: "sk_wrong" }, /\[UNAUTHORIZED\]/],
  [
    "no namespace",
    ["export"],
    {},
    /no namespace is given\. Add --namespace, or set MIXPEEK_NAMESPACE \[NAMESPACE_MISSING\]/,
  ],
  [
    "an unknown namespace",
    ["export"],
    { MIXPEEK_NAMESPACE: "nowhere" },
    /"nowhere".*\[NAMESPACE_NOT_FOUND\]/,
  ],
  ["an unknown option", [...EXPORT, "--spilt"], {}, /Did you mean --split\?/],
])("%s: one line, and no file", async (_, args, env, said) => {
  await open();
  repo.env = env;
  const { code, stdout, stderr } = await repo.run(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/\n\s+at |sk_\w/);
});

test("if a list is rejected, ids stay, and this is reported", async () => {
  await open();
  const trigger = wireTrigger({
    action_type: "collection_trigger",
    action_config: { collection_id: "col_1" },
  });
  const server = await serving(({ url }) =>
    url.startsWith("/v1/triggers")
      ? ok({ results: [trigger], total: 1 })
      : vendorError(403, "ForbiddenError", "no"),
  );
  repo.env = { MIXPEEK_BASE_URL: server.url };
  const { code, stdout, stderr } = await repo.run(...EXPORT);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /\nEach collection is exported as its id, not its name: cannot list collections in namespace "dev": .*\[FORBIDDEN\]\.\nTriggers that collections created/,
  );
  expect(repo.read("triggers/dev.yaml")).toContain("collection_id: col_1\n");
  expect(stdout).not.toContain(KEY);
});

test("a second namespace is not exported into a folder that declares other triggers", async () => {
  await open();
  await createTrigger(repo.emulator, nightly);
  repo.write(
    "triggers/a.yaml",
    stringify({
      triggers: {
        nightly: {
          ...nightly,
          name: undefined,
          action_config: { cluster_id: "${cluster:product-clusters}" },
        },
      },
    }),
  );
  repo.write("environments/p.yaml", "namespace: prod\n");
  expect(await repo.run("up", "--env", "p", "--yes")).toMatchObject({ code: 0 });
  expect(await repo.run(...EXPORT, "--out", "o")).toMatchObject({ code: 0 });
  const before = filesIn("o");
  for (const args of [
    ["--namespace", "prod"],
    ["--namespace", "dev", "--split"],
  ]) {
    const { code, stderr } = await repo.run("export", ...args, "--out", "o");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/because o\/triggers\/dev\.yaml already .* --out\. .*\[DEFINITIONS_EXIST\]\.\n$/),
    ]);
    expect(filesIn("o")).toEqual(before);
  }
});
