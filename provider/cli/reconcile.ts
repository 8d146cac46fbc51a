import { environmentFile } from "../files/environments";
import { rootOf } from "../files/read";
import { type Command, type Given, type Option, UsageError } from "./command";
import { projectOf } from "./project";
import { Report } from "./report";
import { Run, type RunName } from "./run";
import { DEFINITIONS_OPTION } from "./set-options";
import { needYes } from "./terminal";

const ENV: Option = {
  value: "FILE",
  doc: "the environment, such as prod, eu/prod or environments/prod.yaml; its name is the stack's",
};

const COMMON: Readonly<Record<string, Option>> = {
  env: ENV,
  target: { value: "NAME", doc: "only this trigger; may be given again", multiple: true },
  project: { value: "NAME", doc: "project of the stack (default: name in Pulumi.yaml)" },
  json: { doc: "one JSON object on stdout" },
};
const YES: Option = { doc: "do it without asking; needed where there is no terminal" };
const SECRETS: Option = {
  value: "URL",
  doc: "where a new stack's secrets are encrypted, such as awskms://…; default: PULUMI_CONFIG_PASSPHRASE",
};
const CHECKPOINTS: Option = {
  doc: "save the state after each trigger even where many are written; slower",
};
const STACK: Option = { value: "NAME", doc: "the stack, where its environment file is gone" };

export const preview: Command = {
  summary: "what `up` would change and why; exits 2 when it would change something",
  options: { ...COMMON, ...DEFINITIONS_OPTION, "secrets-provider": SECRETS },
  run: (given) => run("preview", given),
};

export const up: Command = {
  summary: "make the live triggers what the definitions say",
  options: {
    ...COMMON,
    ...DEFINITIONS_OPTION,
    "allow-deletes": {
      value: "N",
      doc: "go on where a run deletes more than half of the triggers, but no more than N",
    },
    checkpoints: CHECKPOINTS,
    plan: { value: "FILE", doc: "only what `plan --out FILE` showed: refuses when anything changed since" },
    yes: YES,
    "secrets-provider": SECRETS,
  },
  run: (given) => run("up", given),
};

const { target: _, ...WHOLE } = COMMON;

export const adopt: Command = {
  summary: "take the live triggers of the definitions into the state; writes to none of them",
  options: { ...WHOLE, ...DEFINITIONS_OPTION, yes: YES, "secrets-provider": SECRETS },
  run: (given) => run("adopt", given),
};

export const refresh: Command = {
  summary: "read the live triggers into the state; changes none of them",
  options: { ...COMMON, stack: STACK, yes: YES },
  run: (given) => run("refresh", given),
};

export const destroy: Command = {
  summary: "delete every trigger of an environment",
  options: { ...COMMON, stack: STACK, checkpoints: CHECKPOINTS, yes: YES },
  run: (given) => run("destroy", given),
};

async function run(name: RunName, options: Given): Promise<number> {
  if (name !== "preview") needYes(name, options);
  const root = rootOf(process.cwd());
  const { env } = options;
  const named = typeof env === "string" && env !== "" ? environmentFile(root, env) : undefined;
  const given: Given = named ? { ...options, env: named.file } : options;
  const text = (key: string): string | undefined => given[key] as string | undefined;
  const identity = Object.fromEntries(
    Object.entries({ environment: text("env"), stack: text("stack"), project: text("project") }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const project = projectOf(root.cwd, process.env, identity);
  const report = new Report(name, project, text("env"), given["json"] === true);
  if (named && named.issues.length > 0) {
    report.issues(named.issues);
    return 1;
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const code = await new Run(name, project, report, given, abort.signal).go();
    return abort.signal.aborted ? report.interrupted() : code;
  } catch (error) {
    // Ours have codes; what has none is a fault of ours, and shown with its trace.
    if (typeof (error as { code?: unknown }).code !== "string" || error instanceof UsageError) throw error;
    report.failed([(error as Error).message]);
    return 1;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
