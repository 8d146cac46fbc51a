import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const PAGE = resolve(__dirname, "../../../docs/commands.md");

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
});
afterEach(() => repo.close());

/** What differs between two runs of the same story, and means nothing. */
const settled = (text: string): string =>
  text
    .replaceAll(`file://${repo.folder}`, "file:///home/you/search-triggers")
    .replaceAll(`file://${join(repo.folder, "..")}`, "file:///home/you")
    .replaceAll(repo.emulator.url, "http://127.0.0.1:4010")
    .replaceAll(/\btrg_[0-9a-f]{16}\b/g, "trg_0123456789abcdef")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-24T12:00:00.000Z")
    .replaceAll(/next (in|run in) [^;\n]+/g, "next $1 3 h 20 min");

/** docs/commands.md is what the commands print: `UPDATE=1 npx jest test/e2e/commands/transcripts` rewrites it. */
test("every command does what the page of transcripts shows", async () => {
  const page: string[] = [
    "# The commands, as they answer",
    "",
    "One repository from nothing to production against the emulator; made by test/e2e/commands/transcripts.test.ts, which fails when",
    "a command answers otherwise. Ids, times and paths are placeholders.",
  ];
  const chapter = (title: string, text: string): void => void page.push("", `## ${title}`, "", text);
  const run = async (...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await repo.run(...args);
    const said = [stdout, stderr].map((each) => settled(each).trimEnd()).filter(Boolean);
    const exit = code === 0 ? [] : [`[exit ${code}]`];
    page.push("", "```console", `$ mixpeek-triggers ${args.join(" ")}`, ...said, ...exit, "```");
  };
  const env = (name: string): string[] => ["--env", `environments/${name}.yaml`];

  chapter(
    "init, validate",
    "A repository that works at once, and a check that needs neither key nor network.",
  );
  await run("init", "--name", "search-triggers", "--ci", "none");
  await run("validate", "--all-envs");
  repo.edit("triggers/catalog.yaml", '"0 4 * * *"', '"0 25 * * *"');
  await run("validate", "--all-envs", "--format", "github");
  repo.edit("triggers/catalog.yaml", '"0 25 * * *"', '"0 4 * * *"');

  chapter("plan, preview, up", "A plan needs no state; `up` previews and applies.");
  await run("plan", ...env("prod"));
  await run("up", ...env("prod"), "--yes");
  await run("preview", ...env("prod"));
  repo.edit("triggers/catalog.yaml", '"0 4 * * *"', '"*/30 * * * *"');
  repo.edit("environments/prod.yaml", 'cron_expression: "0 3 * * *"', "timezone: UTC");
  await run("plan", ...env("prod"), "--format", "markdown");
  await run("up", ...env("prod"), "--yes");

  chapter("timeline", "When triggers run, as declared and as live, from one list request.");
  const window = ["--zone", "Europe/Paris", "--from", "2026-10-22"];
  await run("timeline", ...env("prod"), ...window);

  chapter("drift", "Somebody changes a schedule in the console, another trigger fails.");
  repo.emulator.edit("prod", "nightly-clusters", { description: "Changed in the console" });
  repo.emulator.edit("prod", "search-canary", { status: "failed" });
  await run("drift", ...env("prod"), "--unmanaged");
  await run("drift", ...env("prod"), "--format", "markdown");
  await run("drift", ...env("prod"), "--format", "json");
  await run("drift", ...env("prod"), "--fix", "--yes");
  repo.emulator.edit("prod", "crawl-documents", { description: "Process new uploads early" });
  await run("drift", ...env("prod"), "--accept");
  await run("refresh", ...env("prod"), "--yes");

  chapter("compare, promote", "The same definitions, environment by environment.");
  await run("compare", ...env("staging"), ...env("prod"));
  await run("promote", "--from", "environments/staging.yaml", "--to", "environments/prod.yaml", "--yes");

  chapter(
    "export, adopt",
    "What is live becomes definitions, and is taken over without a write by another stack.",
  );
  await run("export", "--namespace", "prod", "--out", "exported");
  repo.env = { MIXPEEK_VAR_WEBHOOK_URL: "https://hooks.example.com/1" };
  const exported = [
    "--definitions",
    "exported/triggers/**/*.yaml",
    "--env",
    "exported/environments/prod.yaml",
  ];
  await run("adopt", ...exported, "--project", "taken-over", "--yes");
  await run("preview", ...exported, "--project", "taken-over");

  chapter(
    "unlock",
    "A run on another machine holds the lock of the stack. It was killed: its lock is removed, and the next run goes on.",
  );
  const lock = { pid: 4711, username: "ann", hostname: "build-7", timestamp: "2026-11-24T12:00:00.000Z" };
  repo.write(".mixpeek/state/.pulumi/locks/organization/search-triggers/prod/1.json", JSON.stringify(lock));
  await run("up", ...env("prod"), "--yes", "--lock-timeout", "1s");
  await run("unlock", ...env("prod"), "--yes");
  await run("unlock", ...env("prod"), "--json");

  chapter(
    "state move",
    "From `.mixpeek/state` to a backend that a team shares. What is left is a backup that no command uses.",
  );
  const shared = join(repo.folder, "../team-state");
  mkdirSync(shared);
  await run("state", "move", ...env("prod"), "--to", "file://../team-state", "--yes");
  await run("preview", ...env("prod"));
  repo.env = { ...repo.env, PULUMI_BACKEND_URL: `file://${shared}` };

  chapter("destroy", "Everything of one environment, and nothing else.");
  await run("destroy", ...env("prod"), "--yes");

  const text = `${page.join("\n")}\n`;
  if (process.env["UPDATE"]) writeFileSync(PAGE, text);
  expect(text).toBe(readFileSync(PAGE, "utf8"));
  expect(text).not.toContain(join(repo.folder, ".."));
});
