import { readFileSync, writeFileSync } from "node:fs";
import { digest } from "../../api/digest";
import { isObject } from "../../core/json/is-object";
import { OUTPUT_VERSION } from "../../core/json/output-version";
import { jsonText, visible } from "../../core/json/printed";
import type { LiveView, PlanOp, ResourceOptions, SetPlan, TriggerPlan } from "../../core/plan/trigger-plan";
import { OPS } from "../../core/report/plan-report";
import { text } from "../../core/schema/equality";
import type { DesiredTrigger, JsonObject } from "../../core/schema/model";
import { UsageError } from "../command";
import { redacted } from "../output/redacted-output";

/** What a plan was made of and what it does, by trigger, without any of its values. */
export interface Fingerprint extends JsonObject {
  /** Project, stack and environment file. */
  target: Record<string, string>;
  desired: Record<string, string>;
  /** By `namespace/name`: what the definition says of its resource in the stack. */
  options: Record<string, { protect: boolean; retain: boolean }>;
  /** By `namespace/name`: the end of the planned quiet that it is in. A release without quiet kept none. */
  quiet?: Record<string, string>;
  live: Record<string, string>;
  /** By `namespace/name`: the operation, and a digest of all that it writes. */
  operations: Record<string, { op: string; digest: string }>;
  /** What `--target` named; empty: the plan is of all triggers. */
  targets: string[];
}

/**
 * In: whose plan it is, what it was made of (`options` in the order of `triggers`), the plan itself, the triggers that it
 * was kept to.
 */
export function fingerprint(
  target: Record<string, string>,
  {
    triggers,
    options,
    namespaces,
  }: {
    triggers: readonly DesiredTrigger[];
    options: readonly ResourceOptions[];
    namespaces: ReadonlyMap<string, LiveView>;
  },
  plan: SetPlan,
  targets: readonly string[] = [],
): Fingerprint {
  const keys = triggers.map(({ namespace, name }) => `${namespace}/${name}`);
  // Quiet is no part of a definition: it counts where it changes what is done.
  const desired = triggers.map(({ active_quiet: _, ...own }, index) => [keys[index]!, digest(own)]);
  const quiet = triggers.flatMap(({ active_quiet: own }, index) => (own ? [[keys[index]!, own.until]] : []));
  const resources = options.map(({ protect, retain = false }, index) => [keys[index]!, { protect, retain }]);
  const live = [...namespaces].flatMap(([namespace, view]) =>
    view
      .all()
      .map(({ health: _, updated_at: __, ...own }) => [
        `${namespace}/${own.name ?? own.trigger_id}`,
        digest(own),
      ]),
  );
  const operations = plan.triggers.flatMap((each) =>
    each.op === "none" ? [] : [[operationKey(each), { op: each.op, digest: digest(writtenBy(each)) }]],
  );
  return {
    target,
    desired: Object.fromEntries(desired),
    options: Object.fromEntries(resources),
    quiet: Object.fromEntries(quiet),
    live: Object.fromEntries(live),
    operations: Object.fromEntries(operations),
    targets: [...targets],
  };
}

/** A delete and what takes its name are two operations. */
const operationKey = ({ namespace, name, op, triggerId }: TriggerPlan): string =>
  op === "delete" || op === "forget" ? `${namespace}/${name} (${triggerId})` : `${namespace}/${name}`;

const writtenBy = ({ calls, recorded, triggerId, leaves }: TriggerPlan) => ({
  calls,
  recorded,
  triggerId: triggerId ?? null,
  leaves: leaves ?? null,
});

/**
 * Saves a plan for `up --plan`, redacted as any output: pipelines keep it as an artifact. The fingerprint holds names and
 * digests only, and must stay comparable. Throws an error with the system's code where the file cannot be written.
 */
export function savePlan(file: string, { fingerprint, ...shown }: JsonObject): void {
  const readable = JSON.parse(jsonText(shown), (_, value) =>
    typeof value === "string" ? redacted(value) : value,
  );
  try {
    writeFileSync(file, jsonText({ ...readable, fingerprint }));
  } catch (error) {
    const { code = "UNKNOWN" } = error as NodeJS.ErrnoException;
    const message = `mixpeek-triggers preview: cannot write ${file}: the operating system denied it. Choose another file with --out, in an existing folder [${code}].`;
    throw Object.assign(new Error(message, { cause: error }), { code });
  }
}

/**
 * What a saved plan was made of. Throws a UsageError for a file that is no plan, PLAN_VERSION for a plan of another
 * version.
 */
