import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type Command, readOptions } from "../../../provider/cli/command";
import { drift } from "../../../provider/cli/commands/drift";
import { emulator } from "../../../provider/cli/commands/emulator";
import { engine } from "../../../provider/cli/commands/engine";
import { init } from "../../../provider/cli/commands/init";
import { preview } from "../../../provider/cli/commands/preview";
import { destroy } from "../../../provider/cli/commands/stack/destroy";
import { up } from "../../../provider/cli/commands/up";
import { validate } from "../../../provider/cli/commands/validate";
import { FORMATS } from "../../../provider/cli/output/issues";
import { DRIFT, GITHUB, GITLAB, ROOT, Written } from "../written";

const repo = Written.each();

describe("commands that init suggests", () => {
  const COMMANDS: Record<string, Command> = { init, validate, preview, up, drift, destroy, emulator, engine };

  /** The words of command lines after `npx mixpeek-triggers`. */
  const callsIn = (text: string): string[][] =>
    [...text.replaceAll(" 2>&1", "").matchAll(/npx mixpeek-triggers ([^\n`<>#|]+)/g)].map(([, line]) =>
      line!
        .trim()
        .split(/\s+/)
        .map((word) => word.replaceAll('"', "")),
    );

  test.each([
    ["the workflow", async () => repo.written(GITHUB), 10],
    ["the drift workflow", async () => repo.written(DRIFT), 2],
    ["the pipeline", async () => repo.written(GITLAB, "--ci", "gitlab"), 7],
    ["the README", async () => repo.written("README.md"), 7],
    ["the next steps", async () => repo.run(), 5],
    [
      "the scripts",
      async () => {
        await repo.run();
        const { scripts } = JSON.parse(repo.read("package.json"));
        return Object.values<string>(scripts)
          .map(
            (script) => `npx ${script} ${/ (preview|up)$/.test(script) ? "--env environments/dev.yaml" : ""}`,
          )
          .join("\n");
      },
      3,
    ],
  ])("in %s use existing commands, options and files", async (_where, text, count) => {
    const calls = callsIn(await text());
    expect(calls).toHaveLength(count);
    const main = readFileSync(join(ROOT, "provider/cli/dispatch.ts"), "utf8");
    for (const [name = "", ...args] of calls) {
      expect(main).toContain(`\n  ${name}: {\n`);
      const given = await readOptions(name, COMMANDS[name]!, args);
      if (name === "validate" && given["format"] !== undefined) expect(FORMATS).toContain(given["format"]);
      for (const file of [given["env"] ?? []].flat() as string[]) {
        // The pipeline puts a listed file into the variable.
        if (!file.includes("$")) expect(existsSync(join(repo.folder, file))).toBe(true);
      }
    }
  });
});

interface Job {
  if?: string;
  needs?: string;
  env?: Record<string, string>;
  outputs?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  strategy?: { matrix: { environment: string } };
  steps: { uses?: string; with?: Record<string, unknown>; run?: string; env?: Record<string, string> }[];
  environment?: string;
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
}

describe("the GitHub workflow", () => {
  const jobs = async (): Promise<Record<string, Job>> => {
    await repo.run();
    return parse(repo.read(GITHUB)).jobs;
  };
  const SECRETS = ["MIXPEEK_API_KEY", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"];
  const ENV = {
    ...Object.fromEntries(SECRETS.map((each) => [each, `\${{ secrets.${each} }}`])),
    MIXPEEK_TRIGGERS_ENV: "${{ vars.MIXPEEK_TRIGGERS_ENV }}",
  };

  test("validates, previews each environment on a pull request, and applies to staging and then prod", async () => {
    const { validate: first, preview: second, comment, plan, staging, prod, ...others } = await jobs();
    expect(others).toEqual({});
    expect(parse(repo.read(GITHUB)).on).toEqual({
      pull_request: null,
      push: { branches: ["main"] },
      workflow_dispatch: null,
    });
    expect(first!.env).toEqual({ MIXPEEK_TRIGGERS_ENV: "${{ vars.MIXPEEK_TRIGGERS_ENV }}" });
    expect(second!.if).toContain("github.event_name == 'pull_request'");
    expect(first!.outputs).toEqual({ environments: "${{ steps.list.outputs.environments }}" });
    expect(second!.strategy!.matrix.environment).toBe("${{ fromJSON(needs.validate.outputs.environments) }}");
    expect([second, comment, plan, staging, prod].map((job) => job!.needs)).toEqual([
      "validate",
      "preview",
      ["validate", "preview"],
      "plan",
      ["plan", "staging"],
    ]);
    expect([second, staging, prod].map((job) => job!.concurrency)).toEqual([
      undefined,
      { group: "triggers-staging", "cancel-in-progress": false },
      { group: "triggers-prod", "cancel-in-progress": false },
    ]);
    // Nothing runs after a cancelled job, and both ways to continue have the same condition.
    for (const job of [comment, plan, staging, prod]) expect(job!.if).toMatch(/^\$\{\{ !cancelled\(\) && /);
    const ofProd = JSON.parse(JSON.stringify(staging!.steps).replace("plan-staging", "plan-prod"));
    expect(prod!.steps).toEqual(ofProd);
  });

  test("passes secrets only to the steps that use them, and only those of the environment", async () => {
    const withoutSecrets = ["validate", "comment", "plan"];
    for (const [name, job] of Object.entries(await jobs())) {
      const { steps, environment, env = {} } = job;
      const hasNone = withoutSecrets.includes(name);
      expect(environment).toBe(hasNone ? undefined : name);
      expect(JSON.stringify(env)).not.toContain("secrets.");
      const using = steps.filter((step) => JSON.stringify(step).includes("secrets."));
      const main = steps.find(({ run }) => run?.includes("PULUMI_BACKEND_URL"));
      expect(using).toEqual(hasNone ? [] : [main]);
      for (const step of using) expect(step.env).toEqual(ENV);
    }
    const daily: Job = parse(repo.read(DRIFT)).jobs.drift;
    expect(daily.steps.find(({ run }) => run?.includes("PULUMI_BACKEND_URL"))!.env).toEqual(ENV);
  });

  test("passes a token that may write only to a job that runs nothing from the pull request", async () => {
    const { comment, ...others } = await jobs();
    expect(comment!.permissions).toEqual({ "pull-requests": "write" });
    expect(JSON.stringify(comment!.steps)).not.toMatch(/checkout|npm|npx/);
    for (const { permissions } of Object.values(others)) {
      expect(permissions).toMatchObject({ contents: "read" });
      expect(new Set(Object.values(permissions!))).toEqual(new Set(["read"]));
    }
  });

  test("runs nothing that can change unnoticed: pinned actions, no install scripts, least permissions, timeouts", async () => {
    const all = await jobs();
    expect(parse(repo.read(GITHUB)).permissions).toEqual({});
    Object.assign(all, parse(repo.read(DRIFT)).jobs);
    for (const job of Object.values(all)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
      for (const { uses, with: inputs, run } of job.steps) {
        if (uses) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
        if (uses?.startsWith("actions/checkout@")) expect(inputs).toEqual({ "persist-credentials": false });
        if (run?.includes("npm ")) expect(run).toBe("npm ci --ignore-scripts");
      }
    }
    // People and update bots read the version.
    for (const line of (repo.read(GITHUB) + repo.read(DRIFT)).split("\n"))
      if (line.includes("uses:")) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
  });

  /** Runs a step as the runner does, with an `npx` that prints its arguments and exits with `code`. */
  function runStep(script: string, code: number, env: Record<string, string>) {
    const bin = join(repo.above, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "npx"), `#!/bin/sh\necho "ran $*"\nexit ${code}\n`);
    chmodSync(join(bin, "npx"), 0o755);
    const summary = join(repo.above, "summary.md");
    rmSync(summary, { force: true });
    const { status, stdout } = spawnSync("bash", ["-e", "-c", script], {
      cwd: repo.above,
      encoding: "utf8",
      env: { PATH: `${bin}${delimiter}${process.env["PATH"]}`, GITHUB_STEP_SUMMARY: summary, ...env },
    });
    return { status, stdout, summary: existsSync(summary) ? readFileSync(summary, "utf8") : undefined };
  }

  const SET = {
    PULUMI_BACKEND_URL: "s3://bucket",
    PULUMI_CONFIG_PASSPHRASE: "p",
    ENVIRONMENT: "environments/prod.yaml",
  };
  const ran =
    "ran mixpeek-triggers preview --env environments/prod.yaml --out plan/plan.json --format markdown\n";
  const failure = "\n### environments/prod.yaml: the preview failed\n\nThe log of its job says why.\n";
  const stepOf = async (job: string): Promise<string> =>
    (await jobs())[job]!.steps.find(({ run }) => run?.includes("PULUMI_BACKEND_URL"))!.run!;

  test.each([
    [0, 0],
    [2, 0],
    [1, 1],
    [130, 130],
  ])("turns exit code %i of a preview into %i, and shows it in the summary", async (code, status) => {
    const output = join(repo.above, "output.txt");
    expect(runStep(await stepOf("preview"), code, { ...SET, GITHUB_OUTPUT: output })).toEqual({
      status,
      stdout: "",
      summary: status === 0 ? ran : ran + failure,
    });
    expect(readFileSync(output, "utf8")).toBe("artifact=plan-prod\n");
  });

  test.each([
    ["preview", "PULUMI_BACKEND_URL"],
    ["preview", "PULUMI_CONFIG_PASSPHRASE"],
    ["staging", "PULUMI_BACKEND_URL"],
    ["prod", "PULUMI_CONFIG_PASSPHRASE"],
  ])("stops %s without %s", async (job, secret) => {
    const script = await stepOf(job);
    const set = { ...SET, GITHUB_OUTPUT: join(repo.above, "output.txt") };
    const stopped = runStep(script, 0, { ...set, [secret]: "" });
    expect(stopped).toMatchObject({ stdout: "", summary: undefined });
    expect(stopped.status).not.toBe(0);
    expect(runStep(script, 0, set).status).toBe(0);
  });
});

test("the GitLab pipeline reports, accepts exit code 2 of a preview, and applies to staging and then prod", async () => {
  await repo.run("--ci", "gitlab");
  const pipeline = parse(repo.read(GITLAB));
  const [report] = pipeline.validate.script.map((line: string) => />\s*(\S+)/.exec(line)?.[1]);
  expect(report).toBe(pipeline.validate.artifacts.reports.codequality);
  expect(pipeline.validate.script.at(-1)).not.toContain("||");
  expect(pipeline.preview.allow_failure).toEqual({ exit_codes: [2] });
  // A job that exits with 2 has failed, but its plans are still needed.
  expect(pipeline.preview.artifacts).toMatchObject({ when: "always", paths: ["plans/"] });
  expect(pipeline.stages).toEqual(["install", "validate", "preview", "comment", "staging", "prod"]);
  // A job without an environment does not see variables that are scoped to one.
  expect(pipeline.install.script).toEqual(["npm ci --ignore-scripts --cache .npm"]);
  expect(repo.read(GITLAB).match(/npm (ci|install)/g)).toHaveLength(1);
  for (const name of ["install", "validate"]) expect(pipeline[name]).not.toHaveProperty("environment");
  for (const name of ["preview", "drift"])
    expect(pipeline[name].environment).toEqual({ name: "preview", action: "verify" });
  // Its token may write, so it has a separate environment and no packages.
  expect(pipeline.comment).toMatchObject({ environment: { name: "comment" }, dependencies: ["preview"] });
  for (const name of ["staging", "prod"]) {
    expect(pipeline[name].environment).toBe(name);
    expect(pipeline[name]).toMatchObject({
      extends: ".apply",
      stage: name,
      resource_group: `triggers-${name}`,
      variables: { STACK: name },
    });
    expect(pipeline[name]).not.toHaveProperty("script");
  }
});

test.each([
  [[0, 0, 0], 0],
  [[0, 2, 0], 2],
  [[2, 1, 2], 1],
  [[1, 2, 0], 1],
  [[2, 0, 130], 130],
])(
  "the GitLab pipeline previews every environment file; exit codes %j make it end with %i",
  async (codes, status) => {
    await repo.run("--ci", "gitlab");
    const files = ["environments/dev.yaml", "environments/eu/prod.yaml", "environments/prod.yaml"];
    const environments = files.map((file, at) => ({ file, code: codes[at] }));
    const bin = join(repo.above, "bin");
    mkdirSync(bin);
    // `validate` prints the list, and `preview` exits with its environment's code.
    const npx = `#!/usr/bin/env node
const environments = ${JSON.stringify(environments)};
const [, command, ...args] = process.argv.slice(2);
if (command === "validate") console.log(JSON.stringify({ environments }));
else {
  console.log("previewed " + args[1]);
  process.exit(environments.find(({ file }) => file === args[1]).code);
}
`;
    writeFileSync(join(bin, "npx"), npx);
    chmodSync(join(bin, "npx"), 0o755);
    const { script } = parse(repo.read(GITLAB)).preview;
    const ran = spawnSync("bash", ["-eo", "pipefail", "-c", script.join("\n")], {
      cwd: repo.above,
      encoding: "utf8",
      env: { PATH: `${bin}${delimiter}${process.env["PATH"]}` },
    });
    const failed = (code: number | undefined): boolean => code !== 0 && code !== 2;
    const shown = environments.map(
      ({ file, code }) =>
        `previewed ${file}\n${failed(code) ? `\n### ${file}: the preview failed\n\nThe log of its job says why.\n` : ""}`,
    );
    expect(ran).toMatchObject({ status, stdout: shown.join("") });
    expect(readdirSync(join(repo.above, "plans")).sort()).toEqual(["dev.md", "eu.prod.md", "prod.md"]);
  },
);
