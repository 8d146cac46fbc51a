import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ensureEngine } from "../../../provider/engine";
import { nightly } from "../../core/files";
import { type Ran, Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];

let repo: Repo;
beforeEach(() => open("dev"));
afterEach(() => repo.close());

/** `stacks`: those that are there; the first run creates others, with a passphrase. */
async function open(...stacks: string[]): Promise<void> {
  repo = await Repo.open({ stacks });
  repo.write("environments/dev.yaml", "namespace: dev\n");
  repo.write(
    "triggers/a.yaml",
    nightly(
      'description: "call ${env:MIXPEEK_VAR_PHONE}"',
      "action_config: { cluster_id: clust_dev_product_clusters }",
    ),
  );
}

/** The text of every file in a folder and its subfolders. */
function textsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"));
}

test("a value from the environment is sent, but is in no output and no state file", async () => {
  const outcomes: Ran[] = [];
  const run = async (code: number, ...args: string[]): Promise<Ran> => {
    const ran = await repo.run(...args, ...DEV);
    outcomes.push(ran);
    expect({ args, code: ran.code, stderr: ran.stderr }).toMatchObject({ args, code });
    return ran;
  };
  repo.env = { MIXPEEK_VAR_PHONE: "planted-1" };
  await run(2, "preview");
  await run(0, "up", "--yes");
  expect(repo.live("dev")["nightly"]?.description).toBe("call planted-1");
  expect((await run(0, "preview", "--json")).writes).toEqual([]);

  repo.env = { MIXPEEK_VAR_PHONE: "planted-2" };
  expect((await run(2, "preview")).stdout).toContain(
    "description is [secret] live, [secret] desired (you edited)",
  );
  await run(2, "preview", "--json");
  await run(0, "up", "--yes");
  expect(repo.live("dev")["nightly"]?.description).toBe("call planted-2");

  repo.emulator.edit("dev", "nightly", { description: "planted-3" });
  expect((await run(2, "drift")).stdout).toContain(
    "description is [secret] live, [secret] desired (live drifted)",
  );
  await run(2, "drift", "--format", "json");
  await run(2, "drift", "--format", "markdown");
  expect((await run(2, "drift", "--accept")).stdout).toContain("nightly: description is a secret");
  await run(0, "refresh", "--yes");
  await run(0, "up", "--yes");
  expect(repo.live("dev")["nightly"]?.description).toBe("call planted-2");

  for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain("planted");
  const files = textsIn(join(repo.folder, ".mixpeek", "state"));
  expect(files.length).toBeGreaterThan(1);
  expect(files.filter((text) => text.includes("planted"))).toEqual([]);
});

test("a credential of the run is rejected before any request", async () => {
  repo.write("triggers/a.yaml", nightly('description: "${env:MIXPEEK_API_KEY}"'));
  const { code, stdout, stderr, requests } = await repo.run("preview", ...DEV);
  expect({ code, requests }).toEqual({ code: 1, requests: [] });
  expect(stdout + stderr).toContain(
    "triggers/a.yaml:7:19 ENV_NOT_ALLOWED nightly: description: MIXPEEK_API_KEY gives access to the API or the state",
  );
});

test("a passphrase that does not decrypt the state's secrets is one error, in every command that reads them", async () => {
  await repo.close();
  await open();
  repo.env = { MIXPEEK_VAR_PHONE: "planted-1" };
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  repo.env = { MIXPEEK_VAR_PHONE: "planted-1", PULUMI_CONFIG_PASSPHRASE: "another" };
  for (const args of [["preview"], ["up", "--yes"], ["drift"], ["refresh", "--yes"], ["destroy", "--yes"]]) {
    const { code, stderr, writes } = await repo.run(...args, ...DEV);
    expect([args, code, writes]).toEqual([args, 1, []]);
    expect([args, stderr]).toEqual([
      args,
      expect.stringMatching(/incorrect passphrase.* \[PASSPHRASE_WRONG\]\.\n$/),
    ]);
  }
});

test("following the note about a missing passphrase changes it, and a relative file with the new one works", async () => {
  await repo.close();
  await open();
  repo.env = { MIXPEEK_VAR_PHONE: "planted-1", PULUMI_CONFIG_PASSPHRASE: undefined };
  expect((await repo.run("up", ...DEV, "--yes")).stderr).toContain("before the first `up` creates the stack");
  const { stderr } = await repo.run("preview", ...DEV);
  const [, command = ""] = /until you have changed it with `(.+?)`/.exec(stderr) ?? [];
  expect(command).toContain("pulumi stack change-secrets-provider passphrase");
  const { pulumi } = await ensureEngine();
  // The CLI reads the new passphrase from its stdin.
  execFileSync("sh", ["-c", command], {
    cwd: repo.folder,
    env: { ...process.env, PATH: `${dirname(pulumi)}${delimiter}${process.env["PATH"]}` },
    input: "correct horse\n",
    stdio: "pipe",
  });
  repo.write("passphrase.txt", "correct horse\n");
  repo.edit("triggers/a.yaml", '"call ', '"ring ');
  expect((await repo.run("up", ...DEV, "--yes")).stderr).toContain("[PASSPHRASE_WRONG]");
  repo.env = {
    MIXPEEK_VAR_PHONE: "planted-1",
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: "passphrase.txt",
  };
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0, stderr: "" });
});
