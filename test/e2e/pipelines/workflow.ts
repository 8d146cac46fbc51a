import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { evaluate } from "./workflow-expressions";

/** What a job needs from its surroundings. */
export interface Around {
  /** The checkout's folder. */
  folder: string;
  /** The folder of the runner's own files. */
  runner: string;
  env: Readonly<Record<string, string>>;
  /** The values of names in expressions, such as `github.event_name`. */
  expressions: Readonly<Record<string, string>>;
  /**
   * Replacements for steps that need GitHub or a registry, by `uses` without the version or by the whole `run`. In: the
   * step's `with`.
   */
  replaced: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => void>>;
}

export interface JobRun {
  ok: boolean;
  /** The job ran: its `if` was true. */
  ran: boolean;
  /** The output of its steps. */
  output: string;
  /** The outputs for other jobs. */
  outputs: Readonly<Record<string, string>>;
}

interface Step {
  id?: string;
  if?: string;
  with?: Record<string, unknown>;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}

/** The supported keys. Any other is an error, since ignoring it would differ from GitHub. */
const KNOWN = {
  workflow: ["name", "on", "permissions", "jobs"],
  // The caller handles the order of jobs. Where a job runs and what runs in parallel does not matter here.
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
  step: ["id", "if", "name", "uses", "with", "run", "env"],
};

function only(found: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(found).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new Error(`${where} has ${unknown.join(", ")}, which this runner does not support`);
}

/**
 * Runs one job of a GitHub workflow: its `run` steps in order with `bash -e`, as GitHub does if no shell is set, up to
 * the first that fails. Throws for an unsupported key, expression or action.
 */
export async function runJob(workflow: string, name: string, around: Around): Promise<JobRun> {
  const whole = parse(workflow);
  only(whole, KNOWN.workflow, "the workflow");
  const job = whole.jobs[name];
  only(job, KNOWN.job, `job ${name}`);
  const passedOn: Record<string, string> = {};
  const resolveName = (expression: string): string => {
    const value = around.expressions[expression] ?? passedOn[expression];
    if (value === undefined)
      throw new Error(`job ${name} asks for ${expression}, which has no value: add it to expressions`);
    return value;
  };
  // A name may also be a call: `fromJSON(needs.validate.outputs.environments)`.
  const meaning = (expression: string): string | boolean =>
    around.expressions[expression.trim()] ?? evaluate(expression, resolveName);
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner) => String(meaning(inner)));
  const isMet = (condition: string): boolean =>
    meaning(/^\$\{\{(.*)\}\}$/.exec(condition)?.[1] ?? condition) === true;
  if (job.if !== undefined && !isMet(job.if)) return { ok: true, ran: false, output: "", outputs: {} };
  const filledEnv = (env: Record<string, unknown> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(String(value))]));
  const env = filledEnv(job.env);
  const toNextSteps = join(around.runner, "env");
  writeFileSync(toNextSteps, "");
  let output = "";
  let failed = false;
  for (const step of job.steps as Step[]) {
    only(step, KNOWN.step, `a step of ${name}`);
    // As on GitHub: after a failure, only steps with always() run, and a step that did not run has empty outputs.
    if (failed && !step.if?.includes("always()")) continue;
    if (step.if !== undefined && !isMet(step.if)) continue;
    const replacement = around.replaced[step.uses?.split("@")[0] ?? step.run ?? ""];
    if (replacement) {
      replacement(filledEnv(step.with));
      continue;
    }
    if (step.run === undefined)
      throw new Error(`${name} uses ${step.uses}, which cannot run here: add it to replaced`);
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
    failed ||= code !== 0;
    for (const [, key, value] of readFileSync(file, "utf8").matchAll(/^(\w+)=(.*)$/gm))
      passedOn[`steps.${step.id}.outputs.${key}`] = value!;
    for (const line of readFileSync(toNextSteps, "utf8").split("\n").filter(Boolean)) {
      const [key = "", ...value] = line.split("=");
      env[key] = value.join("=");
    }
  }
  if (failed) return { ok: false, ran: true, output, outputs: {} };
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
