import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const DEV = ["--env", "dev"];
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

const applied = Repo.applied(
  (made) => {
    search(made);
    made.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\n");
  },
  ...DEV,
);

let repo: Repo;
beforeEach(async () => {
  repo = await applied();
});
afterEach(() => repo.close());

/** A stack's record of a trigger, without times. */
function recorded(name: string): Record<string, unknown> {
  const { checkpoint } = JSON.parse(repo.read(STATE), (key, value) =>
    ["created", "modified"].includes(key) ? undefined : value,
  );
  return checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${name}`));
}

const override = (text: string): void =>
  repo.write(
    "environments/dev.yaml",
    `namespace: dev\nvariables: { hour: 2 }\noverrides: { search-canary: { ${text} } }\n`,
  );

const withoutHead = (stdout: string): string => stdout.slice(stdout.indexOf("\n") + 1);

test("protect is in the plan in every format, in a saved plan and in the result of up, without a request", async () => {
  override("protect: true");
  const other = recorded("nightly-clusters");
  const preview = await repo.run("preview", ...DEV);
  expect([preview.code, withoutHead(preview.stdout)]).toEqual([
    2,
    "~ search-canary  update\n    protect is false in the state, true desired\n1 to update, 1 unchanged.\n",
  ]);
  const markdown = await repo.run("preview", ...DEV, "--format", "markdown");
  expect(markdown.stdout).toContain(
    "| ~ | search-canary | update | protect is false in the state, true desired |",
  );
  const json = await repo.run("preview", ...DEV, "--json", "--out", "plan.json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    summary: { update: 1, unchanged: 1, requests: 0 },
    triggers: [
      {
        op: "update",
        changes: [],
        recorded: [{ path: "protect", state: false, desired: true }],
        requests: 0,
      },
    ],
  });
  const drift = await repo.run("drift", ...DEV);
  expect([drift.code, drift.stdout]).toEqual([
    0,
    "environments/dev.yaml: no drift.\n1 edit not applied yet: search-canary.\n",
  ]);

  override("protect: true, retain: true");
  const stale = await repo.run("up", ...DEV, "--yes", "--plan", "plan.json");
  expect(stale).toMatchObject({ code: 1, writes: [] });
  expect(stale.stderr).toContain("  dev/search-canary: planned with retain: false, now retain: true\n");
  expect(recorded("search-canary")).not.toHaveProperty("protect");

  override("protect: true");
  const up = await repo.run("up", ...DEV, "--yes", "--plan", "plan.json");
  expect(up).toMatchObject({ code: 0, writes: [] });
  expect(withoutHead(up.stdout)).toBe(
    "~ search-canary  updated\n    protect is false in the state, true desired\n1 updated, 1 unchanged.\n",
  );
  expect(recorded("search-canary")).toMatchObject({ protect: true });
  expect(recorded("nightly-clusters")).toEqual(other);
  const after = await repo.run("preview", ...DEV);
  expect([after.code, withoutHead(after.stdout)]).toEqual([0, "2 unchanged.\n"]);
});

test("protect next to a change of the live trigger is left for up, if `drift --fix` reverts the trigger", async () => {
  override("protect: true, description: a");
  await repo.run("up", ...DEV, "--yes");
  repo.emulator.edit("dev", "search-canary", { description: "by hand" });
  override("description: a");
  const fixed = await repo.run("drift", ...DEV, "--fix", "--yes");
  expect([fixed.code, fixed.writes.length]).toEqual([0, 1]);
  expect(fixed.stdout).toContain(
    '~ search-canary  updated\n    description is "by hand" live, "a" desired (live drifted)\n1 updated.\n',
  );
  expect(recorded("search-canary")).toMatchObject({ protect: true });
  const up = await repo.run("up", ...DEV, "--yes");
  expect(up.stdout).toContain("    protect is true in the state, false desired\n1 updated, 1 unchanged.\n");
  expect(recorded("search-canary")).not.toHaveProperty("protect");
});

test("adopt records it", async () => {
  override("retain: true");
  const adopted = await repo.run("adopt", ...DEV, "--yes");
  expect(adopted).toMatchObject({ code: 0, writes: [] });
  expect(adopted.stdout).toContain(
    "    retain is false in the state, true desired\n1 updated, 1 unchanged.\n",
  );
  expect(recorded("search-canary")).toMatchObject({ retainOnDelete: true });
});

test("a null that is a value, and a number in another notation, are recorded unchanged", async () => {
  const odd = "{ query: running shoes, top: { exact: null }, list: [null, { a: null }], empty: {}, f: 1.50 }";
  repo.edit("triggers/search.yaml", "{ query: running shoes }", odd);
  expect(await repo.run("up", ...DEV, "--yes")).toMatchObject({ code: 0 });
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0 });
  repo.edit("triggers/search.yaml", "f: 1.50", "f: 1.5");
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0 });
});

test("a new owner of the stack is a line in the preview and in the run that records it, once", async () => {
  repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\nmixpeek: { repository: search }\n");
  const line =
    'Owner of this stack: environments/dev.yaml of github.com/acme/search-triggers, namespace "dev"; it becomes environments/dev.yaml of search, namespace "dev".\n';
  const preview = await repo.run("preview", ...DEV);
  expect([preview.code, withoutHead(preview.stdout)]).toEqual([0, `${line}2 unchanged.\n`]);
  const up = await repo.run("up", ...DEV, "--yes");
  expect([up.code, up.stderr.includes(line)]).toEqual([0, true]);
  const after = await repo.run("preview", ...DEV);
  expect([after.code, withoutHead(after.stdout)]).toEqual([0, "2 unchanged.\n"]);
});
