import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What a job needs of the world around it. */
export interface Around {
  /** The checkout. */
  folder: string;
  /** Where the runner keeps its own files. */
  runner: string;
  env: Readonly<Record<string, string>>;
  /** What stands between `${{` and `}}`, or behind a job's `if:`, to the letter. */
  expressions: Readonly<Record<string, string>>;
  /** In place of a step that needs GitHub or a registry: its `uses` without the version, or its whole `run`. */
  replaced: Readonly<Record<string, () => void>>;
}

export interface JobRun {
  ok: boolean;
  /** Ran at all: its `if` was met. */
  ran: boolean;
  /** What its steps printed. */
  output: string;
  /** What it passes on to other jobs. */
  outputs: Readonly<Record<string, string>>;
}

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}

/** What is taken in; anything else would be run otherwise than GitHub does, and is refused. */
const KNOWN = {
  workflow: ["name", "on", "permissions", "jobs"],
  // Who waits for whom is the caller's; where a job runs, and beside what, means nothing here.
  job: [
    "runs-on",
    "timeout-minutes",
    "permissions",
    "needs",
    "if",
    "environment",
    "concurrency",
    "strategy",
    "env",
    "outputs",
    "steps",
  ],
  step: ["id", "name", "uses", "with", "run", "env"],
};

function only(found: object, known: readonly string[], where: string): void {
  const strange = Object.keys(found).filter((key) => !known.includes(key));
  if (strange.length > 0) throw new Error(`${where} has ${strange.join(", ")}: nothing here runs that`);
}

/**
 * Runs one job of a GitHub workflow: its `run` steps in order with `bash -e`, as GitHub does where no shell is named, up
 * to the first that fails. Throws for what it does not know: a key, an expression, an action.
 */
export async function runJob(workflow: string, name: string, around: Around): Promise<JobRun> {
  const whole = parse(workflow);
  only(whole, KNOWN.workflow, "the workflow");
  const job = whole.jobs[name];
  only(job, KNOWN.job, `job ${name}`);
  const passedOn: Record<string, string> = {};
  const meaning = (expression: string): string => {
    const value = around.expressions[expression.trim()] ?? passedOn[expression.trim()];
    if (value === undefined)
      throw new Error(`job ${name} asks for ${expression.trim()}: nobody said what it is`);
    return value;
  };
  const filled = (text: string): string => text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner) => meaning(inner));
  if (job.if !== undefined && meaning(job.if) !== "true")
    return { ok: true, ran: false, output: "", outputs: {} };
  const filledEnv = (env: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value)]));
  const env = filledEnv(job.env);
  const toNextSteps = join(around.runner, "env");
  writeFileSync(toNextSteps, "");
  let output = "";
  for (const step of job.steps as Step[]) {
    only(step, KNOWN.step, `a step of ${name}`);
    const replacement = around.replaced[step.uses?.split("@")[0] ?? step.run ?? ""];
    if (replacement) {
      replacement();
      continue;
    }
    if (step.run === undefined)
      throw new Error(`${name} uses ${step.uses}: nobody said what to do in its place`);
    const script = join(around.runner, "step.sh");
    writeFileSync(script, filled(step.run));
    const file = join(around.runner, "output.txt");
    writeFileSync(file, "");
    const { code, text } = await bash(script, around.folder, {
      ...around.env,
      GITHUB_ENV: toNextSteps,
      GITHUB_OUTPUT: file,
      ...env,
      ...filledEnv(step.env),
    });
    output += text;
    if (code !== 0) return { ok: false, ran: true, output, outputs: {} };
    for (const [, key, value] of readFileSync(file, "utf8").matchAll(/^(\w+)=(.*)$/gm))
      passedOn[`steps.${step.id}.outputs.${key}`] = value!;
    for (const line of readFileSync(toNextSteps, "utf8").split("\n").filter(Boolean)) {
      const [key = "", ...value] = line.split("=");
      env[key] = value.join("=");
    }
  }
  const declared = Object.entries<string>(job.outputs ?? {}).map(([key, value]) => [key, filled(value)]);
  return { ok: true, ran: true, output, outputs: Object.fromEntries(declared) };
}

function bash(
  script: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; text: string }> {
  return new Promise((done) => {
    const child = execFile("bash", ["-e", script], { cwd, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    );
    child.stdin?.end();
  });
}