export function readPlan(file: string): Fingerprint {
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // What the parser says repeats the file, which may be one of secrets.
    const { code = "no JSON" } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `mixpeek-triggers up: --plan ${file} cannot be read (${code}). Create it with preview --out.`,
    );
  }
  const { version, fingerprint: before } = (isObject(kept) ? kept : {}) as {
    version?: unknown;
    fingerprint?: Fingerprint;
  };
  // Before anything in it is read: what another version means by it is not known.
  if (version !== OUTPUT_VERSION && (Number.isInteger(version) || isObject(before)))
    throw otherVersion(file, Number.isInteger(version) ? `version ${version}` : "no known version");
  if (!isObject(before?.desired) || !isObject(before.live) || !isTargets(before.targets ?? []))
    throw new UsageError(`mixpeek-triggers up: --plan ${file} is not a plan. Create one with preview --out.`);
  // Older releases did not keep deletes, nor `protect` and `retain`: their plans do not say what becomes of them.
  if (!isObject(before.operations) || !isObject(before.target) || !isObject(before.options))
    throw otherVersion(file, "an older release");
  return { ...before, targets: before.targets ?? [] };
}

const isTargets = (targets: unknown): boolean =>
  Array.isArray(targets) && targets.every((each) => typeof each === "string");

/**
 * The triggers that a run which applies a saved plan is kept to: the plan's own; undefined: all. In: those that the command
 * line names. Throws a UsageError where they are others.
 */
export function targetsOf(
  file: string,
  { targets }: Fingerprint,
  named: readonly string[] | undefined,
): readonly string[] | undefined {
  if (named === undefined) return targets.length > 0 ? targets : undefined;
  if (text([...named].sort()) === text([...targets].sort())) return named;
  const of = targets.length > 0 ? `--target ${targets.join(" --target ")}` : "every trigger";
  throw new UsageError(
    `mixpeek-triggers up: --plan ${file} is for ${visible(of)}, and is applied as it was saved. Omit --target, or create another plan.`,
  );
}

function otherVersion(file: string, whose: string): Error {
  const code = "PLAN_VERSION";
  const message = `cannot apply ${file}: it is a plan of ${whose}, and this release reads only version ${OUTPUT_VERSION}. Create it again with preview --out, or apply it with the release that created it [${code}].`;
  return Object.assign(new Error(message), { code });
}

/** Without what is live beside the triggers that the plan is of. */
export function ofOwn(whole: Fingerprint): Fingerprint {
  const live = Object.entries(whole.live).filter(([key]) => Object.hasOwn(whole.desired, key));
  return { ...whole, live: Object.fromEntries(live) };
}

/** In what the plan that would be made now differs from a saved one; empty: it does exactly the same. */
export function staleness(before: Fingerprint, now: Fingerprint): string[] {
  const keys = (was: object, is: object): string[] => [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = (was: Record<string, string>, is: Record<string, string>, what: string): string[] =>
    keys(was, is)
      .filter((key) => was[key] !== is[key])
      .map((key) => `${key}: ${what} ${key in is ? (key in was ? "changed" : "is new") : "is gone"}`);
  const targets = keys(before.target, now.target)
    .filter((key) => before.target[key] !== now.target[key])
    .map(
      (key) =>
        `${key}: planned for ${before.target[key] ?? "none"}, this run is for ${now.target[key] ?? "none"}`,
    );
  const options = keys(before.options, now.options).flatMap((key) => {
    const [was, is] = [before.options[key], now.options[key]];
    // Where only one of them has the definition, that is the difference.
    if (!was || !is) return [];
    return (["protect", "retain"] as const)
      .filter((name) => was[name] !== is[name])
      .map((name) => `${key}: planned with ${name}: ${was[name]}, now ${name}: ${is[name]}`);
  });
  const operations = keys(before.operations, now.operations).flatMap((key) => {
    const [was, is] = [before.operations[key], now.operations[key]];
    if (was?.op === is?.op && was?.digest === is?.digest) return [];
    const name = (operation: { op: string } | undefined): string =>
      OPS[(operation?.op ?? "none") as PlanOp].will;
    const [quietThen, quietNow] = [before.quiet?.[key], now.quiet?.[key]].map(
      (until) => `${until === undefined ? "outside of quiet" : `in quiet until ${until}`}`,
    );
    return [
      `${key}: planned ${name(was)}, now ${name(is)}${was?.op === is?.op ? " with other content" : ""}`,
      ...(quietThen === quietNow ? [] : [`${key}: planned ${quietThen}, now ${quietNow}`]),
    ];
  });
  return [
    ...targets,
    ...changed(before.desired, now.desired, "the definition"),
    ...options,
    ...changed(before.live, now.live, "the live trigger"),
    ...operations,
  ];
}
