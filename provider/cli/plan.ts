import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "../core/equality";
import { triggerText } from "../core/explain";
import type { DesiredTrigger, Json, JsonObject } from "../core/model";
import {
  detailsOf,
  isTold,
  MARKS,
  planJson,
  planMarkdown,
  summaryOf,
  summaryText,
} from "../core/plan-report";
import { jsonText } from "../core/printed";
import { type LiveView, planSet, type SetPlan } from "../core/set-plan";
import { isObject } from "../core/validate";
import { OUTPUT_VERSION, versioned } from "../core/versioned";
import { type Command, type Given, oneOf, UsageError } from "./command";
import { wantedBy } from "./live-set";
import { DEFINITIONS_OPTION, environmentFileOf } from "./set-options";

const FORMATS = ["text", "json", "markdown"] as const;

export const plan: Command = {
  summary: "definitions against what is live: no state, no engine; exits 2 where they differ",
  options: {
    env: { value: "FILE", doc: "the environment, such as prod, eu/prod or environments/prod.yaml" },
    ...DEFINITIONS_OPTION,
    format: { value: "FORMAT", doc: FORMATS.join(", "), default: "text" },
    out: { value: "FILE", doc: "keep the plan, for `up --plan FILE`" },
  },
  async run(given) {
    const format = oneOf("plan", given, "format", FORMATS);
    const environment = environmentOf(given, "plan");
    const made = await makePlan(given, environment);
    if (!made) return 1;
    const { plan: found, print } = made;
    const kept = versioned({ ...planJson(found), environment, fingerprint: print });
    if (given["out"] !== undefined) keep(String(given["out"]), kept);
    process.stdout.write(rendered(found, format, environment, kept));
    const summary = summaryOf(found);
    if (summary.conflict > 0) return 1;
    return found.triggers.some(({ op }) => op !== "none") ? 2 : 0;
  },
};

function keep(file: string, plan: JsonObject): void {
  try {
    writeFileSync(file, jsonText(plan));
  } catch (error) {
    const { code = "UNKNOWN" } = error as NodeJS.ErrnoException;
    const message = `mixpeek-triggers plan: cannot write ${file}: the system refuses it. Name another file with --out, in a folder that is there [${code}].`;
    throw Object.assign(new Error(message, { cause: error }), { code });
  }
}

export function environmentOf(given: Given, command: string): string {
  const environment = given["env"];
  if (typeof environment === "string" && environment !== "") return environmentFileOf(environment);
  throw new UsageError(
    `mixpeek-triggers ${command}: no environment is given. Name its file: --env environments/prod.yaml.`,
  );
}

/** The plan, or undefined once what is wrong has been told. Throws ConfigError and ApiError. */
async function makePlan(
  given: Given,
  environment: string,
): Promise<{ plan: SetPlan; print: Fingerprint } | undefined> {
  const wanted = await wantedBy(given, environment);
  if (!wanted) return undefined;
  const { triggers, live } = wanted;
  const namespaces = await live.snapshots(triggers.map(({ namespace }) => namespace));
  const found = planSet(triggers, { namespaces, now: new Date() });
  return { plan: found, print: fingerprint(triggers, namespaces) };
}

function rendered(
  found: SetPlan,
  format: (typeof FORMATS)[number],
  environment: string,
  kept: JsonObject,
): string {
  if (format === "json") return jsonText(kept);
  if (format === "markdown") return planMarkdown(found, environment);
  const told = found.triggers.filter(isTold);
  const width = Math.min(40, Math.max(0, ...told.map(({ name }) => name.length)));
  const lines = told.flatMap((trigger) => {
    const { name, op, desired } = trigger;
    const what = op === "create" && desired ? `  ${triggerText(desired)}` : "";
    const head = `${MARKS[op]} ${name.padEnd(width)}  ${op === "none" ? "unchanged" : op}${what}`;
    return [head, ...detailsOf(trigger).map((line) => `    ${line}`)];
  });
  return [...lines, `${summaryText(summaryOf(found))}.`, ""].join("\n");
}

/** What a plan was made of, by trigger, without any of its values. */
export interface Fingerprint extends JsonObject {
  desired: Record<string, string>;
  live: Record<string, string>;
}

export function fingerprint(
  triggers: readonly DesiredTrigger[],
  namespaces: ReadonlyMap<string, LiveView>,
): Fingerprint {
  const digest = (value: unknown): string =>
    createHash("sha256")
      .update(text(JSON.parse(JSON.stringify(value)) as Json))
      .digest("hex")
      .slice(0, 16);
  const desired = triggers.map((trigger) => [`${trigger.namespace}/${trigger.name}`, digest(trigger)]);
  const live = [...namespaces].flatMap(([namespace, view]) =>
    view
      .all()
      .map(({ health: _, updated_at: __, ...own }) => [
        `${namespace}/${own.name ?? own.trigger_id}`,
        digest(own),
      ]),
  );
  return { desired: Object.fromEntries(desired), live: Object.fromEntries(live) };
}

/** What a kept plan was made of. Throws a UsageError for a file that is none, PLAN_VERSION for one of another version. */
export function readPlan(file: string): Fingerprint {
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // What the parser says repeats the file, which may be one of secrets.
    const { code = "no JSON" } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `mixpeek-triggers up: --plan ${file} cannot be read (${code}). Make it with plan --out.`,
    );
  }
  const { version, fingerprint: before } = (isObject(kept) ? kept : {}) as {
    version?: unknown;
    fingerprint?: Fingerprint;
  };
  // Before anything in it is read: what another version means by it is not known.
  if (version !== OUTPUT_VERSION && (Number.isInteger(version) || isObject(before)))
    throw otherVersion(file, version);
  if (!isObject(before?.desired) || !isObject(before.live))
    throw new UsageError(`mixpeek-triggers up: --plan ${file} is no plan. Make it with plan --out.`);
  return before;
}

function otherVersion(file: string, version: unknown): Error {
  const code = "PLAN_VERSION";
  const its = Number.isInteger(version) ? `version ${version}` : "no known version";
  const message = `cannot apply ${file}: it is a plan of ${its}, and this release reads version ${OUTPUT_VERSION}. Make it anew with plan --out, or apply it with the release that made it [${code}].`;
  return Object.assign(new Error(message), { code });
}

/** What is not any more as it was when a plan was kept. */
export function staleness(before: Fingerprint, now: Fingerprint): string[] {
  const changed = (was: Record<string, string>, is: Record<string, string>, whose: string): string[] =>
    [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((key) => was[key] !== is[key])
      .map((key) => `${key}: ${whose} ${key in is ? (key in was ? "changed" : "is new") : "is gone"}`);
  return [
    ...changed(before.desired, now.desired, "the definition"),
    ...changed(before.live, now.live, "the live trigger"),
  ];
}
